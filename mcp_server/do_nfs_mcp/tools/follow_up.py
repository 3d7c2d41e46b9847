"""Waits for a change once the API has taken it, and says what came of it and how to go on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from do_nfs_mcp.api.statuses import is_deleted, is_failed
from do_nfs_mcp.audience import call_of
from do_nfs_mcp.storage.views import AccessPointView, ActionView, ChangeView, NextCall, ShareView, SnapshotView, View
from do_nfs_mcp.tools.lookups import read_share_by_id
from do_nfs_mcp.tools.polling import wait_for
from do_nfs_mcp.tools.service import ServiceContext, service_for
from do_nfs_mcp.tools.vpc_lookup import name_vpcs

WatchedView = TypeVar("WatchedView", ShareView, SnapshotView, AccessPointView, ActionView)

_FIELDS: dict[type[View], str] = {
    ShareView: "share",
    SnapshotView: "snapshot",
    AccessPointView: "access_point",
    ActionView: "action",
}


@dataclass(frozen=True)
class Wording:
    """What to say of a change besides what it has come to.

    Attributes:
        if_pending: How to go on if it has not taken effect yet, a sentence or two.
        next_if_pending: The same as a call.
        if_done: What it has done and what is next if it has taken effect, sentences or an empty text.
        next_if_done: The call that is next then; None if none is.
        before: The fields that it changes, as they were; none if it makes something new.
        after: The same fields as they are to be; None if nothing is to change.
        asked: Whether a person was asked and agreed.
    """

    if_pending: str
    next_if_pending: NextCall
    if_done: str = ""
    next_if_done: NextCall | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] | None = None
    asked: bool = False


async def wait_and_report(
    context: ServiceContext,
    wait: bool,
    look: Callable[[], Awaitable[WatchedView]],
    took_effect: Callable[[WatchedView], bool],
    wording: Wording,
    *,
    known: WatchedView | None = None,
    action: ActionView | None = None,
) -> ChangeView:
    """Wait for a change, if that is wanted, and say what came of it.

    Args:
        context: The call's.
        wait: Whether to wait at all.
        look: Reads what is changed, in one request.
        took_effect: Says whether the change has taken effect.
        wording: What to say of it.
        known: What is changed, as it was in the API's answer to the change; None if it was not in there.
        action: The action that changes it, likewise.
    """

    def has_ended(view: WatchedView) -> bool:
        return took_effect(view) or is_failed(view) or is_deleted(view)

    shown: dict[str, Any] = {"asked": wording.asked or None}
    if action and is_failed(action):
        message, following = _after_failure(action)
        return ChangeView(outcome="failed", message=message, next=following, action=action, **shown)
    seen, why = known, ""
    if wait and not (known and has_ended(known)):
        clock = service_for(context).clock
        start = clock()
        seen, why = await wait_for(context, look, has_ended, known)
        shown["waited"] = round(clock() - start)
    shown |= {"action": action, **({_FIELDS[type(seen)]: seen} if seen else {})}
    if seen and is_failed(seen):
        message, following = _after_failure(seen)
        return ChangeView(outcome="failed", message=message, next=following, **shown)
    if seen and is_deleted(seen):
        return ChangeView(outcome="failed", message="It was deleted meanwhile.", **shown)
    if wording.after is not None:
        shown |= {"before": wording.before, "after": wording.after}
    if seen and took_effect(seen):
        message = joined("Done.", wording.if_done)
        return ChangeView(outcome="done", message=message, next=wording.next_if_done, **shown)
    message = joined(wording.if_pending, why)
    return ChangeView(outcome="pending", message=message, next=wording.next_if_pending, **shown)


async def wait_and_report_share(
    context: ServiceContext,
    wait: bool,
    share_id: str,
    started: ActionView | ShareView,
    took_effect: Callable[[ShareView], bool],
    *,
    if_done: str,
    before: dict[str, Any],
    after: dict[str, Any],
    asked: bool = False,
) -> ChangeView:
    """Wait for a change of a share to show on the share, if that is wanted, and say what came of it.

    Args:
        context: The call's.
        wait: Whether to wait at all.
        share_id: The share's id.
        started: What the API answered to the change.
        took_effect: Says whether the share has changed.
        if_done: What it has done, in sentences.
        before: The share's fields that it changes, as they were.
        after: The same fields as they are to be.
        asked: Whether a person was asked and agreed.
    """
    action, known = (started, None) if isinstance(started, ActionView) else (None, started)
    if known:
        await name_vpcs(service_for(context), [known])
    # Mostly a number, which the account-wide endpoint takes if the token may ask it.
    number = action.id if action and action.id and action.id.isascii() and action.id.isdigit() else ""
    wait_for_it = call_of("wait_until_ready", action_id=number)
    by_action = f" With the scope actions:read, {wait_for_it} waits." if number else ""
    wording = Wording(
        f"Started, but not there yet. Do not start it again: get_share shows when it has taken effect.{by_action}",
        NextCall(tool="get_share", arguments={"share": share_id}),
        if_done,
        before=before,
        after=after,
        asked=asked,
    )
    look = partial(read_share_by_id, context, share_id)
    return await wait_and_report(context, wait, look, took_effect, wording, known=known, action=action)


def joined(*sentences: str) -> str:
    """Return sentences as one text, without those that are empty."""
    return " ".join(filter(None, sentences))


def share_unchanged(share: ShareView, message: str) -> ChangeView:
    """Say that there is nothing to change about a share. message: Why."""
    return ChangeView(outcome="unchanged", message=f"Nothing was done: {message}", share=share)


def _after_failure(seen: WatchedView) -> tuple[str, NextCall | None]:
    """Return what to say of what has failed, and the call that is next."""
    match seen:
        case ShareView():
            return (
                "The share is FAILED: it cannot be used and does not mend itself. Delete it and create another.",
                NextCall(tool="delete_share", arguments={"share": seen.id}),
            )
        case SnapshotView():
            return (
                "The snapshot is FAILED: it keeps nothing. Delete it and take another.",
                NextCall(tool="delete_snapshot", arguments={"snapshot": seen.id}),
            )
        case AccessPointView():
            return "The access point is FAILED. Create another.", None
    return "The action has failed: what it was to change is as before. Look at it before starting it again.", None
