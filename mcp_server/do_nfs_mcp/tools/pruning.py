"""The tool that deletes many snapshots at once."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import DELETE, LIST, READ
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.storage.pruning import Retention, snapshots_to_prune
from do_nfs_mcp.storage.views import FailedDeleteView, PruneView, ShareView, SnapshotView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Confirmation, confirmed
from do_nfs_mcp.tools.follow_up import look_at_snapshots
from do_nfs_mcp.tools.service import ServiceContext, api_for, service
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer

# More would be no question that a person reads, and no call that ends in time.
_MOST = 100
# What meets one of these meets it with every other snapshot, too.
_HOPELESS = {401, 403, 429}


@dataclass(frozen=True)
class SnapshotsAtStake:
    """Snapshots about to be deleted. rest: how many more the rules let go; kept: how many they keep."""

    share_id: UUID
    snapshots: list[SnapshotView]
    rest: int
    kept: int


async def snapshots_at_stake(
    context: ServiceContext,
    share: str,
    keep_last: int | None,
    keep_daily: int,
    keep_weekly: int,
    older_than_days: int,
    plan: bool,
) -> Confirmation[SnapshotsAtStake]:
    """What pruning would destroy."""
    retention = Retention(keep_last or 0, keep_daily, keep_weekly, older_than_days)
    if retention == Retention() and keep_last is None:
        raise NfsError(
            "Nothing was done: without a rule every snapshot would go. Give at least one of keep_last, keep_daily, "
            "keep_weekly and older_than_days; if really every one is to go, keep_last: 0."
        )
    of = ShareView.of(await api_for(context).get_share(share))
    found = await look_at_snapshots(context, of.id)
    let_go = snapshots_to_prune(found, retention, service(context).now)
    target = SnapshotsAtStake(of.id, let_go[:_MOST], max(0, len(let_go) - _MOST), len(found) - len(let_go))
    listed = "; ".join(
        f"{quoted(s.name, 64)} of {s.created_at:%Y-%m-%d %H:%M}, {plain(s.status)} ({s.id})" for s in let_go[:_MOST]
    )
    question = (
        f"Delete {_count(len(target.snapshots))} of share {quoted(of.name)} ({of.id}), for good? {listed}. "
        f"{target.kept} will be kept."
    )
    return Confirmation(target, None if plan or not let_go else question)


async def prune_snapshots(
    context: ServiceContext,
    share: arguments.Share,
    target: Annotated[SnapshotsAtStake, confirmed(snapshots_at_stake)],
    keep_last: arguments.OptionalKeep = None,
    keep_daily: arguments.Keep = 0,
    keep_weekly: arguments.Keep = 0,
    older_than_days: arguments.Keep = 0,
    plan: arguments.Plan = False,
) -> Annotated[CallToolResult, PruneView]:
    """Delete a share's snapshots that no keep rule keeps and that are older than older_than_days. The person is asked
    once for all."""
    deleted: list[SnapshotView] = []
    failed: list[FailedDeleteView] = []
    hopeless = False
    if not plan:
        for snapshot in target.snapshots:
            if service(context).time_left() <= 0:
                failed.append(FailedDeleteView(id=snapshot.id, reason="not tried, the call's time was up"))
                continue
            if hopeless:
                failed.append(FailedDeleteView(id=snapshot.id, reason="not tried, for the same reason"))
                continue
            try:
                await api_for(context).delete_snapshot(snapshot.id)
            except NfsError as error:
                if not error.gone:
                    hopeless = error.status in _HOPELESS
                    failed.append(FailedDeleteView(id=snapshot.id, reason=str(error)))
                    continue
            deleted.append(snapshot)
    shown = target.snapshots if plan else deleted
    message = (
        f"{'Nothing was done. It would delete' if plan else 'Deleted'} {_count(len(shown))} and keep {target.kept}."
    )
    if failed:
        message += f" {len(failed)} more could not be deleted: look at why before calling again."
    if target.rest:
        message += f" The rules let {target.rest} more go: call again for these."
    return answer(
        PruneView(
            outcome="planned" if plan else "failed" if failed and not deleted else "done",
            share_id=target.share_id,
            message=message,
            snapshots=shown,
            failed=failed,
            kept=target.kept,
        )
    )


def _count(number: int) -> str:
    return f"{number} snapshot{'' if number == 1 else 's'}"


SPECS = (ToolSpec(prune_snapshots, "Delete old snapshots", Effect.DESTROYS, LIST | READ | DELETE),)
