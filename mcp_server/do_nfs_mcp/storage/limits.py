"""The limits that the operator sets, whatever a model asks for and a person agrees to."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from unicodedata import normalize

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.audience import for_reader
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.views import named

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """What changes are kept to. A check raises NfsError with the option that forbids it, or returns.

    Attributes:
        max_size_gib: How large a share may become; None for any size.
        max_shares: How many shares there may be for another to be created, and with it; None for any number.
        regions: Slugs, or patterns of slugs, of the regions where anything may be changed; none for all.
        tiers: The performance tiers that shares may be created on or raised to; none for all.
        vpcs: Ids, exact names or patterns of the VPCs that shares may be opened to; none for all.
        protect: Names, or patterns of names, of the shares that nothing may be taken away from, in any case of letters
            and with or without white space around them.
            Where one has commas in it, it protects what it says as a whole, and what it says between them.
    """

    max_size_gib: int | None = None
    max_shares: int | None = None
    regions: Sequence[str] = ()
    tiers: Sequence[str] = ()
    vpcs: Sequence[str] = ()
    protect: Sequence[str] = ()

    def check_region(self, region: str | None) -> None:
        """Check the region of something that is to be changed; None if nobody knows it any more.

        Raises:
            NfsError: Nothing may be changed there.
        """
        if region is None and self.regions:
            raise _forbidden("the share it is of is gone, and may have been elsewhere", "--regions", self.regions)
        if region is not None and not self.changes_in(region):
            raise _forbidden(f"{plain(region)} is not a region where it may change anything", "--regions", self.regions)

    def changes_in(self, region: str) -> bool:
        """Return whether anything may be changed in a region."""
        return not self.regions or _fits(region, self.regions)

    def check_size(self, size_gib: int) -> None:
        """Check the whole size that a share is to have, in GiB.

        Raises:
            NfsError: It is too large.
        """
        if self.max_size_gib is not None and size_gib > self.max_size_gib:
            raise _forbidden(f"a share of {size_gib} GiB is too large", "--max-size-gib", [str(self.max_size_gib)])

    def check_count(self, shares: int) -> None:
        """Check whether there may be one share more than there are.

        Raises:
            NfsError: There may not.
        """
        if self.max_shares is not None and shares >= self.max_shares:
            there = f"there {'is' if shares == 1 else 'are'} {counted(shares, 'share')} already"
            raise _forbidden(there, "--max-shares", [str(self.max_shares)])

    def check_tier(self, tier: str | None) -> None:
        """Check the tier that a share is to have; None for the one that the API takes by itself, which nobody knows.

        Raises:
            NfsError: It may not have it.
        """
        if self.tiers and tier not in self.tiers:
            what = f"the tier {tier} is not among those it gives" if tier else "it needs a performance_tier"
            raise _forbidden(what, "--tiers", self.tiers)

    def check_vpc(self, vpc_id: str, name: str | None) -> None:
        """Check a VPC that a share is to be opened to. name: None if it is not known.

        Raises:
            NfsError: The share may not be opened to it.
        """
        if not self.opens_to(vpc_id, name):
            what = f"VPC {named(vpc_id, name)} is none that it opens shares to"
            raise _forbidden(what, "--vpcs", self.vpcs)

    def opens_to(self, vpc_id: str, name: str | None) -> bool:
        """Return whether shares may be opened to a VPC. name: None if it is not known."""
        return not self.vpcs or any(_is_vpc(vpc_id, name, pattern) for pattern in self.vpcs)

    def protects(self, share_name: str) -> bool:
        """Return whether nothing may be taken away from shares of a name."""
        patterns = [each for given in self.protect for each in (given, *map(str.strip, given.split(",")))]
        return any(_fits(form(share_name), list(map(form, patterns))) for form in (str, _caseless))

    def check_loss(self, share_name: str | None) -> None:
        """Check a share that something is to be taken away from. share_name: None if it is gone, so that nobody knows.

        Raises:
            NfsError: The share is protected, or may be.
        """
        if share_name is None and self.protect:
            raise _forbidden("the share it is of is gone, and may have been a protected one", "--protect", self.protect)
        if share_name is not None and self.protects(share_name):
            raise _forbidden(f"share {quoted(share_name)} is protected", "--protect", self.protect)


def _fits(text: str, patterns: Sequence[str]) -> bool:
    # Names have characters in them that mean something in a pattern.
    return any(text == pattern or fnmatchcase(text, pattern) for pattern in patterns)


def _is_vpc(vpc_id: str, name: str | None, pattern: str) -> bool:
    # Naming a VPC like the id of another does not make it the other.
    if meant := as_uuid(pattern):
        return meant == vpc_id
    return any(_fits(text, [pattern]) for text in (vpc_id, name) if text is not None)


def _caseless(text: str) -> str:
    return normalize("NFC", text.casefold()).strip()


def _forbidden(what: str, option: str, values: Sequence[str]) -> NfsError:
    given = f"{option} {','.join(values)}"
    return NfsError(
        for_reader(
            f"Nothing was done: {what}. This server was started with {given}, which only its operator can change; "
            "trying again with the same arguments will not help.",
            f"Nothing was done: {what}. It was called with {given}.",
        )
    )
