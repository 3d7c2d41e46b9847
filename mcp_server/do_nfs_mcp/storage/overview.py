"""What an account holds, by region, and what looks wrong there: the answer to "how is my storage?"."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from do_nfs_mcp.api.statuses import existing, is_failed
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.views import ShareView, SnapshotView, View

__all__ = ["OverviewView", "ProblemKind", "overview"]

ProblemKind = Literal["failed", "stuck", "snapshot_failed", "inactive", "no_recent_snapshot"]
"""What can look wrong, worst first."""

_WORST_FIRST: tuple[ProblemKind, ...] = get_args(ProblemKind)
_STUCK_AFTER = timedelta(hours=1)
# What can be called about a problem. A share that failed or is stuck is for a person to judge.
_NEXT: dict[ProblemKind, str] = {
    "snapshot_failed": "delete_snapshot for a FAILED snapshot",
    "inactive": "attach_share for an INACTIVE share",
    "no_recent_snapshot": "create_snapshot for a share without a recent one",
}
# How much a text shows. The structured content is complete.
_MAX_PROBLEMS = 10
_MAX_REGIONS = 20
_MAX_WORDS = 6
_MAX_NAME_LENGTH = 60
_MAX_WORD_LENGTH = 30


class AreaView(View):
    """What there is in one region, or in all of them. Nothing that is DELETED counts.

    size_gib is what the shares have together, snapshot_size_gib what the snapshots say. statuses and tiers count
    shares; one whose tier is not told is in no tier.
    """

    shares: int
    size_gib: int
    snapshots: int
    snapshot_size_gib: int
    statuses: dict[str, int]
    tiers: dict[str, int]
    vpc_ids: list[UUID]

    def text(self) -> str:
        snapshots = f"{counted(self.snapshots, 'snapshot')}, {self.snapshot_size_gib} GiB"
        parts = [
            f"{counted(self.shares, 'share')}, {self.size_gib} GiB",
            _words(self.statuses, ""),
            _words(self.tiers, " tier"),
            snapshots if self.snapshots else "no snapshots",
            counted(len(self.vpc_ids), "VPC") if self.vpc_ids else "",
        ]
        return "; ".join(filter(None, parts))


class ProblemView(View):
    """Something that looks wrong: with a share or, if there is a snapshot_id, with that snapshot of it.

    name is the share's or the snapshot's. detail says in a few words what is wrong.
    """

    kind: ProblemKind
    share_id: UUID
    snapshot_id: UUID | None = None
    name: str
    region: str
    detail: str

    def text(self) -> str:
        noun, of = ("snapshot", f" of share {self.share_id}") if self.snapshot_id else ("share", "")
        return (
            f"{noun} {quoted(self.name, _MAX_NAME_LENGTH)} ({self.snapshot_id or self.share_id}){of} "
            f"in {plain(self.region, _MAX_WORD_LENGTH)}: {self.detail}"
        )


class OverviewView(View):
    """All shares and snapshots in numbers, in all and by region, and what looks wrong, worst first."""

    total: AreaView
    regions: dict[str, AreaView]
    problems: list[ProblemView]
    next_calls: list[str]
    """What can be called about the problems: a tool, and what for."""

    def text(self) -> str:
        if not self.regions:
            return "No shares."
        regions = [f"{plain(region, _MAX_WORD_LENGTH)}: {area.text()}" for region, area in self.regions.items()]
        lines = [f"In all: {self.total.text()}.", *_first(regions, _MAX_REGIONS)]
        if not self.problems:
            return "\n".join([*lines, "Nothing looks wrong."])
        found = {kind: [p.text() for p in self.problems if p.kind == kind] for kind in _WORST_FIRST}
        for kind, problems in found.items():
            if problems:
                lines += [f"{kind.replace('_', ' ')} ({len(problems)}):", *_first(problems, _MAX_PROBLEMS)]
        return "\n".join([*lines, f"Next: {', '.join(self.next_calls)}."] if self.next_calls else lines)


def overview(
    shares: Iterable[ShareView], snapshots: Iterable[SnapshotView], now: datetime, snapshot_days: int
) -> OverviewView:
    """Return what shares and snapshots add up to, and what looks wrong with them.

    Args:
        shares: The shares of the account or of a region. DELETED ones do not count.
        snapshots: The snapshots likewise. One whose share is missing still counts in its region.
        now: The time.
        snapshot_days: After how many times 24 hours without a new ACTIVE snapshot a share needs one. A share without
            any needs one when it is that old itself.
    """
    shares, snapshots = existing(shares), existing(snapshots)
    problems = [
        *_unusable(shares, utc(now)),
        *_without_recent_snapshot(shares, snapshots, utc(now), snapshot_days),
        *(_failed_snapshot(snapshot) for snapshot in snapshots if is_failed(snapshot)),
    ]
    regions = sorted({share.region for share in shares} | {snapshot.region for snapshot in snapshots})
    return OverviewView(
        total=_area(shares, snapshots),
        regions={
            region: _area([s for s in shares if s.region == region], [s for s in snapshots if s.region == region])
            for region in regions
        },
        problems=sorted(problems, key=_rank),
        next_calls=[call for kind, call in _NEXT.items() if any(problem.kind == kind for problem in problems)],
    )


def _area(shares: list[ShareView], snapshots: list[SnapshotView]) -> AreaView:
    return AreaView(
        shares=len(shares),
        size_gib=sum(share.size_gib for share in shares),
        snapshots=len(snapshots),
        snapshot_size_gib=sum(snapshot.size_gib for snapshot in snapshots),
        statuses=_counts(share.status for share in shares),
        tiers=_counts(share.performance_tier for share in shares if share.performance_tier),
        vpc_ids=sorted({vpc_id for share in shares for vpc_id in share.vpc_ids}),
    )


def _unusable(shares: list[ShareView], now: datetime) -> Iterable[ProblemView]:
    for share in shares:
        created = utc(share.created_at)
        match share.status:
            case "FAILED":
                yield _of_share(share, "failed", "FAILED")
            case "CREATING" if now - created > _STUCK_AFTER:
                yield _of_share(share, "stuck", f"CREATING since {created:%Y-%m-%d %H:%M} UTC")
            case "INACTIVE":
                yield _of_share(share, "inactive", "attached to no VPC")


def _without_recent_snapshot(
    shares: list[ShareView], snapshots: list[SnapshotView], now: datetime, days: int
) -> Iterable[ProblemView]:
    newest: dict[UUID, datetime] = {}
    for snapshot in snapshots:
        if snapshot.status == "ACTIVE":
            taken = utc(snapshot.created_at)
            newest[snapshot.share_id] = max(taken, newest.get(snapshot.share_id, taken))
    for share in shares:
        created, last = utc(share.created_at), newest.get(share.id)
        if share.status in {"ACTIVE", "INACTIVE"} and (now - max(created, last or created)).days >= days:
            detail = f"newest snapshot {last:%Y-%m-%d}" if last else "never snapshotted"
            yield _of_share(share, "no_recent_snapshot", detail)


def _of_share(share: ShareView, kind: ProblemKind, detail: str) -> ProblemView:
    return ProblemView(kind=kind, share_id=share.id, name=share.name, region=share.region, detail=detail)


def _failed_snapshot(snapshot: SnapshotView) -> ProblemView:
    return ProblemView(
        kind="snapshot_failed",
        share_id=snapshot.share_id,
        snapshot_id=snapshot.id,
        name=snapshot.name,
        region=snapshot.region,
        detail="FAILED",
    )


def _rank(problem: ProblemView) -> tuple[int, str, str, UUID]:
    return _WORST_FIRST.index(problem.kind), problem.region, problem.name, problem.snapshot_id or problem.share_id


def _counts(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _words(counts: Mapping[str, int], noun: str) -> str:
    most = sorted(counts.items(), key=lambda item: -item[1])[:_MAX_WORDS]
    rest = sum(counts.values()) - sum(number for _, number in most)
    shown = [f"{number} {plain(word, _MAX_WORD_LENGTH)}{noun}" for word, number in most]
    return ", ".join([*shown, f"{rest} other"] if rest else shown)


def _first(lines: list[str], most: int) -> list[str]:
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return [f"- {line}" for line in [*lines[:most], *more]]
