"""The tool for VPCs, from which shares are mounted."""

from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp.api.scopes import LIST
from do_nfs_mcp.storage.pagination import page_of
from do_nfs_mcp.storage.views import VpcListView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.lists import by_region, matching
from do_nfs_mcp.tools.service import ServiceContext, api_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


async def list_vpcs(
    context: ServiceContext,
    region: arguments.OptionalRegion = "",
    name_contains: arguments.NameContains = "",
    limit: arguments.Limit = arguments.DEFAULT_LIMIT,
    cursor: arguments.Cursor = "",
) -> Annotated[CallToolResult, VpcListView]:
    """List VPCs, whose names other tools take. A share and its VPCs are in one region."""
    vpcs = [vpc for vpc in await api_for(context).list_vpcs() if vpc.region == region or not region]
    return answer(VpcListView.of(page_of("vpcs", matching(vpcs, name_contains), by_region, limit, cursor)))


SPECS = (ToolSpec(list_vpcs, "List VPCs", Effect.READS, LIST),)
