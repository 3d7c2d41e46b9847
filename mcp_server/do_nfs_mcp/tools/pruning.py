"""The tool that deletes many snapshots at once."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import DELETE, LIST, READ
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.pruning import Retention, snapshots_to_prune
from do_nfs_mcp.storage.views import FailedDeleteView, PruneView, ShareView, SnapshotView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Confirmation, confirmed
from do_nfs_mcp.tools.deletion import delete_unless_gone
from do_nfs_mcp.tools.lookups import read_share, read_snapshots
from do_nfs_mcp.tools.service import ServiceContext, service_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer

# More would be no question that a person reads, and no call that ends in time.
_MAX_SNAPSHOTS = 100


@dataclass(frozen=True)
class PruneTarget:
    """Snapshots that a call would delete.

    Attributes:
        share_id: Their share's id.
        snapshots: The snapshots.
        rest: How many more the rules do not keep, for another call.
        kept: How many the rules keep.
    """

    share_id: UUID
    snapshots: list[SnapshotView]
    rest: int
    kept: int


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
    found = await read_share(context, share)
    snapshots = await read_snapshots(context, found.id)
    prunable = snapshots_to_prune(snapshots, retention, service_for(context).now)
    target = PruneTarget(
        found.id,
        prunable[:_MAX_SNAPSHOTS],
        rest=max(0, len(prunable) - _MAX_SNAPSHOTS),
        kept=len(snapshots) - len(prunable),
    )
    return Confirmation(target, None if plan or not prunable else _question(found, target))


async def prune_snapshots(
    context: ServiceContext,
    share: arguments.Share,
    target: Annotated[PruneTarget, confirmed(prune_snapshots_confirmation)],
    keep_last: arguments.OptionalKeep = None,
    keep_daily: arguments.Keep = 0,
    keep_weekly: arguments.Keep = 0,
    older_than_days: arguments.Keep = 0,
    plan: arguments.Plan = False,
) -> Annotated[CallToolResult, PruneView]:
    """Delete a share's snapshots that no keep rule keeps and that are older than older_than_days. The person is asked
    once for all."""
    if plan:
        return answer(_view("planned", "Nothing was done. It would delete", target, target.snapshots, []))
    deleted, failed = await _delete_each(context, target.snapshots)
    return answer(_view("failed" if failed and not deleted else "done", "Deleted", target, deleted, failed))


async def _delete_each(
    context: ServiceContext, snapshots: list[SnapshotView]
) -> tuple[list[SnapshotView], list[FailedDeleteView]]:
    """Delete snapshots, as many as the call's time and the API allow.

    Returns:
        Those that are gone now, and those that could not be deleted.
    """
    service = service_for(context)
    deleted: list[SnapshotView] = []
    failed: list[FailedDeleteView] = []
    refuses_all = False
    for snapshot in snapshots:
        kind = None
        if service.time_left() <= 0:
            reason = "not tried, the call's time was up"
        elif refuses_all:
            reason = "not tried, for the same reason"
        else:
            try:
                await delete_unless_gone(partial(service.api.delete_snapshot, snapshot.id))
            except NfsError as error:
                reason, kind = str(error), error.failure.kind
                # It would be the same for the others.
                refuses_all = error.forbidden or error.status == 401 or kind is FailureKind.RATE_LIMITED
            else:
                deleted.append(snapshot)
                continue
        failed.append(FailedDeleteView(id=snapshot.id, reason=reason, kind=kind))
    return deleted, failed


def _question(share: ShareView, target: PruneTarget) -> str:
    listed = "; ".join(
        f"{quoted(s.name, 64)} of {s.created_at:%Y-%m-%d %H:%M}, {plain(s.status)} ({s.id})" for s in target.snapshots
    )
    return (
        f"Delete {counted(len(target.snapshots), 'snapshot')} of share {quoted(share.name)} ({share.id}), for good? "
        f"{listed}. {target.kept} will be kept."
    )


def _view(
    outcome: Literal["done", "failed", "planned"],
    done: str,
    target: PruneTarget,
    snapshots: list[SnapshotView],
    failed: list[FailedDeleteView],
) -> PruneView:
    message = f"{done} {counted(len(snapshots), 'snapshot')} and keep {target.kept}."
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
    )


SPECS = (ToolSpec(prune_snapshots, "Delete old snapshots", Effect.DESTROYS, LIST | READ | DELETE),)
