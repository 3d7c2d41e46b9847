"""The tools for snapshots."""

from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp import arguments
from do_nfs_mcp.tools.tool import ApiContext, Effect, ToolSpec, answer, nfs
from do_nfs_mcp.views import ActionView, DeletedView, SnapshotListView, SnapshotView


async def create_snapshot(
    context: ApiContext, share: arguments.Share, name: arguments.SnapshotName
) -> Annotated[CallToolResult, ActionView]:
    """Keep a share's content as it is now. It can be read under .snapshot of the mount; nothing restores one."""
    api = nfs(context)
    return answer(ActionView.of(await api.create_snapshot(await api.share_id(share), name)))


async def list_snapshots(
    context: ApiContext, region: arguments.OptionalRegion = "", share: arguments.OptionalShare = ""
) -> Annotated[CallToolResult, SnapshotListView]:
    """List snapshots with id, share, status and age. Use get_snapshot for one you know."""
    api = nfs(context)
    share_id = await api.share_id(share) if share else None
    return answer(SnapshotListView.of(await api.list_snapshots(region, share_id)))


async def get_snapshot(
    context: ApiContext, nfs_snapshot_id: arguments.SnapshotId
) -> Annotated[CallToolResult, SnapshotView]:
    """Show one snapshot."""
    return answer(SnapshotView.of(await nfs(context).get_snapshot(nfs_snapshot_id)))


async def delete_snapshot(
    context: ApiContext, nfs_snapshot_id: arguments.SnapshotId
) -> Annotated[CallToolResult, DeletedView]:
    """Destroy a snapshot for good. The share it was taken of is left as it is."""
    await nfs(context).delete_snapshot(nfs_snapshot_id)
    return answer(DeletedView(deleted="snapshot", id=nfs_snapshot_id))


SPECS = (
    ToolSpec(create_snapshot, "Take a snapshot", Effect.ADDS),
    ToolSpec(list_snapshots, "List snapshots", Effect.READS),
    ToolSpec(get_snapshot, "Show a snapshot", Effect.READS),
    ToolSpec(delete_snapshot, "Delete a snapshot", Effect.DESTROYS),
)
