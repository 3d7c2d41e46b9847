"""The tool that deletes many snapshots at once."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import DELETE, LIST, READ
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.pruning import Retention, snapshots_to_prune
from do_nfs_mcp.storage.views import FailedDeleteView, PruneView, ShareView, SnapshotView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Agreed, Confirmation, confirmed
from do_nfs_mcp.tools.deletion import MAX_SNAPSHOTS, delete_snapshots, listed_for_a_person
from do_nfs_mcp.tools.lists import newest_first
from do_nfs_mcp.tools.lookups import read_share_to_take_from, read_snapshots
from do_nfs_mcp.tools.service import ServiceContext, service_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


@dataclass(frozen=True)
class PruneTarget:
    """Snapshots that a call would delete.

    Attributes:
        share_id: Their share's id.
        snapshots: The snapshots.
        rest: How many more the rules do not keep, for another call.
        kept: Those that stay, newest first.
    """

    share_id: UUID
    snapshots: list[SnapshotView]
    rest: int
    kept: list[SnapshotView]


async def prune_snapshots_confirmation(
    context: ServiceContext,
    share: str,
    keep_last: int | None,
    keep_daily: int,
    keep_weekly: int,
    older_than_days: int,
    plan: bool,
) -> Confirmation[PruneTarget]:
    """Make the confirmation for prune_snapshots."""
    retention = Retention(keep_last or 0, keep_daily, keep_weekly, older_than_days)
    if retention == Retention() and keep_last is None:
        raise NfsError(
            "Nothing was done: without a rule every snapshot would go. Give at least one of keep_last, keep_daily, "
            "keep_weekly and older_than_days; if really every one is to go, keep_last: 0."
        )
    found = await read_share_to_take_from(context, share)
    snapshots = await read_snapshots(context, found.id)
    prunable = snapshots_to_prune(snapshots, retention, service_for(context).now)
    target = PruneTarget(
        found.id,
        prunable[:MAX_SNAPSHOTS],
        rest=max(0, len(prunable) - MAX_SNAPSHOTS),
        kept=sorted((s for s in snapshots if s not in prunable), key=newest_first),
    )
    return Confirmation(target, None if plan or not prunable else _question(found, target))


async def prune_snapshots(
    context: ServiceContext,
    share: arguments.Share,
    agreed: Annotated[Agreed[PruneTarget], confirmed(prune_snapshots_confirmation)],
    keep_last: arguments.KeepLast = None,
    keep_daily: arguments.KeepDaily = 0,
    keep_weekly: arguments.KeepWeekly = 0,
    older_than_days: arguments.OlderThanDays = 0,
    plan: arguments.Plan = False,
) -> Annotated[CallToolResult, PruneView]:
    """Delete a share's snapshots that no rule keeps: at least one has to be given. The person is asked once for all."""
    if plan:
        planned = agreed.target.snapshots
        return answer(_view("planned", "Nothing was done. It would delete {}.", agreed, planned, []))
    if not agreed.target.snapshots:
        return answer(_view("unchanged", "There was nothing to delete.", agreed, [], []))
    deleted, failed = await delete_snapshots(context, agreed.target.snapshots)
    return answer(_view("failed" if failed and not deleted else "done", "Deleted {}.", agreed, deleted, failed))


def _question(share: ShareView, target: PruneTarget) -> str:
    return (
        f"Delete {counted(len(target.snapshots), 'snapshot')} of share {quoted(share.name)} ({share.id}), for good? "
        f"{listed_for_a_person(target.snapshots)}. {len(target.kept)} will be kept."
    )


def _view(
    outcome: Literal["done", "unchanged", "failed", "planned"],
    said: str,
    agreed: Agreed[PruneTarget],
    snapshots: list[SnapshotView],
    failed: list[FailedDeleteView],
) -> PruneView:
    target = agreed.target
    message = f"{said.format(counted(len(snapshots), 'snapshot'))} {counted(len(target.kept), 'snapshot')} kept."
    if failed:
        message += f" {len(failed)} more could not be deleted: look at why before calling again."
    if target.rest:
        message += f" The rules let {target.rest} more go: call again for these."
    return PruneView(
        outcome=outcome,
        share_id=target.share_id,
        message=message,
        snapshots=snapshots,
        failed=failed,
        kept=target.kept,
        asked=agreed.asked or None,
    )


SPECS = (ToolSpec(prune_snapshots, "Delete old snapshots", Effect.DESTROYS, LIST | READ | DELETE),)
