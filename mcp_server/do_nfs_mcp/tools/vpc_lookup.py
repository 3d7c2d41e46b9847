"""Finds VPCs by id or name, and the names of those that storage has the ids of."""

from collections.abc import Iterable, Sequence

import anyio

from do_nfs_mcp.api.callers import caller_scopes
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.api.retries import no_retries
from do_nfs_mcp.storage.views import AccessPointView, ShareView, VpcView
from do_nfs_mcp.storage.vpc_choice import ChosenVpc, choose_own_vpc, choose_vpc
from do_nfs_mcp.tools.service import Service, ServiceContext, service_for

__all__ = ["find_own_vpc", "find_vpc", "find_vpcs", "look_again_for", "name_vpcs"]

# For how long what is shown of VPCs is taken to be right. A name that a call gives is looked up each time.
_FRESH_SECONDS = 60
# For how long an answer waits for names.
_MOST_SECONDS = 3


async def name_vpcs(service: Service, views: Sequence[ShareView | AccessPointView]) -> None:
    """Let shares or access points have the names of their VPCs, at most a minute old, as far as they can be read."""
    if any(view.shown_vpc_ids for view in views):
        names = {vpc.id: vpc.name for vpc in (await _known(service)).things}
        for view in views:
            view.name_vpcs(names)


def look_again_for(context: ServiceContext, vpc: str) -> None:
    """Have the names of VPCs read anew for the next answer, if one is named by what is to be changed.

    A minute may be enough for two VPCs to swap their names.

    Args:
        context: The call's.
        vpc: The VPC's id or exact name, or an empty text.
    """
    if vpc and not as_uuid(vpc):
        service_for(context).vpcs.pop(caller_scopes(), None)


async def find_vpcs(context: ServiceContext, vpcs: Iterable[str], region: str) -> list[ChosenVpc]:
    """Return the VPCs of a region that are meant to have a share opened to them, each once.

    Args:
        context: The call's.
        vpcs: Their ids or exact names; an empty text for the region's only one or else its default one.
        region: The region's slug.

    Raises:
        NfsError: There is no such VPC, it is in another region, more than one may be meant, or no share may be opened
            to it.
    """
    given, service = list(vpcs), service_for(context)
    if all(map(as_uuid, given)):
        # What cannot be read cannot be checked here; the API checks ids, too.
        known = await _known(service)
    else:
        try:
            known = await _read(service)
        except NfsError as error:
            raise error.with_note("With the id of a VPC, no look at the VPCs is needed.") from error
    chosen = [choose_vpc(known, vpc, region) for vpc in given]
    for vpc in chosen:
        service.limits.check_vpc(vpc.id, vpc.name)
    return list({vpc.id: vpc for vpc in chosen}.values())


async def find_vpc(context: ServiceContext, vpc: str, region: str) -> ChosenVpc:
    """Return the VPC of a region that is meant, as `find_vpcs` does."""
    (chosen,) = await find_vpcs(context, [vpc], region)
    return chosen


async def find_own_vpc(context: ServiceContext, share: ShareView, vpc: str) -> ChosenVpc:
    """Return the VPC in which something of a share is to be reached, one of the share's own if none is said.

    Args:
        context: The call's.
        share: The share, with the names of its VPCs.
        vpc: The VPC's id or exact name, also of one that the share is not attached to; empty for the share's only one
            or else the region's default one.

    Raises:
        NfsError: As `find_vpcs`.
    """
    if vpc or not (share.vpc_ids or share.hides_vpcs):
        return await find_vpc(context, vpc, share.region)
    service = service_for(context)
    chosen = choose_own_vpc(share, (await _known(service)).things)
    service.limits.check_vpc(chosen.id, chosen.name)
    return chosen


async def _known(service: Service) -> Listing[VpcView]:
    """Return the account's VPCs, at most a minute old; none if they cannot be read.

    A token need not have the scope for it, and no answer is to fail, or to wait for another try, for want of a name.
    """
    scopes = caller_scopes()
    read_at, vpcs = service.vpcs.get(scopes, (-_FRESH_SECONDS, Listing()))
    if 0 <= service.clock() - read_at < _FRESH_SECONDS:
        return vpcs
    try:
        with no_retries(), anyio.fail_after(_MOST_SECONDS):
            return await _read(service)
    except TimeoutError:
        return Listing()
    except NfsError as error:
        # What the token may not read now it may not a moment later. Anything else may pass.
        if error.status == 403:
            service.vpcs[scopes] = (service.clock(), Listing())
        return Listing()


async def _read(service: Service) -> Listing[VpcView]:
    listed = await service.api.vpcs()
    vpcs = Listing([VpcView.of(vpc) for vpc in listed.things], listed.left_out)
    service.vpcs[caller_scopes()] = (service.clock(), vpcs)
    return vpcs
