"""Reads what a call is about, as it is now."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.statuses import existing, is_deleted
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.storage.views import AccessPointView, ShareView, SnapshotView
from do_nfs_mcp.tools.service import ServiceContext, api_for

V = TypeVar("V", ShareView, SnapshotView, AccessPointView)


async def read_share(context: ServiceContext, share: str | UUID) -> ShareView:
    """Return a share with its access points.

    Args:
        context: The call's.
        share: The share's id, or its name if no other share has it.

    Raises:
        NfsError: There is no such share, or it cannot be read.
    """
    return ShareView.of(await api_for(context).get_share(str(share)))


async def read_snapshot(context: ServiceContext, snapshot_id: UUID) -> SnapshotView:
    """Return a snapshot.

    Raises:
        NfsError: There is no such snapshot, or it cannot be read.
    """
    return SnapshotView.of(await api_for(context).get_snapshot(snapshot_id))


async def read_snapshots(context: ServiceContext, share_id: UUID) -> list[SnapshotView]:
    """Return the snapshots of a share that are not deleted.

    Raises:
        NfsError: They cannot be read.
    """
    return existing(map(SnapshotView.of, await api_for(context).list_snapshots(share_id=share_id)))


async def read_access_point(context: ServiceContext, access_point_id: UUID) -> AccessPointView:
    """Return an access point, also one that is deleted.

    Raises:
        NfsError: There is no such access point, or it cannot be read.
    """
    return AccessPointView.of(await api_for(context).get_access_point(access_point_id))


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


async def share_name(context: ServiceContext, share_id: UUID) -> str:
    """Return a share's name in quotes, or its id if the share is gone: its snapshots and access points may outlast it.

    Raises:
        NfsError: It cannot be read.
    """
    try:
        return quoted((await api_for(context).get_share(str(share_id))).name)
    except NfsError as error:
        if error.gone:
            return f"{share_id}, which is gone"
        raise
