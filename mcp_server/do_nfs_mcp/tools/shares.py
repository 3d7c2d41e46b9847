"""The tools for shares and for what changes them."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated
from uuid import UUID

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.scopes import CREATE, DELETE, LIST, READ
from do_nfs_mcp.api.statuses import is_ready
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.storage.pagination import page_of
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.views import (
    ChangeView,
    DeletedView,
    ShareChangeView,
    ShareListView,
    ShareView,
    started_on_share,
)
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Confirmation, confirmed
from do_nfs_mcp.tools.deletion import delete_and_report
from do_nfs_mcp.tools.follow_up import wait_and_report, wait_and_report_share
from do_nfs_mcp.tools.lists import matching, oldest_first
from do_nfs_mcp.tools.lookups import read_share, read_snapshots, read_unless_deleted
from do_nfs_mcp.tools.service import ServiceContext, api_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


@dataclass(frozen=True)
class ShareTarget:
    """A share that a call would delete or cut off.

    Attributes:
        id: The share's id.
        found: The share; None if it is deleted already.
        description: All of it in words.
        blocking_snapshots: How many snapshots keep it from being deleted.
    """

    id: UUID
    found: ShareView | None = None
    description: str = ""
    blocking_snapshots: int = 0

    @property
    def obstacle(self) -> str:
        """What keeps it from being deleted, and what to do about it; an empty text if nothing does."""
        if not self.blocking_snapshots:
            return ""
        return (
            f"the API deletes no share with snapshots, and it has {counted(self.blocking_snapshots, 'snapshot')}. "
            "Delete these first, if the person wants that: prune_snapshots with keep_last: 0 lets all go"
        )


# Snapshots in these states keep a share from being deleted.
_BLOCKING = frozenset({"CREATING", "ACTIVE"})


async def list_shares(
    context: ServiceContext,
    region: arguments.OptionalRegion = "",
    name_contains: arguments.NameContains = "",
    status: arguments.Status = "",
    limit: arguments.Limit = arguments.DEFAULT_LIMIT,
    cursor: arguments.Cursor = "",
) -> Annotated[CallToolResult, ShareListView]:
    """List shares, oldest first. For totals and problems: get_storage_overview."""
    shares = await api_for(context).list_shares(region)
    return answer(
        ShareListView.of(page_of("shares", matching(shares, name_contains, status), oldest_first, limit, cursor))
    )


async def get_share(context: ServiceContext, share: arguments.Share) -> Annotated[CallToolResult, ShareView]:
    """Show a share and its access points. To mount it: get_mount_instructions."""
    return answer(await read_share(context, share))


async def create_share(
    context: ServiceContext,
    name: arguments.ShareName,
    region: arguments.Region,
    size_gib: arguments.SizeGib,
    vpc_ids: arguments.VpcIds,
    performance_tier: arguments.OptionalPerformanceTier = None,
    wait: bool = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Order a share, which costs money, and wait until it can be mounted. Called twice, it makes two."""
    ordered = ShareView.of(await api_for(context).create_share(name, region, size_gib, vpc_ids, performance_tier))
    return answer(
        await wait_and_report(
            context,
            wait,
            partial(read_share, context, ordered.id),
            is_ready,
            "Started, but not there yet. Do not create it again: wait_until_ready with share "
            f"{ordered.id} goes on waiting.",
            known=ordered,
            if_done="get_mount_instructions says how to mount it.",
        )
    )


async def delete_share_confirmation(context: ServiceContext, share: str, plan: bool) -> Confirmation[ShareTarget]:
    """Make the confirmation for delete_share."""
    read = partial(read_share, context, share)
    found = await read_unless_deleted(read) if as_uuid(share) else await read()
    if found is None:
        return Confirmation(ShareTarget(UUID(share)), None)
    target = await _target(context, found)
    if target.obstacle and not plan:
        raise NfsError(f"Nothing was done: {target.obstacle}.")
    # There are names that nobody can type.
    name = found.name.strip() or None
    how = " To confirm, type the share's name." if name else ""
    question = f"Delete {target.description}? The share and every file on it are lost for good.{how}"
    return Confirmation(target, None if plan else question, name)


async def delete_share(
    context: ServiceContext,
    share: arguments.Share,
    target: Annotated[ShareTarget, confirmed(delete_share_confirmation)],
    plan: arguments.Plan = False,
) -> Annotated[CallToolResult, DeletedView]:
    """Destroy a share and all its data. The person is asked to type its name. Its snapshots must go first."""
    if plan and target.found:
        obstacle = f" Before that: {target.obstacle}." if target.obstacle else ""
        message = f"Nothing was done. delete_share would destroy {target.description}, for good.{obstacle}"
        return answer(
            DeletedView(outcome="planned", kind="share", id=target.id, name=target.found.name, message=message)
        )
    send = partial(api_for(context).delete_share, target.id)
    return answer(await delete_and_report("share", target.id, target.found, target.description, send))


async def resize_share(
    context: ServiceContext,
    share: arguments.Share,
    size_gib: arguments.SizeGib,
    plan: arguments.Plan = False,
    wait: bool = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Grow a share to size_gib in all. It costs more and can never be undone."""
    api = api_for(context)
    if plan:
        found = await read_share(context, share)
        effect = (
            f"The API would refuse it: it has {found.size_gib} GiB, and shares never shrink."
            if size_gib <= found.size_gib
            else f"It would grow from {found.size_gib} to {size_gib} GiB, cost more from then on, and never shrink."
        )
        return answer(ChangeView(outcome="planned", message=f"Nothing was done. {effect}", share=found))
    share_id = await api.share_id(share)
    started = started_on_share(await api.resize_share(share_id, size_gib))
    return answer(await wait_and_report_share(context, wait, share_id, started, lambda seen: seen.size_gib >= size_gib))


async def attach_share(
    context: ServiceContext, share: arguments.Share, vpc_id: arguments.VpcId, wait: bool = True
) -> Annotated[CallToolResult, ShareChangeView]:
    """Let one more VPC mount a share. To swap VPCs: reassign_share."""
    api = api_for(context)
    share_id = await api.share_id(share)
    started = started_on_share(await api.attach_share(share_id, vpc_id))
    return answer(await wait_and_report_share(context, wait, share_id, started, lambda seen: vpc_id in seen.vpc_ids))


async def detach_share_confirmation(context: ServiceContext, share: str, vpc_id: UUID) -> Confirmation[ShareTarget]:
    """Make the confirmation for detach_share."""
    target = await _target_in_vpc(context, share, vpc_id)
    return Confirmation(
        target, f"Detach {target.description} from VPC {vpc_id}? Its mounts there stop working. The data stays."
    )


async def detach_share(
    context: ServiceContext,
    share: arguments.Share,
    vpc_id: arguments.VpcId,
    target: Annotated[ShareTarget, confirmed(detach_share_confirmation)],
    wait: bool = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Cut a share off from a VPC: mounts there stop working, data stays. The person is asked."""
    started = started_on_share(await api_for(context).detach_share(target.id, vpc_id))
    return answer(
        await wait_and_report_share(context, wait, target.id, started, lambda seen: vpc_id not in seen.vpc_ids)
    )


async def reassign_share_confirmation(
    context: ServiceContext, share: str, old_vpc_id: UUID, new_vpc_id: UUID
) -> Confirmation[ShareTarget]:
    """Make the confirmation for reassign_share."""
    target = await _target_in_vpc(context, share, old_vpc_id)
    if target.found and new_vpc_id in target.found.vpc_ids:
        raise NfsError(f"Nothing was done: share {quoted(target.found.name)} is attached to VPC {new_vpc_id} already.")
    question = (
        f"Move {target.description} from VPC {old_vpc_id} to VPC {new_vpc_id}? Its mounts in the first stop working. "
        "The data stays."
    )
    return Confirmation(target, question)


async def reassign_share(
    context: ServiceContext,
    share: arguments.Share,
    old_vpc_id: arguments.OldVpcId,
    new_vpc_id: arguments.NewVpcId,
    target: Annotated[ShareTarget, confirmed(reassign_share_confirmation)],
    wait: bool = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Move a share to another VPC: mounts in the old one stop working. The person is asked."""
    started = started_on_share(await api_for(context).reassign_share(target.id, old_vpc_id, new_vpc_id))
    return answer(
        await wait_and_report_share(
            context,
            wait,
            target.id,
            started,
            lambda seen: new_vpc_id in seen.vpc_ids and old_vpc_id not in seen.vpc_ids,
        )
    )


async def switch_performance_tier(
    context: ServiceContext, share: arguments.Share, performance_tier: arguments.PerformanceTier, wait: bool = True
) -> Annotated[CallToolResult, ShareChangeView]:
    """Raise a share's tier to high. It costs more and can never be undone."""
    api = api_for(context)
    share_id = await api.share_id(share)
    started = started_on_share(await api.switch_performance_tier(share_id, performance_tier))
    return answer(
        await wait_and_report_share(
            context, wait, share_id, started, lambda seen: seen.performance_tier == performance_tier
        )
    )


async def _target_in_vpc(context: ServiceContext, share: str, vpc_id: UUID) -> ShareTarget:
    found = await read_share(context, share)
    if vpc_id not in found.vpc_ids:
        raise NfsError(f"Nothing was done: share {quoted(found.name)} is not attached to VPC {vpc_id}.")
    return await _target(context, found)


async def _target(context: ServiceContext, found: ShareView) -> ShareTarget:
    snapshots = await read_snapshots(context, found.id)
    points = await api_for(context).list_access_points(found.id)
    holds = f"{counted(len(snapshots), 'snapshot')} and {counted(len(points), 'access point')}"
    return ShareTarget(
        found.id, found, f"{found.text()}, with {holds}", sum(snapshot.status in _BLOCKING for snapshot in snapshots)
    )


SPECS = (
    ToolSpec(list_shares, "List shares", Effect.READS, LIST),
    ToolSpec(get_share, "Show a share", Effect.READS, READ),
    ToolSpec(create_share, "Create a share", Effect.ADDS, CREATE),
    ToolSpec(delete_share, "Delete a share", Effect.DESTROYS, LIST | READ | DELETE),
    ToolSpec(resize_share, "Grow a share", Effect.CHANGES, CREATE),
    ToolSpec(attach_share, "Attach a share to a VPC", Effect.CHANGES, CREATE),
    ToolSpec(detach_share, "Detach a share from a VPC", Effect.DESTROYS, LIST | READ | CREATE | DELETE),
    ToolSpec(reassign_share, "Move a share to another VPC", Effect.DESTROYS, LIST | READ | CREATE | DELETE),
    ToolSpec(switch_performance_tier, "Raise a share's performance tier", Effect.CHANGES, CREATE),
)
