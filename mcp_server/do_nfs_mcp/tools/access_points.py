"""The tools for access points."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Protocol

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.scopes import CREATE, DELETE, LIST, READ
from do_nfs_mcp.api.statuses import is_failed, is_ready
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.audience import call_of
from do_nfs_mcp.storage.pagination import Key, page_of
from do_nfs_mcp.storage.views import (
    AccessPointListView,
    AccessPointView,
    DeletedView,
    NewAccessPointView,
    NextCall,
    ShareView,
)
from do_nfs_mcp.storage.vpc_choice import ChosenVpc
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Agreed, Confirmation, confirmed
from do_nfs_mcp.tools.deletion import as_deleted, delete_and_report
from do_nfs_mcp.tools.follow_up import Wording, joined, wait_and_report
from do_nfs_mcp.tools.lists import HasCreatedAt, matching, oldest_first
from do_nfs_mcp.tools.lookups import (
    find_access_point,
    name_share,
    read_access_point,
    read_share_to_change,
    read_unless_deleted,
)
from do_nfs_mcp.tools.questions import in_question, others_of_name, share_to_take_from
from do_nfs_mcp.tools.service import ServiceContext, api_for, service_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer
from do_nfs_mcp.tools.vpc_lookup import find_own_vpc, name_vpcs


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

    page = page_of("access_points", matching(found, name_contains), default_first, limit, cursor)
    view = AccessPointListView.of(page)
    name_share(share, *view.access_points)
    await name_vpcs(service_for(context), view.access_points)
    return answer(view)


async def get_access_point(
    context: ServiceContext, access_point: arguments.AccessPoint, share: arguments.ShareOfNamed = ""
) -> Annotated[CallToolResult, AccessPointView]:
    """Show one access point."""
    return answer(await find_access_point(context, access_point, share))


@dataclass(frozen=True)
class OpeningTarget:
    """A share of which a call would export a folder. vpc: Where to."""

    share: ShareView
    vpc: ChosenVpc


async def create_access_point_confirmation(
    context: ServiceContext,
    share: str,
    name: str,
    path: str,
    access_policy: arguments.AccessPolicy,
    vpc_id: str,
) -> Confirmation[OpeningTarget]:
    """Make the confirmation for create_access_point."""
    found = await read_share_to_change(context, share)
    vpc = await find_own_vpc(context, found, vpc_id)
    target = OpeningTarget(found, vpc)
    if access_policy.squash_config != "NO_SQUASH" or service_for(context).allow_no_squash:
        return Confirmation(target, None)
    return Confirmation(
        target,
        joined(
            f"Create access point {quoted(name)} of share {in_question(found.id, found.name)} with NO_SQUASH?",
            f"Root on any machine in VPC {in_question(vpc.id, vpc.name)} is root on its files, too.",
            await others_of_name(context, found.name, found.id),
            f"This share is in {plain(found.region)}. The path is {quoted(path, len(path))}.",
        ),
        why="with NO_SQUASH root on any machine of the VPC is root on the files",
        instead="ROOT_SQUASH and ALL_SQUASH need no question.",
        loses=False,
    )


async def create_access_point(
    context: ServiceContext,
    share: arguments.Share,
    name: arguments.AccessPointName,
    path: arguments.AccessPointPath,
    agreed: Annotated[Agreed[OpeningTarget], confirmed(create_access_point_confirmation)],
    access_policy: arguments.OptionalAccessPolicy,
    vpc_id: arguments.OwnVpc = "",
    wait: arguments.Wait = True,
) -> Annotated[CallToolResult, NewAccessPointView]:
    """Export a folder of a share to a VPC, such as a team's. By default root is squashed. A whole share needs none."""
    found, vpc = agreed.target.share, agreed.target.vpc
    created = await api_for(context).create_access_point(found.id, name, path, vpc.id, access_policy.model_dump())
    known = AccessPointView.of(created)
    await name_vpcs(service_for(context), [known])
    wording = Wording(
        joined(
            "Started, but not there yet. Do not create it again: "
            f"{call_of('wait_until_ready', access_point=plain(known.id))} goes on waiting.",
            vpc.note,
        ),
        NextCall(tool="wait_until_ready", arguments={"access_point": known.id}),
        "\n".join(
            [
                f"First make the folder {quoted(path)} on a mount of the whole share, if it is not there yet.",
                "At which address it is mounted is not documented: look in DigitalOcean's control panel.",
                joined(vpc.note, _attachment(found, vpc)),
                _SQUASHING[access_policy.squash_config],
            ]
        ),
        after={"name": name, "share_id": found.id, "path": path, "vpc_id": vpc.id, **access_policy.model_dump()},
        asked=agreed.asked,
    )
    look = partial(read_access_point, context, known.id)
    change = await wait_and_report(context, wait, look, is_ready, wording, known=known)
    name_share(found.name, change.access_point)
    return answer(change)


async def delete_access_point_confirmation(
    context: ServiceContext, access_point: str, share: str
) -> Confirmation[AccessPointView | None]:
    """Make the confirmation for delete_access_point."""
    find = partial(find_access_point, context, access_point, share, to_change=True)
    found = await read_unless_deleted(find) if as_uuid(access_point) else await find()
    if found is None:
        return Confirmation(None, None)
    if found.is_default:
        raise NfsError("Nothing was done: this is the default access point, which a share always has.")
    if is_failed(found):
        raise NfsError(
            f"Nothing was done: access point {quoted(found.name)} is FAILED, and the API does not delete such a one. "
            "create_access_point makes another, under another name and path if these are taken; delete_share takes it "
            "along."
        )
    of_what = await share_to_take_from(context, found.share_id)
    if not service_for(context).asks_before_loss:
        return Confirmation(found, None)
    return Confirmation(
        found,
        f"Delete access point {in_question(found.id, found.name)}? Mounts through it stop working. The files stay. "
        f"{of_what} The access point is {found.details()}.",
    )


async def delete_access_point(
    context: ServiceContext,
    access_point: arguments.AccessPoint,
    agreed: Annotated[Agreed[AccessPointView | None], confirmed(delete_access_point_confirmation)],
    share: arguments.ShareOfNamed = "",
) -> Annotated[CallToolResult, DeletedView]:
    """Stop exporting a folder: mounts of it stop working, files stay. The server asks first."""
    found = agreed.target
    point_id = found.id if found else as_uuid(access_point) or access_point
    send = partial(api_for(context).delete_access_point, point_id)
    description = as_deleted(found).text() if found else ""
    return answer(await delete_and_report("access point", point_id, found, description, send, asked=agreed.asked))


_SQUASHING = {
    "NO_SQUASH": "NO_SQUASH: every user, root too, is who they are on the client.",
    "ROOT_SQUASH": "ROOT_SQUASH: root is nobody; every other user is who they are on the client.",
    "ALL_SQUASH": "ALL_SQUASH: every user is nobody.",
}


def _attachment(share: ShareView, vpc: ChosenVpc) -> str:
    """Return what is known of whether machines in a VPC reach an access point there."""
    if vpc.id in share.vpc_ids:
        return f"The share is attached to {vpc.text()}."
    return (
        f"The share is not attached to {vpc.text()}. By the API's documentation the access point works there all the "
        "same, by the Terraform provider's it does not. If mounting fails: attach_share, which opens the whole share."
    )


SPECS = (
    ToolSpec(list_access_points, "List access points", Effect.READS, LIST),
    ToolSpec(get_access_point, "Show an access point", Effect.READS, READ),
    ToolSpec(create_access_point, "Create an access point", Effect.CHANGES, READ | CREATE),
    ToolSpec(delete_access_point, "Delete an access point", Effect.DESTROYS, READ | DELETE),
)
