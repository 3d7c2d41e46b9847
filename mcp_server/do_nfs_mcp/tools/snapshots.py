"""The tools for snapshots."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.scopes import CREATE, DELETE, LIST, READ
from do_nfs_mcp.api.statuses import is_ready
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.audience import call_of
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.pagination import page_of
from do_nfs_mcp.storage.views import (
    ActionView,
    DeletedView,
    NewSnapshotView,
    NextCall,
    SnapshotListView,
    SnapshotView,
    started_snapshot,
)
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Agreed, Confirmation, confirmed
from do_nfs_mcp.tools.deletion import as_deleted, delete_and_report
from do_nfs_mcp.tools.follow_up import Wording, wait_and_report
from do_nfs_mcp.tools.lists import matching, newest_first
from do_nfs_mcp.tools.lookups import (
    find_snapshot,
    name_share,
    read_share_to_change,
    read_snapshot,
    read_snapshots,
    read_unless_deleted,
)
from do_nfs_mcp.tools.questions import in_question, share_to_take_from
from do_nfs_mcp.tools.service import ServiceContext, api_for, service_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer

# How far the times of an action and of the snapshot that it takes may be apart.
_SKEW = timedelta(seconds=2)


async def create_snapshot(
    context: ServiceContext, share: arguments.Share, name: arguments.SnapshotName, wait: arguments.Wait = True
) -> Annotated[CallToolResult, NewSnapshotView]:
    """Keep a share's content as it is now, readable under .snapshot of the mount."""
    api = api_for(context)
    regions = service_for(context).limits.regions
    share_id = (await read_share_to_change(context, share)).id if regions else await api.share_id(share, to_change=True)
    started = started_snapshot(await api.create_snapshot(share_id, name))
    action, known = (started, None) if isinstance(started, ActionView) else (None, started)
    snapshot_id = known.id if known else action.snapshot_id if action else None
    look: Callable[[], Awaitable[SnapshotView]]
    if snapshot_id:
        look = partial(read_snapshot, context, snapshot_id)
        how = f"{call_of('wait_until_ready', snapshot=plain(snapshot_id))} goes on waiting"
        following = NextCall(tool="wait_until_ready", arguments={"snapshot": snapshot_id})
    else:
        look = partial(_read_newest, context, share_id, name, action.started_at if action else None)
        how = f"{call_of('list_snapshots', share=plain(share_id))} shows it"
        following = NextCall(tool="list_snapshots", arguments={"share": share_id})
    wording = Wording(
        f"Started, but not there yet. Do not take it again: {how}.",
        following,
        after={"name": name, "share_id": share_id},
    )
    change = await wait_and_report(context, wait, look, is_ready, wording, known=known, action=action)
    name_share(share, change.snapshot)
    return answer(change)


async def list_snapshots(
    context: ServiceContext,
    share: arguments.OptionalShare = "",
    region: arguments.OptionalRegion = "",
    name_contains: arguments.NameContains = "",
    status: arguments.Status = "",
    limit: arguments.Limit = arguments.DEFAULT_LIMIT,
    cursor: arguments.Cursor = "",
) -> Annotated[CallToolResult, SnapshotListView]:
    """List snapshots, newest first. To delete old ones: prune_snapshots."""
    api = api_for(context)
    share_id = await api.share_id(share) if share else None
    found = await api.list_snapshots(region, share_id)
    page = page_of("snapshots", matching(found, name_contains, status), newest_first, limit, cursor)
    view = SnapshotListView.of(page)
    name_share(share, *view.snapshots)
    return answer(view)


async def get_snapshot(
    context: ServiceContext, snapshot: arguments.Snapshot, share: arguments.ShareOfNamed = ""
) -> Annotated[CallToolResult, SnapshotView]:
    """Show one snapshot."""
    return answer(await find_snapshot(context, snapshot, share))


async def delete_snapshot_confirmation(
    context: ServiceContext, snapshot: str, share: str
) -> Confirmation[SnapshotView | None]:
    """Make the confirmation for delete_snapshot."""
    find = partial(find_snapshot, context, snapshot, share, to_change=True)
    found = await read_unless_deleted(find) if as_uuid(snapshot) else await find()
    if found is None:
        return Confirmation(None, None)
    of_what = await share_to_take_from(context, found.share_id, found.region)
    if not service_for(context).asks_before_loss:
        return Confirmation(found, None)
    of_share = await read_snapshots(context, found.share_id)
    # A snapshot that is FAILED or not there yet is not a backup.
    left = sum(is_ready(s) and s.id != found.id for s in of_share) or "none"
    return Confirmation(
        found,
        f"Delete snapshot {in_question(found.id, found.name)}, for good? Of the share's other snapshots, {left} "
        f"{'is' if left == 1 else 'are'} ACTIVE. {of_what} The snapshot is {found.details()}.",
    )


async def delete_snapshot(
    context: ServiceContext,
    snapshot: arguments.Snapshot,
    agreed: Annotated[Agreed[SnapshotView | None], confirmed(delete_snapshot_confirmation)],
    share: arguments.ShareOfNamed = "",
) -> Annotated[CallToolResult, DeletedView]:
    """Destroy one snapshot. The server asks first. For many: prune_snapshots."""
    found = agreed.target
    snapshot_id = found.id if found else as_uuid(snapshot) or snapshot
    send = partial(api_for(context).delete_snapshot, snapshot_id)
    description = as_deleted(found).text() if found else ""
    return answer(await delete_and_report("snapshot", snapshot_id, found, description, send, asked=agreed.asked))


async def _read_newest(context: ServiceContext, share_id: str, name: str, since: datetime | None) -> SnapshotView:
    """Return the snapshot that an action takes which does not give its id.

    Args:
        context: The call's.
        share_id: The share that it is taken of.
        name: Its name.
        since: When the action started; None if it does not say so.

    Raises:
        NfsError: It is not there yet, or it cannot be read.
    """
    found = [SnapshotView.of(s) for s in await api_for(context).list_snapshots(share_id=share_id) if s.name == name]
    # Names may repeat: what was there before the action is not what it takes.
    new = [s for s in found if since is None or utc(s.created_at) >= utc(since) - _SKEW]
    if not new:
        raise NfsError(
            f"No new snapshot of share {plain(share_id)} is named {quoted(name)} yet.", kind=FailureKind.NOT_FOUND
        )
    return max(new, key=lambda s: utc(s.created_at))


SPECS = (
    ToolSpec(create_snapshot, "Take a snapshot", Effect.ADDS, CREATE),
    ToolSpec(list_snapshots, "List snapshots", Effect.READS, LIST),
    ToolSpec(get_snapshot, "Show a snapshot", Effect.READS, READ),
    ToolSpec(delete_snapshot, "Delete a snapshot", Effect.DESTROYS, LIST | READ | DELETE),
)
