"""The tool that shows all storage at once."""

from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp.api.scopes import LIST
from do_nfs_mcp.storage.overview import OverviewView, overview
from do_nfs_mcp.storage.views import ShareView, SnapshotView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.overview_page import INVENTORY, PAGE, inventory, shows_pages
from do_nfs_mcp.tools.service import Service, ServiceContext, service_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer
from do_nfs_mcp.tools.vpc_lookup import name_vpcs

__all__ = ["SPECS", "account_overview"]


async def account_overview(service: Service) -> OverviewView:
    """Return all storage of the account in numbers, and what looks wrong with it.

    Raises:
        NfsError: It cannot be read.
    """
    return await _named(service, overview(*await _read_all(service, ""), service.now, arguments.DEFAULT_SNAPSHOT_DAYS))


async def get_storage_overview(
    context: ServiceContext,
    region: arguments.OptionalRegion = "",
    snapshot_days: arguments.SnapshotDays = arguments.DEFAULT_SNAPSHOT_DAYS,
) -> Annotated[CallToolResult, OverviewView]:
    """Sum up all storage by region, and what looks wrong."""
    service = service_for(context)
    shares, snapshots = await _read_all(service, region)
    result = answer(await _named(service, overview(shares, snapshots, service.now, snapshot_days)))
    if shows_pages(context):
        result.meta = {INVENTORY: inventory(shares, snapshots, service.now)}
    return result


async def _named(service: Service, view: OverviewView) -> OverviewView:
    """Return it with the names of the VPCs of the shares that it lists."""
    await name_vpcs(service, view.listed_shares or [])
    return view


async def _read_all(service: Service, region: str) -> tuple[list[ShareView], list[SnapshotView]]:
    shares = [ShareView.of(share) for share in await service.api.list_shares(region)]
    return shares, [SnapshotView.of(snapshot) for snapshot in await service.api.list_snapshots(region)]


SPECS = (ToolSpec(get_storage_overview, "Sum up all storage", Effect.READS, LIST, page=PAGE),)
