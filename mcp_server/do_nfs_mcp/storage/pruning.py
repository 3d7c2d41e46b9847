"""Which snapshots can be pruned, by rules such as restic's and borg's: keep the last few, one a day, one a week."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.storage.views import SnapshotView

__all__ = ["Retention", "snapshots_to_prune"]


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

    Only ACTIVE ones are kept by number, by day or by week. FAILED ones are no backup: nothing but their youth keeps
    them. One in any other state is not touched, nor does it count for anything.

    Args:
        snapshots: The existing snapshots, in any order. The rules hold for each share by itself.
        retention: What to keep. Without a rule everything can go.
        now: The time.

    Raises:
        ValueError: A rule is below zero.
    """
    if min(astuple(retention)) < 0:
        raise ValueError("No rule of a retention can be below zero.")
    oldest_first = sorted((s for s in snapshots if s.status in {"ACTIVE", "FAILED"}), key=_age)
    backups: dict[str, list[SnapshotView]] = defaultdict(list)
    for snapshot in reversed(oldest_first):
        if snapshot.status == "ACTIVE":
            backups[snapshot.share_id].append(snapshot)
    kept = set[str]().union(*(_kept(newest_first, retention) for newest_first in backups.values()))
    return [s for s in oldest_first if s.id not in kept and not _is_young(s, retention, now)]


def _kept(newest_first: list[SnapshotView], retention: Retention) -> set[str]:
    rules: list[tuple[int, Callable[[SnapshotView], Hashable]]] = [
        (retention.keep_last, lambda s: s.id),
        (retention.keep_daily, lambda s: utc(s.created_at).date()),
        (retention.keep_weekly, lambda s: utc(s.created_at).isocalendar()[:2]),
    ]
    kept = set[str]()
    for number, period in rules:
        newest: dict[Hashable, str] = {}
        for snapshot in newest_first:
            newest.setdefault(period(snapshot), snapshot.id)
        kept.update(list(newest.values())[:number])
    return kept


def _is_young(snapshot: SnapshotView, retention: Retention, now: datetime) -> bool:
    # What a clock that is ahead took in the future is young only if there is a rule about youth.
    days = (utc(now) - utc(snapshot.created_at)).days
    return retention.older_than_days > 0 and days < retention.older_than_days


def _age(snapshot: SnapshotView) -> tuple[datetime, str]:
    # Some are taken in the same second; ids make the order the same each time.
    return utc(snapshot.created_at), snapshot.id
