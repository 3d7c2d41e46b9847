"""The tools for shares and for what changes them."""

from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp import arguments
from do_nfs_mcp.tools.tool import ApiContext, Effect, ToolSpec, answer, nfs
from do_nfs_mcp.views import ActionView, DeletedView, ShareListView, ShareView


async def list_shares(
    context: ApiContext, region: arguments.OptionalRegion = ""
) -> Annotated[CallToolResult, ShareListView]:
    """List NFS shares with id, status, size, VPCs and mount source. Use get_share for one you know."""
    return answer(ShareListView.of(await nfs(context).list_shares(region)))


async def get_share(context: ApiContext, share: arguments.Share) -> Annotated[CallToolResult, ShareView]:
    """Show one share: status, size, tier, VPCs, access points and, once ACTIVE, the host and path to mount."""
    return answer(ShareView.of(await nfs(context).get_share(share)))


async def create_share(
    context: ApiContext,
    name: arguments.ShareName,
    region: arguments.Region,
    size_gib: arguments.SizeGib,
    vpc_ids: arguments.VpcIds,
    performance_tier: arguments.OptionalPerformanceTier = None,
) -> Annotated[CallToolResult, ShareView]:
    """Order a share; it costs money while it exists. It starts CREATING and can be mounted once get_share says
    ACTIVE. VPC ids of its region come from list_vpcs. Sent twice, it makes two shares."""
    made = await nfs(context).create_share(name, region, size_gib, vpc_ids, performance_tier)
    return answer(ShareView.of(made))


async def delete_share(context: ApiContext, share: arguments.Share) -> Annotated[CallToolResult, DeletedView]:
    """Destroy a share and all data on it, for good. Its snapshots have to be deleted first."""
    api = nfs(context)
    share_id = await api.share_id(share)
    await api.delete_share(share_id)
    return answer(DeletedView(deleted="share", id=share_id))


async def resize_share(
    context: ApiContext, share: arguments.Share, size_gib: arguments.SizeGib
) -> Annotated[CallToolResult, ActionView]:
    """Grow a share to size_gib in all. It costs more from then on and cannot be undone: shares never shrink."""
    api = nfs(context)
    return answer(ActionView.of(await api.resize_share(await api.share_id(share), size_gib)))


async def attach_share(
    context: ApiContext, share: arguments.Share, vpc_id: arguments.VpcId
) -> Annotated[CallToolResult, ActionView]:
    """Let machines in one more VPC mount a share. To swap one VPC for another, use reassign_share."""
    api = nfs(context)
    return answer(ActionView.of(await api.attach_share(await api.share_id(share), vpc_id)))


async def detach_share(
    context: ApiContext, share: arguments.Share, vpc_id: arguments.VpcId
) -> Annotated[CallToolResult, ActionView]:
    """Cut a share off from a VPC: its mounts there stop working. The data stays."""
    api = nfs(context)
    return answer(ActionView.of(await api.detach_share(await api.share_id(share), vpc_id)))


async def reassign_share(
    context: ApiContext, share: arguments.Share, old_vpc_id: arguments.OldVpcId, new_vpc_id: arguments.NewVpcId
) -> Annotated[CallToolResult, ActionView]:
    """Move a share from one VPC to another in one step: mounts in the old one stop working. The data stays."""
    api = nfs(context)
    return answer(ActionView.of(await api.reassign_share(await api.share_id(share), old_vpc_id, new_vpc_id)))


async def switch_performance_tier(
    context: ApiContext, share: arguments.Share, performance_tier: arguments.PerformanceTier
) -> Annotated[CallToolResult, ActionView]:
    """Raise a share's tier from standard to high. It costs more from then on and cannot be undone."""
    api = nfs(context)
    return answer(ActionView.of(await api.switch_performance_tier(await api.share_id(share), performance_tier)))


SPECS = (
    ToolSpec(list_shares, "List shares", Effect.READS),
    ToolSpec(get_share, "Show a share", Effect.READS),
    ToolSpec(create_share, "Create a share", Effect.ADDS),
    ToolSpec(delete_share, "Delete a share", Effect.DESTROYS),
    ToolSpec(resize_share, "Grow a share", Effect.CHANGES),
    ToolSpec(attach_share, "Attach a share to a VPC", Effect.CHANGES),
    ToolSpec(detach_share, "Detach a share from a VPC", Effect.DESTROYS),
    ToolSpec(reassign_share, "Move a share to another VPC", Effect.DESTROYS),
    ToolSpec(switch_performance_tier, "Raise a share's performance tier", Effect.CHANGES),
)
