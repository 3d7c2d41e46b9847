"""The tools for access points."""

from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp import arguments
from do_nfs_mcp.tools.tool import ApiContext, Effect, ToolSpec, answer, nfs
from do_nfs_mcp.views import AccessPointListView, AccessPointView


async def list_access_points(
    context: ApiContext, share: arguments.Share, status: arguments.OptionalAccessPointStatus = None
) -> Annotated[CallToolResult, AccessPointListView]:
    """List a share's access points: the paths it exports, each to a VPC under its own squash policy."""
    api = nfs(context)
    return answer(AccessPointListView.of(await api.list_access_points(await api.share_id(share), status)))


async def get_access_point(
    context: ApiContext, access_point_id: arguments.AccessPointId
) -> Annotated[CallToolResult, AccessPointView]:
    """Show one access point."""
    return answer(AccessPointView.of(await nfs(context).get_access_point(access_point_id)))


async def create_access_point(
    context: ApiContext,
    share: arguments.Share,
    name: arguments.AccessPointName,
    path: arguments.AccessPointPath,
    vpc_id: arguments.VpcId,
    access_policy: arguments.OptionalAccessPolicy,
) -> Annotated[CallToolResult, AccessPointView]:
    """Export one folder of a share under its own policy, for example to one team. The share has to be ACTIVE or
    INACTIVE. To mount a whole share none is needed: every share has a default one."""
    api = nfs(context)
    share_id = await api.share_id(share)
    made = await api.create_access_point(share_id, name, path, vpc_id, access_policy.model_dump())
    return answer(AccessPointView.of(made))


async def delete_access_point(
    context: ApiContext, access_point_id: arguments.AccessPointId
) -> Annotated[CallToolResult, AccessPointView]:
    """Stop exporting a folder: mounts through it stop working. The files stay. The default one cannot be deleted."""
    return answer(AccessPointView.of(await nfs(context).delete_access_point(access_point_id)))


SPECS = (
    ToolSpec(list_access_points, "List access points", Effect.READS),
    ToolSpec(get_access_point, "Show an access point", Effect.READS),
    ToolSpec(create_access_point, "Create an access point", Effect.CHANGES),
    ToolSpec(delete_access_point, "Delete an access point", Effect.DESTROYS),
)
