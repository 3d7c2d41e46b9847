"""The tools for snapshots."""

from functools import partial
from typing import Annotated
from uuid import UUID

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import CREATE, DELETE, LIST, READ
from do_nfs_mcp.storage.pagination import page_of
from do_nfs_mcp.storage.views import (
    ActionView,
    ChangeView,
    DeletedView,
    SnapshotListView,
    SnapshotView,
    started_snapshot,
)
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Confirmation, confirmed
from do_nfs_mcp.tools.follow_up import (
    delete,
    is_ready,
    look_at_snapshot,
    look_at_snapshots,
    name_of_share,
    newest_snapshot,
    wait_and_report,
)
from do_nfs_mcp.tools.lists import matching, newest_first
from do_nfs_mcp.tools.service import ServiceContext, api_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


async def create_snapshot(
    context: ServiceContext, share: arguments.Share, name: arguments.SnapshotName, wait: bool = True
) -> Annotated[CallToolResult, ChangeView]:
    """Keep a share's content as it is now, readable under .snapshot of the mount."""
    api = api_for(context)
    share_id = await api.share_id(share)
    started = started_snapshot(await api.create_snapshot(share_id, name))
    action, known = (started, None) if isinstance(started, ActionView) else (None, started)
    snapshot_id = started.snapshot_id if isinstance(started, ActionView) else started.id
    how = (
        f"wait_until_ready with nfs_snapshot_id {snapshot_id} goes on waiting"
        if snapshot_id
        else f"list_snapshots of share {share_id} shows it"
    )
    return answer(
        await wait_and_report(
            context,
            wait,
            partial(look_at_snapshot, context, snapshot_id)
            if snapshot_id
            else newest_snapshot(context, share_id, name, action.started_at if action else None),
            is_ready,
            f"Started, but not there yet. Do not take it again: {how}.",
            known=known,
            action=action,
        )
    )


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
    return answer(
        SnapshotListView.of(page_of("snapshots", matching(found, name_contains, status), newest_first, limit, cursor))
    )


async def get_snapshot(
    context: ServiceContext, nfs_snapshot_id: arguments.SnapshotId
) -> Annotated[CallToolResult, SnapshotView]:
    """Show one snapshot. To find its id: list_snapshots."""
    return answer(await look_at_snapshot(context, nfs_snapshot_id))


async def snapshot_at_stake(context: ServiceContext, nfs_snapshot_id: UUID) -> Confirmation[SnapshotView | None]:
    """What deleting a snapshot would destroy."""
    try:
        found = await look_at_snapshot(context, nfs_snapshot_id)
    except NfsError as error:
        if error.gone:
            return Confirmation(None, None)
        raise
    if found.status == "DELETED":
        return Confirmation(None, None)
    share = await name_of_share(context, found.share_id)
    of_share = await look_at_snapshots(context, found.share_id)
    # What is FAILED or not there yet is no backup.
    left = sum(s.status == "ACTIVE" and s.id != found.id for s in of_share) or "none"
    question = f"Delete {found.text()}, for good? Of the other snapshots of share {share}, {left} "
    return Confirmation(found, f"{question}{'is' if left == 1 else 'are'} ACTIVE.")


async def delete_snapshot(
    context: ServiceContext,
    nfs_snapshot_id: arguments.SnapshotId,
    target: Annotated[SnapshotView | None, confirmed(snapshot_at_stake)],
) -> Annotated[CallToolResult, DeletedView]:
    """Destroy one snapshot; the person is asked. For many: prune_snapshots."""
    words = target.text() if target else ""
    send = partial(api_for(context).delete_snapshot, nfs_snapshot_id)
    return answer(await delete("snapshot", nfs_snapshot_id, target, words, send))


SPECS = (
    ToolSpec(create_snapshot, "Take a snapshot", Effect.ADDS, CREATE),
    ToolSpec(list_snapshots, "List snapshots", Effect.READS, LIST),
    ToolSpec(get_snapshot, "Show a snapshot", Effect.READS, READ),
    ToolSpec(delete_snapshot, "Delete a snapshot", Effect.DESTROYS, LIST | READ | DELETE),
)
