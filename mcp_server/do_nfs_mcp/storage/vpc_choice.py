"""Which VPC is meant: by its id, by its exact name or, if it is left out, since there is only one to take."""

from collections.abc import Iterable
from dataclasses import dataclass

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid, meant_by
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.views import ShareView, VpcView, name_or_id, named

__all__ = ["ChosenVpc", "choose_attached_vpc", "choose_own_vpc", "choose_vpc"]

# How many VPCs an error lists at most.
_MAX_LISTED = 10


@dataclass(frozen=True)
class ChosenVpc:
    """A VPC that a call is about.

    Attributes:
        id: Its id.
        name: Its name; None if that is not known.
        reason: Why it was taken, if the caller left it out.
    """

    id: str
    name: str | None = None
    reason: str = ""

    def text(self) -> str:
        """Return its name or, if that is not known, its id."""
        return f"VPC {name_or_id(self.id, self.name)}"

    @property
    def note(self) -> str:
        """A sentence that says that it was taken, if the caller left it out; otherwise an empty text."""
        return f"It took {self.text()}, {self.reason}." if self.reason else ""


def choose_vpc(listing: Listing[VpcView], vpc: str, region: str) -> ChosenVpc:
    """Return the VPC of a region that is meant.

    Args:
        listing: Every VPC of the account, and what cannot be read of them.
        vpc: Its id or exact name; empty for the region's only one or else its default one.
        region: The region's slug. Of several VPCs of one name, those of other regions are passed over.

    Returns:
        The VPC. An id that no VPC has is taken as it is: the API knows more.

    Raises:
        NfsError: There is none, or one in another region alone, or more than one may be meant, be it one that cannot
            be read.
    """
    listing = listing.in_region(region)
    here = [v for v in listing.things if v.region == region]
    if not vpc:
        if listing.left_out:
            raise NfsError(
                f"Nothing was done: say which VPC, by its id. One cannot be read: {listing.left_out_in_words()}. "
                f"{_listed(here, region)}"
            )
        return _only_or_default(here, region)
    found = meant_by(vpc, listing.things)
    if not found and (as_uuid(vpc) or listing.has_left_out(vpc)):
        return ChosenVpc(as_uuid(vpc) or vpc)
    if not found:
        raise NfsError(
            f"Nothing was done: no VPC has the name or id {quoted(vpc)}. {_listed(here, region)}",
            kind=FailureKind.NOT_FOUND,
        )
    fitting = [v for v in found if v.region == region]
    if not fitting:
        wrong = ", ".join(f"VPC {named(v.id, v.name)} is in {plain(v.region)}" for v in found[:_MAX_LISTED])
        raise NfsError(
            f"Nothing was done: {wrong}, and a share in {plain(region)} takes VPCs of that region alone. "
            f"{_listed(here, region)}"
        )
    if len(fitting) > 1:
        raise NfsError(
            f"Nothing was done: {len(fitting)} VPCs are named {quoted(vpc)}. Give one's id: "
            f"{'; '.join(f'{_details(v)}, in {plain(v.region)}' for v in fitting[:_MAX_LISTED])}."
        )
    listing.check_only_one("VPC", vpc, fitting[0])
    return ChosenVpc(fitting[0].id, fitting[0].name)


def choose_own_vpc(share: ShareView, vpcs: Iterable[VpcView]) -> ChosenVpc:
    """Return the one of a share's VPCs that is meant if none is said: its only one or else the region's default one.

    Args:
        share: The share, with the names of its VPCs.
        vpcs: Those of the account that are known.

    Raises:
        NfsError: More than one may be meant.
    """
    names = share.vpc_names or {}
    if len(share.vpc_ids) == 1 and not share.hides_vpcs:
        (only,) = share.vpc_ids
        return ChosenVpc(only, names.get(only), "the share's only one")
    default = [v for v in vpcs if v.default and v.id in share.vpc_ids]
    if len(default) == 1:
        return ChosenVpc(default[0].id, default[0].name, _the_default_of(share.region))
    raise NfsError(
        f"Nothing was done: say which VPC. Share {quoted(share.name)} is attached to {_own(share, share.vpc_ids)}."
    )


def choose_attached_vpc(share: ShareView, vpc: str) -> str:
    """Return the one of a share's VPCs that is meant.

    Args:
        share: The share, with the names of its VPCs.
        vpc: The VPC's id or exact name; empty for the only one.

    Raises:
        NfsError: The share is not attached to it, or more than one may be meant, be it one that cannot be read.
    """
    about = f"share {quoted(share.name)}"
    if not share.vpc_ids and not share.hides_vpcs:
        raise NfsError(f"Nothing was done: {about} is attached to no VPC. attach_share attaches it to one.")
    names = share.vpc_names or {}
    if of_id := [i for i in share.vpc_ids if vpc and i in (vpc, as_uuid(vpc))]:
        return of_id[0]
    shown = f"VPC {plain(vpc) if as_uuid(vpc) else quoted(vpc)}"
    if as_uuid(vpc):
        raise NfsError(
            f"Nothing was done: {about} is not attached to {shown}. It is attached to {_own(share, share.vpc_ids)}."
        )
    # One whose name is not known may have this one.
    if share.hides_vpcs or (vpc and not names.keys() >= set(share.vpc_ids)):
        raise NfsError(
            f"Nothing was done: not all VPCs of {about} can be read, so that any may be meant. Give the id of the one "
            f"that is: it is attached to {_own(share, share.vpc_ids)}."
        )
    found = [i for i in share.vpc_ids if not vpc or names[i] == vpc]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        which = f"{len(found)} VPCs named {quoted(vpc)}. Give one's id" if vpc else f"{len(found)} VPCs. Say which"
        raise NfsError(f"Nothing was done: {about} is attached to {which}: {_own(share, found)}.")
    raise NfsError(
        f"Nothing was done: {about} is not attached to {shown}. It is attached to {_own(share, share.vpc_ids)}."
    )


def _own(share: ShareView, vpc_ids: list[str]) -> str:
    """Return VPCs of a share with their names, and that there is one that cannot be read, if there is."""
    names = share.vpc_names or {}
    listed = [named(vpc_id, names.get(vpc_id)) for vpc_id in vpc_ids[:_MAX_LISTED]]
    return ", ".join([*listed, *(["one that cannot be read"] if share.hides_vpcs else [])])


def _only_or_default(here: list[VpcView], region: str) -> ChosenVpc:
    default = [v for v in here if v.default]
    if len(here) == 1:
        return ChosenVpc(here[0].id, here[0].name, f"the only one in {plain(region)}")
    if len(default) == 1:
        return ChosenVpc(default[0].id, default[0].name, _the_default_of(region))
    if not here:
        raise NfsError(
            f"Nothing was done: {plain(region)} has no VPC that this account's token shows, and a share needs one. "
            "list_vpcs shows where there are any."
        )
    raise NfsError(f"Nothing was done: say which VPC. {_listed(here, region)}")


def _the_default_of(region: str) -> str:
    return f"the default one of {plain(region)}"


def _listed(here: list[VpcView], region: str) -> str:
    listed = "; ".join(map(_details, here[:_MAX_LISTED])) or "none"
    more = f" and {len(here) - _MAX_LISTED} more, which list_vpcs shows" if len(here) > _MAX_LISTED else ""
    return f"VPCs in {plain(region)}: {listed}{more}."


def _details(vpc: VpcView) -> str:
    details = [
        named(vpc.id, vpc.name),
        plain(vpc.ip_range) if vpc.ip_range else "",
        "the default" if vpc.default else "",
    ]
    return ", ".join(filter(None, details))
