"""Reads what a call is about, as it is now."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid, meant_by
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.api.statuses import existing, is_deleted
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.plurals import first_of
from do_nfs_mcp.storage.views import AccessPointView, ShareView, SnapshotView, named
from do_nfs_mcp.tools.service import ServiceContext, api_for, service_for
from do_nfs_mcp.tools.vpc_lookup import name_vpcs

V = TypeVar("V", ShareView, SnapshotView, AccessPointView)
OfShare = TypeVar("OfShare", SnapshotView, AccessPointView)

# How many things an error lists at most.
_MAX_LISTED = 10


async def read_share(context: ServiceContext, share: str) -> ShareView:
    """Return a share with its access points.

    Args:
        context: The call's.
        share: The share's id, or its name if no other share has it.

    Raises:
        NfsError: There is no such share, or it cannot be read.
    """
    return await _read_share(context, share)


async def _read_share(context: ServiceContext, share: str, *, to_change: bool = False) -> ShareView:
    found = await api_for(context).find_share(share, to_change=to_change)
    return await _with_vpc_names(context, ShareView.of(found))


async def read_share_by_id(context: ServiceContext, share_id: str) -> ShareView:
    """Return a share with its access points, in one request.

    Raises:
        NfsError: There is no such share, or it cannot be read.
    """
    return await _with_vpc_names(context, ShareView.of(await api_for(context).get_share(share_id)))


async def _with_vpc_names(context: ServiceContext, share: ShareView) -> ShareView:
    await name_vpcs(service_for(context), [share])
    return share


async def read_share_to_change(context: ServiceContext, share: str) -> ShareView:
    """Return a share as `read_share` does, if anything may be changed in its region.

    Raises:
        NfsError: There is no such share, it cannot be read, or nothing may be changed there; or one that cannot be
            read may have the name.
    """
    found = await _read_share(context, share, to_change=True)
    service_for(context).limits.check_region(found.region)
    return found


async def read_share_to_take_from(context: ServiceContext, share: str) -> ShareView:
    """Return a share as `read_share_to_change` does, if anything may be taken away from it, or it as a whole.

    Raises:
        NfsError: There is no such share, it cannot be read, or it may not.
    """
    found = await read_share_to_change(context, share)
    service_for(context).limits.check_loss(found.name)
    return found


async def read_snapshot(context: ServiceContext, snapshot_id: str) -> SnapshotView:
    """Return a snapshot.

    Raises:
        NfsError: There is no such snapshot, or it cannot be read.
    """
    return SnapshotView.of(await api_for(context).get_snapshot(snapshot_id))


async def read_snapshots(context: ServiceContext, share_id: str) -> list[SnapshotView]:
    """Return the snapshots of a share that are not deleted.

    Raises:
        NfsError: They cannot be read.
    """
    return existing(map(SnapshotView.of, await api_for(context).list_snapshots(share_id=share_id)))


async def read_access_point(context: ServiceContext, access_point_id: str) -> AccessPointView:
    """Return an access point, also one that is deleted.

    Raises:
        NfsError: There is no such access point, or it cannot be read.
    """
    view = AccessPointView.of(await api_for(context).get_access_point(access_point_id))
    await name_vpcs(service_for(context), [view])
    return view


async def find_snapshot(context: ServiceContext, snapshot: str, share: str, *, to_change: bool = False) -> SnapshotView:
    """Return the snapshot that is meant.

    Args:
        context: The call's.
        snapshot: Its id or exact name.
        share: The id or exact name of its share; empty if the snapshot's name is enough, or its id.
        to_change: Whether it is to be deleted. Then nothing that cannot be read may have a name by which it is found.

    Raises:
        NfsError: There is no such snapshot, more than one may be meant, or it cannot be read.
    """
    api = api_for(context)
    share_id = await api.share_id(share, to_change=to_change) if share else None
    if snapshot_id := as_uuid(snapshot):
        return _of_share(await read_snapshot(context, snapshot_id), share_id, share)
    listed = await api.snapshots(share_id=share_id)
    there = Listing(existing(map(SnapshotView.of, listed.things)), listed.left_out)
    shares = {} if share_id else await _share_names(context)
    found = _only_one(
        "snapshot",
        snapshot,
        share,
        there,
        lambda s: (
            f"{plain(s.id)} (of share {named(s.share_id, shares.get(s.share_id))}, {plain(s.status)}, "
            f"taken {s.created_at:%Y-%m-%d %H:%M})"
        ),
        to_change,
    )
    name_share(shares.get(found.share_id, share), found)
    return found


async def find_access_point(
    context: ServiceContext, access_point: str, share: str, *, to_change: bool = False
) -> AccessPointView:
    """Return the access point that is meant.

    Args:
        context: The call's.
        access_point: Its id or exact name.
        share: The id or exact name of its share; empty if the access point's name is enough, or its id.
        to_change: As for `find_snapshot`.

    Raises:
        NfsError: There is no such access point, more than one may be meant, or it cannot be read.
    """
    api = api_for(context)
    share_id = await api.share_id(share, to_change=to_change) if share else None
    if point_id := as_uuid(access_point):
        return _of_share(await read_access_point(context, point_id), share_id, share)
    shares: dict[str, str] = {}
    if share_id:
        listed = [await api.access_points(share_id)]
        left_out = list(listed[0].left_out)
    else:
        all_shares = await api.shares()
        there = existing(all_shares.things)
        shares = {s.id: s.name for s in there}
        listed = [await api.access_points_of(s) for s in there]
        # Any access point may be of a share that cannot be read.
        left_out = [*all_shares.unnamed().left_out, *(odd for each in listed for odd in each.left_out)]
    points = [point for each in listed for point in each.things]
    found = _only_one(
        "access point",
        access_point,
        share,
        Listing(existing(map(AccessPointView.of, points)), left_out),
        lambda p: f"{plain(p.id)} (of share {named(p.share_id, shares.get(p.share_id))}, path {quoted(p.path)})",
        to_change,
    )
    name_share(shares.get(found.share_id, share), found)
    await name_vpcs(service_for(context), [found])
    return found


def name_share(share: str, *of_share: SnapshotView | AccessPointView | None) -> None:
    """Let what is of a share have the share's name, if the call that is about it knows the name.

    Args:
        share: What the call names the share by; an empty text if it names none.
        of_share: What is of that share.
    """
    if share and not as_uuid(share):
        for view in of_share:
            if view:
                view.share_name = share


async def _share_names(context: ServiceContext) -> dict[str, str]:
    return {s.id: s.name for s in await api_for(context).list_shares()}


def _of_share(found: OfShare, share_id: str | None, share: str) -> OfShare:
    if share_id and found.share_id != share_id:
        raise NfsError(
            f"Nothing was done: {plain(found.id)} is not of share {quoted(share)}, but of share "
            f"{plain(found.share_id)}."
        )
    return found


def _only_one(
    noun: str,
    name: str,
    share: str,
    listing: Listing[OfShare],
    details: Callable[[OfShare], str],
    to_change: bool,
) -> OfShare:
    """Return the one of this name.

    Args:
        noun: What they are.
        name: The name.
        share: The share that was given; an empty text if none was.
        listing: All there are.
        details: Says which one it is, with its id.
        to_change: Whether nothing that cannot be read may have the name.

    Raises:
        NfsError: None has the name, or several do or may.
    """
    there = listing.things
    matches = meant_by(name, there)
    if len(matches) == 1:
        if to_change:
            listing.check_only_one(noun, name, matches[0])
        return matches[0]
    where = f" of share {quoted(share)}" if share else ""
    tool = f"list_{noun.replace(' ', '_')}s"
    if matches:
        more = f"; {tool} shows all {len(matches)}" if len(matches) > _MAX_LISTED else ""
        raise NfsError(
            f"Nothing was done: {len(matches)} {noun}s{where} are named {quoted(name)}. Give one's id: "
            f"{'; '.join(map(details, matches[:_MAX_LISTED]))}{more}."
        )
    known = first_of([quoted(each, 60) for each in dict.fromkeys(item.name for item in there)])
    listed = f"there are {known}. {tool} shows their ids." if known else "there are none."
    raise NfsError(
        f"Nothing was done: no {noun}{where} has the name or id {quoted(name)}; {listed}",
        kind=FailureKind.NOT_FOUND,
    )


async def read_unless_deleted(read: Callable[[], Awaitable[V]]) -> V | None:
    """Return what an id stands for, or None if that is deleted, whether the API still shows it or not.

    Args:
        read: Reads it by its id.

    Raises:
        NfsError: It cannot be read.
    """
    try:
        found = await read()
    except NfsError as error:
        if error.gone:
            return None
        raise
    return None if is_deleted(found) else found
