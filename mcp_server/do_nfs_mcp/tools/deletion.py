"""Deletes things, and says what came of it."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Literal, TypeVar

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.untrusted_text import plain
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.views import AccessPointView, DeletedView, FailedDeleteView, ShareView, SnapshotView
from do_nfs_mcp.tools.service import ServiceContext, service_for

Kind = Literal["share", "snapshot", "access point"]

MAX_SNAPSHOTS = 100
"""How many snapshots one call deletes. Nobody would read a longer question, and the call would not end in time."""


async def delete_and_report(
    kind: Kind,
    target_id: str,
    found: ShareView | SnapshotView | AccessPointView | None,
    description: str,
    send: Callable[[], Awaitable[object]],
    *,
    asked: bool,
) -> DeletedView:
    """Delete something, and say what came of it.

    Args:
        kind: What it is.
        target_id: Its id.
        found: What it was just now; None if it was deleted by then.
        description: The same in words.
        send: Asks the API to delete it.
        asked: Whether a person was asked and agreed.

    Raises:
        NfsError: It could not be deleted, or whether it was is not known.
    """
    if found is not None and await delete_unless_gone(send):
        return DeletedView(
            outcome="done",
            kind=kind,
            id=target_id,
            name=found.name,
            message=f"Deleted {description}.",
            before=all_fields(found),
            after={},
            asked=asked or None,
        )
    return DeletedView(
        outcome="unchanged",
        kind=kind,
        id=target_id,
        name=found.name if found else None,
        message=f"There is no {kind} {plain(target_id)} any more, so there was nothing to delete.",
        asked=asked or None,
    )


Deleted = TypeVar("Deleted", SnapshotView, AccessPointView)


def as_deleted(found: Deleted) -> Deleted:
    """Return what was read before it was deleted, with the status that the API gives it from then on."""
    status = "ACCESS_POINT_DELETED" if isinstance(found, AccessPointView) else "DELETED"
    return found.model_copy(update={"status": status})


def all_fields(found: ShareView | SnapshotView | AccessPointView) -> dict[str, object]:
    """Return every field of something that has a value, by its name."""
    return found.model_dump(mode="json", exclude_none=True)


async def delete_unless_gone(send: Callable[[], Awaitable[object]]) -> bool:
    """Delete something that may be gone by now.

    Args:
        send: Asks the API to delete it.

    Returns:
        Whether it was still there.

    Raises:
        NfsError: It could not be deleted, or whether it was is not known.
    """
    try:
        await send()
    except NfsError as error:
        if error.gone:
            return False
        raise
    return True


async def delete_snapshots(
    context: ServiceContext, snapshots: Iterable[SnapshotView]
) -> tuple[list[SnapshotView], list[FailedDeleteView]]:
    """Delete snapshots, as many as the call's time and the API allow.

    Returns:
        Those that are gone now, as deleted, and those that could not be deleted.
    """
    service = service_for(context)
    deleted: list[SnapshotView] = []
    failed: list[FailedDeleteView] = []
    refuses_all = False
    for snapshot in snapshots:
        kind = None
        if service.time_left() <= 0:
            reason = "not tried, the call's time was up"
        elif refuses_all:
            reason = "not tried, for the same reason"
        else:
            try:
                await delete_unless_gone(partial(service.api.delete_snapshot, snapshot.id))
            except NfsError as error:
                reason, kind = str(error), error.failure.kind
                # It would be the same for the others.
                refuses_all = error.forbidden or error.status == 401 or kind is FailureKind.RATE_LIMITED
            else:
                deleted.append(as_deleted(snapshot))
                continue
        failed.append(FailedDeleteView(id=snapshot.id, reason=reason, kind=kind))
    return deleted, failed
