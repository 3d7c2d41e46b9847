"""The tool that goes on waiting."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import READ
from do_nfs_mcp.api.statuses import HasStatus, is_ready
from do_nfs_mcp.api.untrusted_text import plain
from do_nfs_mcp.audience import call_of
from do_nfs_mcp.storage.views import ActionView, ChangeView, NextCall, WaitView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.follow_up import WatchedView, Wording, wait_and_report
from do_nfs_mcp.tools.lookups import (
    find_access_point,
    find_snapshot,
    read_access_point,
    read_share,
    read_share_by_id,
    read_snapshot,
)
from do_nfs_mcp.tools.service import ServiceContext, api_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


async def wait_until_ready(
    context: ServiceContext,
    share: arguments.OptionalShare = "",
    snapshot: arguments.OptionalSnapshot = "",
    access_point: arguments.OptionalAccessPoint = "",
    action_id: arguments.ActionId = "",
) -> Annotated[CallToolResult, WaitView]:
    """Go on waiting for one of these, if a call said pending."""
    given = [snapshot, access_point, action_id]
    # A share may say which snapshot or access point of a name is meant.
    if sum(map(bool, given)) != (0 if share and not any(given) else 1) or (share and action_id):
        raise NfsError("Nothing was done: give just one of share, snapshot, access_point and action_id, and try again.")
    if snapshot:
        found = await find_snapshot(context, snapshot, share)
        read = partial(read_snapshot, context, found.id)
        return answer(await _go_on(context, read, found, {"snapshot": found.id}))
    if access_point:
        point = await find_access_point(context, access_point, share)
        read_point = partial(read_access_point, context, point.id)
        return answer(await _go_on(context, read_point, point, {"access_point": point.id}))
    if action_id:
        read_action = partial(_read_action, context, action_id)
        return answer(await _go_on(context, read_action, await read_action(), {"action_id": action_id}))
    of_name = await read_share(context, share)
    if_done = "That is its state; whether a resize or another change has taken effect, its values show."
    look = partial(read_share_by_id, context, of_name.id)
    return answer(await _go_on(context, look, of_name, {"share": of_name.id}, if_done))


async def _go_on(
    context: ServiceContext,
    read: Callable[[], Awaitable[WatchedView]],
    known: WatchedView,
    this: dict[str, str],
    if_done: str = "",
) -> ChangeView:
    given = {name: plain(value) for name, value in this.items()}
    wording = Wording(
        f"Not there yet: {call_of('wait_until_ready', **given)} goes on waiting.",
        NextCall(tool="wait_until_ready", arguments=this),
        if_done,
    )
    return await wait_and_report(context, True, read, _is_settled, wording, known=known)


def _is_settled(view: HasStatus) -> bool:
    # A share that is attached to no VPC is INACTIVE for as long as it is so.
    return is_ready(view) or view.status == "INACTIVE"


async def _read_action(context: ServiceContext, action_id: str) -> ActionView:
    return ActionView.of_account(await api_for(context).get_action(action_id))


SPECS = (ToolSpec(wait_until_ready, "Wait until it is ready", Effect.READS, READ),)
