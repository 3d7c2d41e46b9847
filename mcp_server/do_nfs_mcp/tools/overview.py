"""The tool that shows all storage at once."""

from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp import arguments
from do_nfs_mcp.overview import OverviewView, overview
from do_nfs_mcp.scopes import LIST
from do_nfs_mcp.service import Service, ServiceContext, service
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer
from do_nfs_mcp.views import ShareView, SnapshotView


async def look_over(have: Service, region: str = "", snapshot_days: int = 7) -> OverviewView:
    """All storage of a region, or of the account, and what looks wrong."""
    shares = [ShareView.of(share) for share in await have.api.list_shares(region)]
    snapshots = [SnapshotView.of(snapshot) for snapshot in await have.api.list_snapshots(region)]
    return overview(shares, snapshots, have.now, snapshot_days)


async def get_storage_overview(
    context: ServiceContext,
    region: arguments.OptionalRegion = "",
    snapshot_days: arguments.SnapshotDays = 7,
) -> Annotated[CallToolResult, OverviewView]:
    """Sum up all storage by region, and what looks wrong, such as no snapshot in snapshot_days."""
    return answer(await look_over(service(context), region, snapshot_days))


SPECS = (ToolSpec(get_storage_overview, "Sum up all storage", Effect.READS, LIST),)
