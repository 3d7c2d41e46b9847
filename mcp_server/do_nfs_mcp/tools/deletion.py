"""Deletes something, and says what came of it."""

from collections.abc import Awaitable, Callable
from typing import Literal
from uuid import UUID

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.storage.views import AccessPointView, DeletedView, ShareView, SnapshotView


async def delete_and_report(
    kind: Literal["share", "snapshot", "access point"],
    target_id: UUID,
    found: ShareView | SnapshotView | AccessPointView | None,
    description: str,
    send: Callable[[], Awaitable[object]],
) -> DeletedView:
    """Delete something, and say what came of it.

    Args:
        kind: What it is.
        target_id: Its id.
        found: What it was just now; None if it was deleted by then.
        description: The same in words.
        send: Asks the API to delete it.

    Raises:
        NfsError: It could not be deleted, or whether it was is not known.
    """
    if found is not None and await delete_unless_gone(send):
        return DeletedView(
            outcome="deleted", kind=kind, id=target_id, name=found.name, message=f"Deleted {description}."
        )
    return DeletedView(
        outcome="already_gone",
        kind=kind,
        id=target_id,
        name=found.name if found else None,
        message=f"There is no {kind} {target_id} any more, so there was nothing to delete.",
    )


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
