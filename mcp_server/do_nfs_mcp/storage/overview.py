"""What an account holds, by region, and what looks wrong there: the answer to "how is my storage?"."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from do_nfs_mcp.api.statuses import existing, is_failed
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.views import ShareAccessPointView, ShareView, SnapshotView, View

__all__ = ["OverviewView", "ProblemKind", "overview"]

ProblemKind = Literal[
    "failed", "stuck", "snapshot_failed", "snapshot_stuck", "access_point_failed", "inactive", "no_recent_snapshot"
]
"""What can look wrong, worst first."""

_WORST_FIRST: tuple[ProblemKind, ...] = get_args(ProblemKind)
_STUCK_AFTER = timedelta(hours=1)
_NEXT: dict[ProblemKind, tuple[str, str]] = {
    "failed": ("delete_share", "for a FAILED share, which never recovers"),
    "stuck": ("get_share", "for a stuck share, later; then DigitalOcean's support"),
    "snapshot_failed": ("delete_snapshot", "for a FAILED snapshot"),
    "snapshot_stuck": ("get_snapshot", "for a stuck snapshot, later; then DigitalOcean's support"),
    "access_point_failed": ("create_access_point", "in place of a FAILED access point, which the API does not delete"),
    "inactive": ("attach_share", "for an INACTIVE share"),
    "no_recent_snapshot": ("create_snapshot", "for a share without one"),
}
"""What can be called about a problem, and why."""

# In these states nobody can mount a share, or read a snapshot.
_UNUSABLE = frozenset({"CREATING", "FAILED", "INACTIVE"})
# Up to how many shares are listed, each in a line.
_MOST_LISTED = 15
# How much a text shows. The structured content is complete.
_MORE = "list_shares has ids, mounts, VPCs."
_MAX_PROBLEMS = 10
_MAX_REGIONS = 20
_MAX_WORDS = 6
_MAX_NAME_LENGTH = 60
_MAX_WORD_LENGTH = 30


class AreaView(View):
    """What there is in one region, or in all of them. Nothing that is DELETED counts.

    size_gib is what the shares have together, usable_gib the same without those that nobody can mount, which are
    CREATING, FAILED or INACTIVE, and unusable_gib what these have, by status. snapshots and snapshot_size_gib are of
    all snapshots; those that are CREATING or FAILED, which nobody can read, are counted in unusable_snapshots, by
    status, and have no part in usable_snapshot_gib. statuses and tiers count shares; one whose tier is not told is in
    no tier. vpc_ids are those that shares are attached to.
    """

    shares: int
    size_gib: int
    usable_gib: int
    unusable_gib: dict[str, int]
    snapshots: int
    snapshot_size_gib: int
    usable_snapshot_gib: int
    unusable_snapshots: dict[str, int]
    statuses: dict[str, int]
    tiers: dict[str, int]
    vpc_ids: list[str]

    def text(self) -> str:
        vpcs = f"{counted(len(self.vpc_ids), 'VPC')} with shares" if self.vpc_ids else ""
        parts = [self.sizes(), _words(self.statuses, ""), _words(self.tiers, " tier"), vpcs]
        return "; ".join(filter(None, parts))

    def sizes(self) -> str:
        """Return what of the text no list of the shares says."""
        unusable = "".join(f", {gib} GiB {status}" for status, gib in self.unusable_gib.items())
        shares = f"{counted(self.shares, 'share')}, {self.usable_gib} GiB{' usable' if unusable else ''}{unusable}"
        usable = self.snapshots - sum(self.unusable_snapshots.values())
        snapshots = f"{counted(usable, 'snapshot')}, {self.usable_snapshot_gib} GiB" if usable else "no snapshots"
        others = "".join(f", {number} {status}" for status, number in self.unusable_snapshots.items())
        return f"{shares}; {snapshots}{others}"


class ProblemView(View):
    """Something that looks wrong: with a share or, if there is the id of one, with that snapshot or access point of it.

    name is that of what it is with. detail says in a few words what is wrong, next is the tool to call about it.
    """

    kind: ProblemKind
    share_id: str
    snapshot_id: str | None = None
    access_point_id: str | None = None
    name: str
    region: str
    detail: str
    next: str

    @property
    def is_of_share(self) -> bool:
        """Whether it is with the share itself."""
        return not (self.snapshot_id or self.access_point_id)

    def text(self) -> str:
        what = _with_id(self.name, self.share_id, snapshot_id=self.snapshot_id, access_point_id=self.access_point_id)
        return f"{what} in {plain(self.region, _MAX_WORD_LENGTH)}: {self.detail}"


class CreatingView(View):
    """What is being made, and for how many minutes: a share or, if there is the id of one, that snapshot of it.

    name is that of what is being made.
    """

    share_id: str
    snapshot_id: str | None = None
    name: str
    region: str
    minutes: int

    def text(self) -> str:
        what = _with_id(self.name, self.share_id, snapshot_id=self.snapshot_id)
        return f"{what} in {plain(self.region, _MAX_WORD_LENGTH)}: CREATING for {self.minutes} min"


class OverviewView(View):
    """All shares and snapshots in numbers, in all and by region, and what looks wrong, worst first."""

    total: AreaView
    regions: dict[str, AreaView]
    listed_shares: list[ShareView] | None = None
    """All of them, the largest first; None if there are many."""
    creating: list[CreatingView]
    """The shares and snapshots that are being made, without those that are stuck."""
    problems: list[ProblemView]
    next_calls: list[str]
    """What can be called about the problems: a tool, and what for."""
    snapshot_days: int
    """After how many days without a new snapshot a share is a problem."""
    without_snapshot_yet: int
    """How many shares are younger than that and have no snapshot."""

    def text(self) -> str:
        if not self.regions:
            return "No shares."
        listed = self._listed()
        of_area = AreaView.text if listed is None else AreaView.sizes
        regions = [
            "\n  - ".join([f"{plain(region, _MAX_WORD_LENGTH)}: {of_area(area)}", *(listed or {}).get(region, ())])
            for region, area in self.regions.items()
        ]
        # What is all in one region is told once.
        total = [f"In all: {of_area(self.total)}."] if len(regions) > 1 else []
        lines = [*total, *_first(regions, _MAX_REGIONS), *self._what_is_wrong()]
        # The list of the shares says which of them are being made.
        creating = [made.text() for made in self.creating if listed is None or made.snapshot_id]
        if creating:
            lines += [f"creating ({len(creating)}):", *_first(creating, _MAX_PROBLEMS)]
        return "\n".join([*lines, _MORE] if listed else lines)

    def _listed(self) -> dict[str, list[str]] | None:
        """Return a line for each share that is listed, by region; None if they are not."""
        if self.listed_shares is None:
            return None
        names = self._names()
        minutes = {made.share_id: made.minutes for made in self.creating if not made.snapshot_id}
        lines: dict[str, list[str]] = {}
        for share in self.listed_shares:
            tier = f", {plain(share.performance_tier, _MAX_WORD_LENGTH)} tier" if share.performance_tier else ""
            status = "" if share.status == "ACTIVE" else f", {plain(share.status, _MAX_WORD_LENGTH)}"
            age = f" for {minutes[share.id]} min" if share.id in minutes else ""
            lines.setdefault(share.region, []).append(f"{names[share.id]}: {share.size_gib} GiB{tier}{status}{age}")
        return lines

    def _names(self) -> dict[str, str]:
        """Return what a call can name each share by that is listed, by id: its name or, if that is not enough, both."""
        shares = self.listed_shares or ()
        number = Counter(share.name for share in shares)
        names = {}
        for share in shares:
            name = quoted(share.name, _MAX_NAME_LENGTH)
            is_enough = share.name and number[share.name] == 1 and name == f'"{share.name}"'
            names[share.id] = name if is_enough else f"{name} ({plain(share.id)})"
        return names

    def _what_is_wrong(self) -> list[str]:
        if not self.problems:
            return [self._nothing_wrong()]
        names = self._names()
        lines = []
        for kind in _WORST_FIRST:
            problems = [problem for problem in self.problems if problem.kind == kind]
            late = f"no snapshot for {counted(self.snapshot_days, 'day')}"
            words = late if kind == "no_recent_snapshot" else kind.replace("_", " ")
            heading = f"{words} ({len(problems)}):"
            if problems and all(problem.is_of_share and problem.share_id in names for problem in problems):
                by_detail: dict[str, list[str]] = {}
                for problem in problems:
                    by_detail.setdefault(problem.detail, []).append(names[problem.share_id])
                told = (f"{', '.join(of_share)} ({detail})" for detail, of_share in by_detail.items())
                lines.append(f"{heading} {'; '.join(told)}")
            elif problems:
                lines += [heading, *_first([problem.text() for problem in problems], _MAX_PROBLEMS)]
        return [*lines, f"Next: {'; '.join(self.next_calls)}."]

    def _nothing_wrong(self) -> str:
        days = counted(self.snapshot_days, "day")
        yet = self.without_snapshot_yet
        younger = f" {counted(yet, 'younger share')} {'has' if yet == 1 else 'have'} no snapshot yet." if yet else ""
        would = f"What would: a share at least {days} old without a snapshot of the last {days}."
        return f"Nothing looks wrong. {would}{younger}"


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
        *_unusable_snapshots(snapshots, utc(now)),
        *(
            _failed_access_point(share, point)
            for share in shares
            for point in share.access_points or ()
            if is_failed(point) and not is_failed(share)
        ),
    ]
    whole = {snapshot.share_id for snapshot in snapshots if snapshot.status == "ACTIVE"}
    late = {problem.share_id for problem in problems if problem.kind == "no_recent_snapshot"}
    regions = sorted({share.region for share in shares} | {snapshot.region for snapshot in snapshots})
    return OverviewView(
        total=_area(shares, snapshots),
        regions={
            region: _area([s for s in shares if s.region == region], [s for s in snapshots if s.region == region])
            for region in regions
        },
        listed_shares=_listed(shares) if len(shares) <= _MOST_LISTED else None,
        creating=list(_creating([*shares, *snapshots], utc(now))),
        problems=sorted(problems, key=_rank),
        next_calls=[
            " ".join(call) for kind, call in _NEXT.items() if any(problem.kind == kind for problem in problems)
        ],
        snapshot_days=snapshot_days,
        without_snapshot_yet=sum(
            share.status in {"ACTIVE", "INACTIVE"} and share.id not in whole | late for share in shares
        ),
    )


def _area(shares: list[ShareView], snapshots: list[SnapshotView]) -> AreaView:
    return AreaView(
        shares=len(shares),
        size_gib=sum(share.size_gib for share in shares),
        usable_gib=_usable_gib(shares),
        unusable_gib={
            status: sum(share.size_gib for share in shares if share.status == status)
            for status in sorted(_UNUSABLE & {share.status for share in shares})
        },
        snapshots=len(snapshots),
        snapshot_size_gib=sum(snapshot.size_gib for snapshot in snapshots),
        usable_snapshot_gib=_usable_gib(snapshots),
        unusable_snapshots=_counts(snapshot.status for snapshot in snapshots if snapshot.status in _UNUSABLE),
        statuses=_counts(share.status for share in shares),
        tiers=_counts(share.performance_tier for share in shares if share.performance_tier),
        vpc_ids=sorted({vpc_id for share in shares for vpc_id in share.vpc_ids}),
    )


def _usable_gib(things: Sequence[ShareView | SnapshotView]) -> int:
    return sum(thing.size_gib for thing in things if thing.status not in _UNUSABLE)


def _listed(shares: list[ShareView]) -> list[ShareView]:
    """Return shares without their access points, the largest first."""
    largest_first = sorted(shares, key=lambda share: (-share.size_gib, utc(share.created_at), share.id))
    return [share.model_copy(update={"access_points": None}) for share in largest_first]


def _creating(things: Iterable[ShareView | SnapshotView], now: datetime) -> Iterable[CreatingView]:
    for thing in things:
        age = now - utc(thing.created_at)
        if thing.status == "CREATING" and age <= _STUCK_AFTER:
            share_id, snapshot_id = (thing.share_id, thing.id) if isinstance(thing, SnapshotView) else (thing.id, None)
            yield CreatingView(
                share_id=share_id,
                snapshot_id=snapshot_id,
                name=thing.name,
                region=thing.region,
                minutes=max(0, round(age.total_seconds() / 60)),
            )


def _unusable(shares: list[ShareView], now: datetime) -> Iterable[ProblemView]:
    for share in shares:
        created = utc(share.created_at)
        match share.status:
            case "FAILED":
                yield _of_share(share, "failed", "FAILED")
            case "CREATING" if now - created > _STUCK_AFTER:
                yield _of_share(share, "stuck", _since(created))
            case "INACTIVE":
                yield _of_share(share, "inactive", "attached to no VPC")


def _without_recent_snapshot(
    shares: list[ShareView], snapshots: list[SnapshotView], now: datetime, days: int
) -> Iterable[ProblemView]:
    newest: dict[str, datetime] = {}
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
    return _problem(kind, share_id=share.id, name=share.name, region=share.region, detail=detail)


def _unusable_snapshots(snapshots: list[SnapshotView], now: datetime) -> Iterable[ProblemView]:
    for snapshot in snapshots:
        created = utc(snapshot.created_at)
        if snapshot.status == "FAILED":
            yield _of_snapshot(snapshot, "snapshot_failed", "FAILED")
        elif snapshot.status == "CREATING" and now - created > _STUCK_AFTER:
            yield _of_snapshot(snapshot, "snapshot_stuck", _since(created))


def _since(created: datetime) -> str:
    return f"CREATING since {created:%Y-%m-%d %H:%M} UTC"


def _of_snapshot(snapshot: SnapshotView, kind: ProblemKind, detail: str) -> ProblemView:
    of = {"share_id": snapshot.share_id, "snapshot_id": snapshot.id}
    return _problem(kind, **of, name=snapshot.name, region=snapshot.region, detail=detail)


def _failed_access_point(share: ShareView, point: ShareAccessPointView) -> ProblemView:
    of = {"share_id": share.id, "access_point_id": point.id}
    return _problem("access_point_failed", **of, name=point.name, region=share.region, detail="FAILED")


def _problem(kind: ProblemKind, **fields: Any) -> ProblemView:
    return ProblemView(kind=kind, next=_NEXT[kind][0], **fields)


def _rank(problem: ProblemView) -> tuple[int, str, str, str]:
    return (
        _WORST_FIRST.index(problem.kind),
        problem.region,
        problem.name,
        problem.snapshot_id or problem.access_point_id or problem.share_id,
    )


def _with_id(name: str, share_id: str, *, snapshot_id: str | None = None, access_point_id: str | None = None) -> str:
    """Return a share or, if there is the id of one, that snapshot or access point of it, in words."""
    noun = "snapshot" if snapshot_id else "access point" if access_point_id else "share"
    part = snapshot_id or access_point_id
    of = f" of share {plain(share_id)}" if part else ""
    return f"{noun} {quoted(name, _MAX_NAME_LENGTH)} ({plain(part or share_id)}){of}"


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
