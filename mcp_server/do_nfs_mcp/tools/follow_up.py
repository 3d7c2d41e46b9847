"""What becomes of a change once the API has taken it: waiting for it, and saying how to go on."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from do_nfs_mcp.api.errors import NfsError, quoted
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.views import AccessPointView, ActionView, ChangeView, DeletedView, ShareView, SnapshotView, View
from do_nfs_mcp.tools.polling import wait_for
from do_nfs_mcp.tools.service import ServiceContext, api_for

WatchedView = TypeVar("WatchedView", ShareView, SnapshotView, AccessPointView, ActionView)

_FIELDS: dict[type[View], str] = {
    ShareView: "share",
    SnapshotView: "snapshot",
    AccessPointView: "access_point",
    ActionView: "action",
}
# How far the times of an action and of what it makes may be apart.
_SKEW = timedelta(seconds=2)
_FAILED = {"FAILED", "ACCESS_POINT_FAILED", "ACTION_FAILED", "errored"}
_READY = {"ACTIVE", "ACCESS_POINT_ACTIVE", "COMPLETED", "completed"}
_GONE = {"DELETED", "ACCESS_POINT_DELETED"}


def is_ready(thing: ShareView | SnapshotView | AccessPointView | ActionView) -> bool:
    """Whether it is there and can be used. A state that is not known is waited out."""
    return thing.status in _READY


async def wait_and_report(
    context: ServiceContext,
    wait: bool,
    look: Callable[[], Awaitable[WatchedView]],
    reached: Callable[[WatchedView], bool],
    go_on: str,
    *,
    then: str = "",
    known: WatchedView | None = None,
    action: ActionView | None = None,
) -> ChangeView:
    """Wait for a change, if that is wanted, and tell what came of it.

    Args:
        wait: Whether to wait at all.
        look: Reads what is changed, in one request.
        reached: Whether the change has taken effect.
        go_on: How the caller goes on if it has not: a sentence.
        then: What is next if it has: a sentence, or an empty text.
        known: What is changed, as the API's answer to the change had it.
        action: The change, as the API's answer had it.
    """

    def ended(thing: WatchedView) -> bool:
        return reached(thing) or thing.status in _FAILED | _GONE

    seen, why = known, ""
    if action and action.status in _FAILED:
        return ChangeView(outcome="failed", message=_failed(action), action=action)
    if wait and not (known and ended(known)):
        seen, why = await wait_for(context, look, ended, known)
    shown: dict[str, Any] = {"action": action, **({_FIELDS[type(seen)]: seen} if seen else {})}
    if seen and seen.status in _FAILED:
        return ChangeView(outcome="failed", message=_failed(seen), **shown)
    if seen and seen.status in _GONE:
        return ChangeView(outcome="failed", message="It was deleted meanwhile.", **shown)
    if seen and reached(seen):
        return ChangeView(outcome="done", message=f"Done. {then}".rstrip(), **shown)
    return ChangeView(outcome="pending", message=" ".join(filter(None, (go_on, why))), **shown)


async def wait_and_report_share(
    context: ServiceContext,
    wait: bool,
    share_id: UUID,
    started: ActionView | ShareView,
    reached: Callable[[ShareView], bool],
) -> ChangeView:
    """Wait for a change of a share to show on the share, and tell what came of it."""
    action, known = (started, None) if isinstance(started, ActionView) else (None, started)
    # Mostly a number, which the account-wide endpoint takes if the token may ask it.
    number = action.id if action and action.id and action.id.isdigit() else ""
    by_action = f" With the scope actions:read, wait_until_ready with action_id {number} waits." if number else ""
    return await wait_and_report(
        context,
        wait,
        lambda: look_at_share(context, share_id),
        reached,
        f"Started, but not there yet. Do not start it again: get_share shows when it has taken effect.{by_action}",
        known=known,
        action=action,
    )


async def look_at_share(context: ServiceContext, share_id: UUID) -> ShareView:
    """The share as it is now."""
    return ShareView.of(await api_for(context).get_share(str(share_id)))


async def name_of_share(context: ServiceContext, share_id: UUID) -> str:
    """The name of a share, in quotes; its id if it is gone, which what it had may outlast."""
    try:
        return quoted((await api_for(context).get_share(str(share_id))).name)
    except NfsError as error:
        if error.gone:
            return f"{share_id}, which is gone"
        raise


async def look_at_snapshot(context: ServiceContext, snapshot_id: UUID) -> SnapshotView:
    """The snapshot as it is now."""
    return SnapshotView.of(await api_for(context).get_snapshot(snapshot_id))


async def look_at_snapshots(context: ServiceContext, share_id: UUID) -> list[SnapshotView]:
    """The snapshots that a share has now. One that is DELETED is none."""
    found = map(SnapshotView.of, await api_for(context).list_snapshots(share_id=share_id))
    return [snapshot for snapshot in found if snapshot.status != "DELETED"]


async def delete(
    kind: str,
    target_id: UUID,
    found: ShareView | SnapshotView | AccessPointView | None,
    words: str,
    send: Callable[[], Awaitable[Any]],
) -> DeletedView:
    """Delete something, and tell what came of it.

    Args:
        kind: What it is: share, snapshot or access point.
        target_id: Its id.
        found: What it was just now; None if it was gone by then.
        words: The same in words.
        send: Tells the API to delete it.
    """
    outcome = "already_gone"
    if found is not None:
        try:
            await send()
            outcome = "deleted"
        except NfsError as error:
            if not error.gone:
                raise
    gone = f"There is no {kind} {target_id} any more, so there was nothing to delete."
    message = f"Deleted {words}." if outcome == "deleted" else gone
    name = found.name if found else None
    return DeletedView.model_validate(
        {"outcome": outcome, "kind": kind, "id": target_id, "name": name, "message": message}
    )


def newest_snapshot(
    context: ServiceContext, share_id: UUID, name: str, since: datetime | None
) -> Callable[[], Awaitable[SnapshotView]]:
    """What reads the snapshot that an action takes which does not give its id.

    Args:
        share_id: The share that it is taken of.
        name: Its name.
        since: When the action started, if it says so.
    """

    async def newest() -> SnapshotView:
        found = [SnapshotView.of(s) for s in await api_for(context).list_snapshots(share_id=share_id) if s.name == name]
        # Names may repeat: what was there before the action is not what it takes.
        new = [s for s in found if since is None or utc(s.created_at) >= utc(since) - _SKEW]
        if not new:
            raise NfsError(
                f"No new snapshot of share {share_id} is named {quoted(name)} yet.", kind=FailureKind.NOT_FOUND
            )
        return max(new, key=lambda s: utc(s.created_at))

    return newest


async def look_at_access_point(context: ServiceContext, access_point_id: UUID) -> AccessPointView:
    """The access point as it is now."""
    return AccessPointView.of(await api_for(context).get_access_point(access_point_id))


def _failed(seen: WatchedView) -> str:
    match seen:
        case ShareView():
            return "The share is FAILED: it cannot be used and does not mend itself. Delete it and create another."
        case SnapshotView():
            return "The snapshot is FAILED: it keeps nothing. Delete it and take another."
        case AccessPointView():
            return "The access point is FAILED. Create another."
    return "The action has failed: what it was to change is as before. Look at it before starting it again."
