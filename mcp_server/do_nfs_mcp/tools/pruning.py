"""The tool that deletes many snapshots at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.scopes import DELETE, LIST, READ
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.audience import argument
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.pruning import Retention, rules_that_keep, snapshots_to_prune
from do_nfs_mcp.storage.views import (
    FailedDeleteView,
    KeptSnapshotView,
    NextCall,
    PruneView,
    ShareView,
    SnapshotView,
    newest_named,
)
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.confirmation import Agreed, Confirmation, confirmed
from do_nfs_mcp.tools.deletion import MAX_SNAPSHOTS, delete_snapshots
from do_nfs_mcp.tools.follow_up import joined
from do_nfs_mcp.tools.lists import newest_first
from do_nfs_mcp.tools.lookups import read_share_to_take_from, read_snapshots
from do_nfs_mcp.tools.questions import in_question, others_of_name, snapshots_in_question
from do_nfs_mcp.tools.service import ServiceContext, service_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer


@dataclass(frozen=True)
class PruneTarget:
    """Snapshots that a call would delete.

    Attributes:
        share: Their share.
        snapshots: The snapshots.
        rest: How many more the rules do not keep, for another call.
        kept: Those that stay, newest first.
        again: The arguments of that other call.
    """

    share: ShareView
    snapshots: list[SnapshotView]
    rest: int
    kept: list[KeptSnapshotView]
    again: dict[str, Any]

    @property
    def there(self) -> int:
        """How many snapshots the share has."""
        return len(self.snapshots) + self.rest + len(self.kept)


async def prune_snapshots_confirmation(
    context: ServiceContext,
    share: str,
    keep_last: int | None,
    keep_daily: int,
    keep_weekly: int,
    keep: list[str],
    older_than_days: int,
    plan: bool,
) -> Confirmation[PruneTarget]:
    """Make the confirmation for prune_snapshots."""
    retention = Retention(keep_last or 0, keep_daily, keep_weekly, older_than_days)
    if retention == Retention() and keep_last is None and not keep:
        raise NfsError(
            "Nothing was done: without a rule every snapshot would go. Give at least one of keep_last, keep_daily, "
            f"keep_weekly, keep and older_than_days; if really every one is to go, {argument('keep_last', 0)}."
        )
    found = await read_share_to_take_from(context, share)
    listed = await read_snapshots(context, found.id)
    snapshots = sorted(listed, key=newest_first)
    named, now = _named(snapshots, keep), service_for(context).now
    prunable = [s for s in snapshots_to_prune(listed, retention, now) if s.id not in named]
    going = {snapshot.id for snapshot in prunable}
    by_rules = rules_that_keep(listed, retention, now)
    others = {"keep_daily": keep_daily, "keep_weekly": keep_weekly, "older_than_days": older_than_days, "keep": keep}
    rules = {"keep_last": keep_last, **{rule: value or None for rule, value in others.items()}}
    target = PruneTarget(
        found,
        prunable[:MAX_SNAPSHOTS],
        rest=max(0, len(prunable) - MAX_SNAPSHOTS),
        kept=[
            KeptSnapshotView(**dict(s), kept_by=[*by_rules.get(s.id, ()), *(["keep"] if s.id in named else [])])
            for s in snapshots
            if s.id not in going
        ],
        again={"share": found.id, **{rule: value for rule, value in rules.items() if value is not None}},
    )
    if plan or not prunable or not service_for(context).asks_before_loss:
        return Confirmation(target, None)
    return Confirmation(target, await _question(context, found, target))


async def prune_snapshots(
    context: ServiceContext,
    share: arguments.Share,
    agreed: Annotated[Agreed[PruneTarget], confirmed(prune_snapshots_confirmation)],
    keep: arguments.KeepNamed,
    keep_last: arguments.KeepLast = None,
    keep_daily: arguments.KeepDaily = 0,
    keep_weekly: arguments.KeepWeekly = 0,
    older_than_days: arguments.OlderThanDays = 0,
    plan: arguments.Plan = False,
) -> Annotated[CallToolResult, PruneView]:
    """Delete a share's snapshots but for those that any rule keeps. Give at least one rule. The server asks first."""
    target = agreed.target
    if not target.snapshots:
        return answer(_view("unchanged", _nothing_to_delete(target), agreed))
    if plan:
        would = f"It would delete {_snapshots(len(target.snapshots), target)} and keep {_kept(target)}."
        return answer(_view("planned", f"Nothing was done. {would}", agreed, target.snapshots))
    deleted, failed = await delete_snapshots(context, target.snapshots)
    message = f"Deleted {_snapshots(len(deleted), target)} and kept {_kept(target)}."
    if failed:
        more = " more" if deleted else ""
        message += f" {len(failed)}{more} could not be deleted: look at why before trying again."
    return answer(_view("done" if deleted else "failed", message, agreed, deleted, failed))


def _named(there: list[SnapshotView], keep: list[str]) -> set[str]:
    """Return the ids of snapshots that are to be kept by their names or ids.

    Args:
        there: All that the share has, newest first.
        keep: The ids or exact names of those to keep. Of several with one name, all are kept.

    Raises:
        NfsError: There is no snapshot of one of these names or ids.
    """
    kept = {name: {s.id for s in there if name in (s.id, s.name) or s.id == as_uuid(name)} for name in keep}
    if unknown := [name for name, found in kept.items() if not found]:
        raise NfsError(
            f"Nothing was done: the share has no snapshot {', '.join(map(quoted, unknown))} that could be kept. "
            f"It has: {newest_named(there) or 'none'}.",
            kind=FailureKind.NOT_FOUND,
        )
    return set().union(*kept.values())


async def _question(context: ServiceContext, share: ShareView, target: PruneTarget) -> str:
    return joined(
        f"Delete {counted(len(target.snapshots), 'snapshot')} of share {in_question(share.id, share.name)}, for good?",
        f"{len(target.kept) or 'None'} will be kept.",
        await others_of_name(context, share.name, share.id),
        f"To be deleted: {snapshots_in_question(target.snapshots)}.",
        f"To be kept: {newest_named(target.kept)}." if target.kept else "",
    )


def _nothing_to_delete(target: PruneTarget) -> str:
    kept = f"keeps {counted(len(target.kept), 'snapshot')}" if target.kept else "has no snapshots"
    return f"There was nothing to delete: share {quoted(target.share.name)} {kept}."


def _snapshots(number: int, target: PruneTarget) -> str:
    return f"{counted(number, 'snapshot') if number else 'no snapshot'} of share {quoted(target.share.name)}"


def _kept(target: PruneTarget) -> str:
    return str(len(target.kept) or "none")


def _view(
    outcome: Literal["done", "unchanged", "failed", "planned"],
    message: str,
    agreed: Agreed[PruneTarget],
    snapshots: Sequence[SnapshotView] = (),
    failed: Sequence[FailedDeleteView] = (),
) -> PruneView:
    target = agreed.target
    rest = (
        f"The rules let {target.rest} more go, in further calls of prune_snapshots: one deletes at most "
        f"{MAX_SNAPSHOTS}."
    )
    # What failed would fail again.
    goes_on = outcome == "done" and target.rest and not failed
    return PruneView(
        outcome=outcome,
        share_id=target.share.id,
        message=joined(message, rest if target.rest else ""),
        snapshots=list(snapshots),
        failed=list(failed),
        kept=target.kept,
        before={"snapshot_count": target.there} if snapshots else None,
        after={"snapshot_count": target.there - len(snapshots)} if snapshots else None,
        next=NextCall(tool="prune_snapshots", arguments=target.again) if goes_on else None,
        asked=agreed.asked or None,
    )


SPECS = (ToolSpec(prune_snapshots, "Delete old snapshots", Effect.DESTROYS, LIST | READ | DELETE),)
