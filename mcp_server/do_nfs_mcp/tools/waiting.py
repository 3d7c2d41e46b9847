"""The tool that goes on waiting."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import READ
from do_nfs_mcp.api.statuses import HasStatus, is_ready
from do_nfs_mcp.storage.views import ActionView, ChangeView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.follow_up import WatchedView, wait_and_report
from do_nfs_mcp.tools.lookups import read_access_point, read_share, read_snapshot
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
        read = partial(read_snapshot, context, nfs_snapshot_id)
        return answer(await _go_on(context, read, f"nfs_snapshot_id {nfs_snapshot_id}"))
    if access_point_id:
        read_point = partial(read_access_point, context, access_point_id)
        return answer(await _go_on(context, read_point, f"access_point_id {access_point_id}"))
    if action_id:
        return answer(await _go_on(context, partial(_read_action, context, action_id), f"action_id {action_id}"))
    share_id = await api_for(context).share_id(share)
    if_done = "That is its state; whether a resize or another change has taken effect, its values show."
    return answer(await _go_on(context, partial(read_share, context, share_id), f"share {share_id}", if_done))


async def _go_on(
    context: ServiceContext, read: Callable[[], Awaitable[WatchedView]], argument: str, if_done: str = ""
) -> ChangeView:
    if_pending = f"Not there yet: wait_until_ready with {argument} goes on waiting."
    return await wait_and_report(context, True, read, _is_settled, if_pending, known=await read(), if_done=if_done)


def _is_settled(view: HasStatus) -> bool:
    # A share that is attached to no VPC is INACTIVE for as long as it is so.
    return is_ready(view) or view.status == "INACTIVE"


async def _read_action(context: ServiceContext, action_id: int) -> ActionView:
    return ActionView.of_account(await api_for(context).get_action(action_id))


SPECS = (ToolSpec(wait_until_ready, "Wait until it is ready", Effect.READS, READ),)
