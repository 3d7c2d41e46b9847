"""Waits for a change once the API has taken it, and says what came of it and how to go on."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from do_nfs_mcp.api.statuses import is_deleted, is_failed
from do_nfs_mcp.storage.views import AccessPointView, ActionView, ChangeView, ShareView, SnapshotView, View
from do_nfs_mcp.tools.lookups import read_share
from do_nfs_mcp.tools.polling import wait_for
from do_nfs_mcp.tools.service import ServiceContext

WatchedView = TypeVar("WatchedView", ShareView, SnapshotView, AccessPointView, ActionView)

_FIELDS: dict[type[View], str] = {
    ShareView: "share",
    SnapshotView: "snapshot",
    AccessPointView: "access_point",
    ActionView: "action",
}


async def wait_and_report(
    context: ServiceContext,
    wait: bool,
    look: Callable[[], Awaitable[WatchedView]],
    took_effect: Callable[[WatchedView], bool],
    if_pending: str,
    *,
    if_done: str = "",
    known: WatchedView | None = None,
    action: ActionView | None = None,
) -> ChangeView:
    """Wait for a change, if that is wanted, and say what came of it.

    Args:
        context: The call's.
        wait: Whether to wait at all.
        look: Reads what is changed, in one request.
        took_effect: Says whether the change has taken effect.
        if_pending: A sentence that says how to go on if it has not.
        if_done: A sentence that says what is next if it has, or an empty text.
        known: What is changed, as it was in the API's answer to the change; None if it was not in there.
        action: The action that changes it, likewise.
    """

    def has_ended(view: WatchedView) -> bool:
        return took_effect(view) or is_failed(view) or is_deleted(view)

    if action and is_failed(action):
        return ChangeView(outcome="failed", message=_failure_of(action), action=action)
    seen, why = known, ""
    if wait and not (known and has_ended(known)):
        seen, why = await wait_for(context, look, has_ended, known)
    shown: dict[str, Any] = {"action": action, **({_FIELDS[type(seen)]: seen} if seen else {})}
    if seen and is_failed(seen):
        return ChangeView(outcome="failed", message=_failure_of(seen), **shown)
    if seen and is_deleted(seen):
        return ChangeView(outcome="failed", message="It was deleted meanwhile.", **shown)
    if seen and took_effect(seen):
        return ChangeView(outcome="done", message=f"Done. {if_done}".rstrip(), **shown)
    return ChangeView(outcome="pending", message=" ".join(filter(None, (if_pending, why))), **shown)


async def wait_and_report_share(
    context: ServiceContext,
    wait: bool,
    share_id: UUID,
    started: ActionView | ShareView,
    took_effect: Callable[[ShareView], bool],
) -> ChangeView:
    """Wait for a change of a share to show on the share, if that is wanted, and say what came of it.

    Args:
        context: The call's.
        wait: Whether to wait at all.
        share_id: The share's id.
        started: What the API answered to the change.
        took_effect: Says whether the share has changed.
    """
    action, known = (started, None) if isinstance(started, ActionView) else (None, started)
    # Mostly a number, which the account-wide endpoint takes if the token may ask it.
    number = action.id if action and action.id and action.id.isdigit() else ""
    by_action = f" With the scope actions:read, wait_until_ready with action_id {number} waits." if number else ""
    return await wait_and_report(
        context,
        wait,
        partial(read_share, context, share_id),
        took_effect,
        f"Started, but not there yet. Do not start it again: get_share shows when it has taken effect.{by_action}",
        known=known,
        action=action,
    )


def _failure_of(seen: WatchedView) -> str:
    match seen:
        case ShareView():
            return "The share is FAILED: it cannot be used and does not mend itself. Delete it and create another."
        case SnapshotView():
            return "The snapshot is FAILED: it keeps nothing. Delete it and take another."
        case AccessPointView():
            return "The access point is FAILED. Create another."
    return "The action has failed: what it was to change is as before. Look at it before starting it again."
