"""Which snapshots can be pruned, by rules such as restic's and borg's: keep the last few, one a day, one a week."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.storage.views import RetentionRule, SnapshotView

__all__ = ["Retention", "rules_that_keep", "snapshots_to_prune"]


@dataclass(frozen=True)
class Retention:
    """What to keep of each share's snapshots. What any rule keeps stays; 0 stands for no such rule.

    Attributes:
        keep_last: How many of the newest to keep.
        keep_daily: For how many days, the latest that have a snapshot, to keep the newest of the day, in UTC.
        keep_weekly: For how many ISO weeks, the latest that have a snapshot, to keep the newest of the week, in UTC.
        older_than_days: How many times 24 hours a snapshot is kept in any case.
    """

    keep_last: int = 0
    keep_daily: int = 0
    keep_weekly: int = 0
    older_than_days: int = 0


def snapshots_to_prune(snapshots: Iterable[SnapshotView], retention: Retention, now: datetime) -> list[SnapshotView]:
    """Return the snapshots that a retention does not keep, oldest first.

    One that is neither ACTIVE nor FAILED is not touched, nor does it count for anything.

    Args:
        snapshots: As in `rules_that_keep`.
        retention: What to keep. Without a rule everything can go.
        now: The time.

    Raises:
        ValueError: A rule is below zero.
    """
    snapshots = list(snapshots)
    kept = rules_that_keep(snapshots, retention, now)
    prunable = (s for s in snapshots if s.status in {"ACTIVE", "FAILED"} and s.id not in kept)
    return sorted(prunable, key=_created)


def rules_that_keep(
    snapshots: Iterable[SnapshotView], retention: Retention, now: datetime
) -> dict[str, list[RetentionRule]]:
    """Return by which rules of a retention each snapshot is kept, by the ids of those that any rule keeps.

    Only ACTIVE ones are kept by number, by day or by week. FAILED ones are no backup: nothing but their youth keeps
    them.

    Args:
        snapshots: The existing snapshots. Of those created in the same second, a later one in this order counts as
            newer. The rules hold for each share by itself.
        retention: What to keep. Without a rule everything can go.
        now: The time.

    Raises:
        ValueError: A rule is below zero.
    """
    if min(astuple(retention)) < 0:
        raise ValueError("No rule of a retention can be below zero.")
    newest_first = sorted((s for s in snapshots if s.status in {"ACTIVE", "FAILED"}), key=_created)[::-1]
    backups: dict[str, list[SnapshotView]] = defaultdict(list)
    for snapshot in newest_first:
        if snapshot.status == "ACTIVE":
            backups[snapshot.share_id].append(snapshot)
    rules: list[tuple[RetentionRule, int, Callable[[SnapshotView], Hashable]]] = [
        ("keep_last", retention.keep_last, lambda s: s.id),
        ("keep_daily", retention.keep_daily, lambda s: utc(s.created_at).date()),
        ("keep_weekly", retention.keep_weekly, lambda s: utc(s.created_at).isocalendar()[:2]),
    ]
    kept: dict[str, list[RetentionRule]] = defaultdict(list)
    for rule, number, period in rules:
        for of_share in backups.values():
            newest: dict[Hashable, str] = {}
            for snapshot in of_share:
                newest.setdefault(period(snapshot), snapshot.id)
            for snapshot_id in list(newest.values())[:number]:
                kept[snapshot_id].append(rule)
    for snapshot in newest_first:
        if _is_young(snapshot, retention, now):
            kept[snapshot.id].append("older_than_days")
    return dict(kept)


def _is_young(snapshot: SnapshotView, retention: Retention, now: datetime) -> bool:
    # What a clock that is ahead took in the future is young only if there is a rule about youth.
    days = (utc(now) - utc(snapshot.created_at)).days
    return retention.older_than_days > 0 and days < retention.older_than_days


def _created(snapshot: SnapshotView) -> datetime:
    return utc(snapshot.created_at)
