"""The tools for access points."""

from functools import partial
from typing import Annotated, Protocol
from uuid import UUID

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import CREATE, DELETE, LIST, READ
from do_nfs_mcp.api.statuses import is_ready
from do_nfs_mcp.storage.pagination import Key, page_of
from do_nfs_mcp.storage.views import AccessPointChangeView, AccessPointListView, AccessPointView, DeletedView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Confirmation, confirmed
from do_nfs_mcp.tools.deletion import delete_and_report
from do_nfs_mcp.tools.follow_up import wait_and_report
from do_nfs_mcp.tools.lists import HasCreatedAt, matching, oldest_first
from do_nfs_mcp.tools.lookups import read_access_point, read_unless_deleted, share_name
from do_nfs_mcp.tools.service import ServiceContext, api_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


class _AccessPoint(HasCreatedAt, Protocol):
    """An access point."""

    is_default: bool


async def list_access_points(
    context: ServiceContext,
    share: arguments.Share,
    status: arguments.OptionalAccessPointStatus = None,
    name_contains: arguments.NameContains = "",
    limit: arguments.Limit = arguments.DEFAULT_LIMIT,
    cursor: arguments.Cursor = "",
) -> Annotated[CallToolResult, AccessPointListView]:
    """List the folders that a share exports."""
    api = api_for(context)
    found = await api.list_access_points(await api.share_id(share), status)

    def default_first(point: _AccessPoint) -> Key:
        return (not point.is_default, *oldest_first(point))

    return answer(
        AccessPointListView.of(page_of("access_points", matching(found, name_contains), default_first, limit, cursor))
    )


async def get_access_point(
    context: ServiceContext, access_point_id: arguments.AccessPointId
) -> Annotated[CallToolResult, AccessPointView]:
    """Show one access point. To find its id: list_access_points."""
    return answer(await read_access_point(context, access_point_id))


async def create_access_point(
    context: ServiceContext,
    share: arguments.Share,
    name: arguments.AccessPointName,
    path: arguments.AccessPointPath,
    vpc_id: arguments.VpcId,
    access_policy: arguments.OptionalAccessPolicy,
    wait: bool = True,
) -> Annotated[CallToolResult, AccessPointChangeView]:
    """Export one folder of a share to a VPC, for example to one team. A whole share needs none."""
    api = api_for(context)
    share_id = await api.share_id(share)
    created = await api.create_access_point(share_id, name, path, vpc_id, access_policy.model_dump())
    known = AccessPointView.of(created)
    return answer(
        await wait_and_report(
            context,
            wait,
            partial(read_access_point, context, known.id),
            is_ready,
            "Started, but not there yet. Do not create it again: wait_until_ready with access_point_id "
            f"{known.id} goes on waiting.",
            known=known,
        )
    )


async def delete_access_point_confirmation(
    context: ServiceContext, access_point_id: UUID
) -> Confirmation[AccessPointView | None]:
    """Make the confirmation for delete_access_point."""
    found = await read_unless_deleted(partial(read_access_point, context, access_point_id))
    if found is None:
        return Confirmation(None, None)
    if found.is_default:
        raise NfsError("Nothing was done: this is the default access point, which a share always has.")
    share = await share_name(context, found.share_id)
    return Confirmation(
        found,
        f"Delete {found.text()}? The share is {share}. Mounts through it stop working. The files stay.",
    )


async def delete_access_point(
    context: ServiceContext,
    access_point_id: arguments.AccessPointId,
    target: Annotated[AccessPointView | None, confirmed(delete_access_point_confirmation)],
) -> Annotated[CallToolResult, DeletedView]:
    """Stop exporting a folder: mounts of it stop working, files stay. The person is asked."""
    description = target.text() if target else ""
    send = partial(api_for(context).delete_access_point, access_point_id)
    return answer(await delete_and_report("access point", access_point_id, target, description, send))


SPECS = (
    ToolSpec(list_access_points, "List access points", Effect.READS, LIST),
    ToolSpec(get_access_point, "Show an access point", Effect.READS, READ),
    ToolSpec(create_access_point, "Create an access point", Effect.CHANGES, CREATE),
    ToolSpec(delete_access_point, "Delete an access point", Effect.DESTROYS, READ | DELETE),
)
