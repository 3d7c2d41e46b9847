"""The tool for VPCs, where the ids that shares need come from."""

from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp import arguments
from do_nfs_mcp.tools.tool import ApiContext, Effect, ToolSpec, answer, nfs
from do_nfs_mcp.views import VpcListView


async def list_vpcs(
    context: ApiContext, region: arguments.OptionalRegion = ""
) -> Annotated[CallToolResult, VpcListView]:
    """List VPCs, whose ids create_share and attach_share need. A share and its VPC are in one region."""
    vpcs = await nfs(context).list_vpcs()
    return answer(VpcListView.of(vpc for vpc in vpcs if vpc.region == region or not region))


SPECS = (ToolSpec(list_vpcs, "List VPCs", Effect.READS),)
