"""The tool that goes on waiting."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import READ
from do_nfs_mcp.storage.views import AccessPointView, ActionView, ChangeView, ShareView, SnapshotView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.follow_up import (
    WatchedView,
    is_ready,
    look_at_access_point,
    look_at_share,
    look_at_snapshot,
    wait_and_report,
)
from do_nfs_mcp.tools.service import ServiceContext, api_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


async def wait_until_ready(
    context: ServiceContext,
    share: arguments.OptionalShare = "",
    nfs_snapshot_id: arguments.SnapshotId | None = None,
    access_point_id: arguments.AccessPointId | None = None,
    action_id: arguments.ActionId | None = None,
) -> Annotated[CallToolResult, ChangeView]:
    """Go on waiting for one of these, if a call said pending. Other tools wait by themselves."""
    given = [share, nfs_snapshot_id, access_point_id, action_id]
    if sum(map(bool, given)) != 1:
        raise NfsError(
            "Nothing was done: give just one of share, nfs_snapshot_id, access_point_id and action_id, and call again."
        )
    if nfs_snapshot_id:
        name, look = f"nfs_snapshot_id {nfs_snapshot_id}", partial(look_at_snapshot, context, nfs_snapshot_id)
        return answer(await _go_on(context, look, name))
    if access_point_id:
        name, look_at = f"access_point_id {access_point_id}", partial(look_at_access_point, context, access_point_id)
        return answer(await _go_on(context, look_at, name))
    if action_id:
        return answer(await _go_on(context, partial(_look_at_action, context, action_id), f"action_id {action_id}"))
    share_id = await api_for(context).share_id(share)
    then = "That is its state; whether a resize or another change has taken effect, its values show."
    return answer(await _go_on(context, partial(look_at_share, context, share_id), f"share {share_id}", then))


async def _go_on(
    context: ServiceContext, look: Callable[[], Awaitable[WatchedView]], name: str, then: str = ""
) -> ChangeView:
    again = f"Not there yet: wait_until_ready with {name} goes on waiting."
    return await wait_and_report(context, True, look, _settled, again, known=await look(), then=then)


def _settled(thing: ShareView | SnapshotView | AccessPointView | ActionView) -> bool:
    # A share that is attached to no VPC is INACTIVE for as long as it is so.
    return is_ready(thing) or thing.status == "INACTIVE"


async def _look_at_action(context: ServiceContext, action_id: int) -> ActionView:
    return ActionView.of_account(await api_for(context).get_action(action_id))


SPECS = (ToolSpec(wait_until_ready, "Wait until it is ready", Effect.READS, READ),)
