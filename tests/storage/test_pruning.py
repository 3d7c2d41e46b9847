"""Which snapshots a retention lets go: nothing that a rule keeps, whatever the order, the time zone or the calendar."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.storage.pruning import Retention, rules_that_keep, snapshots_to_prune
from do_nfs_mcp.storage.views import SnapshotView
from hypothesis import given
from hypothesis import strategies as st

from ..support.properties import examples

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SHARE, OTHER_SHARE = str(UUID(int=1)), str(UUID(int=2))
STATUSES = ["ACTIVE", "ACTIVE", "ACTIVE", "FAILED", "CREATING", "DELETED", "UNKNOWN", "ARCHIVED"]


def taken(
    when: datetime | str, status: str = "ACTIVE", number: int | None = None, share_id: str = SHARE
) -> SnapshotView:
    """A snapshot named after its moment, which is in UTC if it is a text without an offset."""
    moment = datetime.fromisoformat(when) if isinstance(when, str) else when
    return SnapshotView(
        id=str(uuid5(UUID(SHARE), f"{when} {status}")) if number is None else str(UUID(int=number)),
        name=str(when),
        share_id=share_id,
        region="atl1",
        size_gib=50,
        status=status,
        created_at=moment,
    )


def gone(snapshots: list[SnapshotView], now: datetime = NOW, **rules: int) -> list[str]:
    """The names of those that can go."""
    return [snapshot.name for snapshot in snapshots_to_prune(snapshots, Retention(**rules), now)]


def days_ago(*days: float) -> list[SnapshotView]:
    return [taken(NOW - timedelta(days=d)).model_copy(update={"name": f"{d} days"}) for d in days]


def test_the_last_few_are_kept_and_the_others_go_oldest_first() -> None:
    assert gone(days_ago(3, 0, 1, 4, 2), keep_last=2) == ["4 days", "3 days", "2 days"]
    assert gone(days_ago(3, 0, 1), keep_last=3) == []
    assert gone(days_ago(3, 0, 1), keep_last=1000) == []
    assert gone([], keep_last=1) == []


def test_the_newest_of_each_day_is_kept_and_days_without_any_do_not_count() -> None:
    snapshots = [taken(f"2026-01-{d:02}T{h:02}:00Z") for d in (5, 9, 30) for h in (0, 12, 23)]
    assert gone(snapshots, keep_daily=2) == [
        "2026-01-05T00:00Z",
        "2026-01-05T12:00Z",
        "2026-01-05T23:00Z",
        "2026-01-09T00:00Z",
        "2026-01-09T12:00Z",
        "2026-01-30T00:00Z",
        "2026-01-30T12:00Z",
    ]


def test_the_newest_of_each_week_is_kept_and_a_week_ends_on_sunday() -> None:
    sunday, monday, tuesday = "2026-01-11T23:59:59Z", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z"
    assert gone([taken(sunday), taken(monday), taken(tuesday)], keep_weekly=2) == [monday]
    assert gone([taken(sunday), taken(monday), taken(tuesday)], keep_weekly=1) == [sunday, monday]


def test_a_snapshot_that_any_rule_keeps_stays() -> None:
    snapshots = days_ago(0, 0.1, 1, 2, 9, 20)
    assert gone(snapshots, keep_last=2) == ["20 days", "9 days", "2 days", "1 days"]
    assert gone(snapshots, keep_last=2, keep_daily=3) == ["20 days", "9 days"]
    assert gone(snapshots, keep_last=2, keep_daily=3, keep_weekly=2) == ["20 days"]


def test_no_snapshot_younger_than_so_many_days_goes() -> None:
    snapshots = days_ago(0, 6, 6.999, 7, 8)
    assert gone(snapshots, older_than_days=7) == ["8 days", "7 days"]
    assert gone(snapshots, older_than_days=7, keep_last=4) == ["8 days"]
    assert gone(snapshots, older_than_days=10**12) == []


def test_a_snapshot_from_the_future_is_the_newest_and_young() -> None:
    assert gone(days_ago(-1, 0), keep_last=1) == ["0 days"]
    assert gone(days_ago(-2, -1), keep_last=1) == ["-1 days"]
    assert gone(days_ago(-1), older_than_days=1) == []


def test_a_failed_snapshot_is_not_a_backup_and_goes_unless_it_is_young() -> None:
    failed = taken("2026-01-30T12:00Z", "FAILED")
    backup = taken("2026-01-01T12:00Z")
    assert gone([failed, backup], keep_last=1, keep_daily=1, keep_weekly=1) == [failed.name]
    assert gone([failed, backup], keep_last=1, older_than_days=2) == []
    assert gone([failed, backup], keep_last=1, older_than_days=1) == [failed.name]


@pytest.mark.parametrize("status", ["CREATING", "DELETED", "UNKNOWN", "ARCHIVED", "", "active"])
def test_a_snapshot_in_another_state_is_not_touched_and_does_not_count(status: str) -> None:
    newest, backup, oldest = taken("2026-01-30T12:00Z", status), *days_ago(5, 9)
    assert gone([newest, backup, oldest], keep_last=1) == ["9 days"]
    assert gone([newest, backup, oldest], older_than_days=1) == ["9 days", "5 days"]


def test_the_last_of_a_list_is_the_newest_of_snapshots_taken_at_once() -> None:
    twins = [taken(NOW, number=number) for number in (3, 1, 2)]
    assert [UUID(s.id).int for s in snapshots_to_prune(twins, Retention(keep_last=1), NOW)] == [3, 1]
    assert [UUID(s.id).int for s in snapshots_to_prune(twins, Retention(keep_daily=1), NOW)] == [3, 1]


def test_the_last_few_snapshots_are_counted_for_each_share() -> None:
    mine = taken("2026-01-01T00:00Z", share_id=SHARE)
    theirs = [taken(f"2026-01-0{day}T00:00Z", number=day, share_id=OTHER_SHARE) for day in (2, 3)]
    assert gone([mine, *theirs], keep_last=1) == ["2026-01-02T00:00Z"]


@pytest.mark.parametrize("retention", [Retention(keep_last=-1), Retention(keep_last=5, older_than_days=-1)], ids=str)
def test_a_rule_below_zero_is_an_error(retention: Retention) -> None:
    with pytest.raises(ValueError, match="rule"):
        snapshots_to_prune(days_ago(1, 2), retention, NOW)


def test_the_days_of_a_retention_are_those_of_utc() -> None:
    # In UTC, the first two are on one day and the third is on the next.
    snapshots = [taken("2026-01-05T02:00+02:00"), taken("2026-01-05T20:00-03:00"), taken("2026-01-05T20:00-04:00")]
    assert gone(snapshots, keep_daily=2) == ["2026-01-05T02:00+02:00"]


def test_a_moment_without_an_offset_is_in_utc() -> None:
    snapshots = [taken("2026-01-05T02:00+03:00"), taken("2026-01-05T00:00"), taken("2026-01-05T01:00Z")]
    assert gone(snapshots, keep_last=2) == ["2026-01-05T02:00+03:00"]
    assert gone(snapshots, keep_daily=2) == ["2026-01-05T00:00"]
    assert gone(snapshots, now=datetime(2026, 1, 6), older_than_days=1) == [s.name for s in snapshots[:2]]


def test_a_day_has_24_hours_when_clocks_change() -> None:
    zone = ZoneInfo("America/New_York")
    # Clocks went forward on 2026-03-08: by the clock on the wall a day has passed, in truth 23 hours.
    snapshot = taken(datetime(2026, 3, 7, 12, tzinfo=zone))
    assert gone([snapshot], now=datetime(2026, 3, 8, 12, tzinfo=zone), older_than_days=1) == []
    assert gone([snapshot], now=datetime(2026, 3, 8, 13, tzinfo=zone), older_than_days=1) == [snapshot.name]


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    first, again = (taken(datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold), number=9 - fold) for fold in (0, 1))
    assert snapshots_to_prune([again, first], Retention(keep_last=1), NOW) == [first]


def test_a_leap_day_is_a_day() -> None:
    snapshots = [taken(f"2028-{day}T12:00Z") for day in ("02-28", "02-29", "03-01")]
    now = datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert gone(snapshots, now, keep_daily=2) == ["2028-02-28T12:00Z"]
    assert gone(snapshots, now, older_than_days=2) == ["2028-02-28T12:00Z"]


@pytest.mark.parametrize(
    ("before", "after", "same_week"),
    [
        # 2020 had a week 53, to which the first days of 2021 belong.
        ("2020-12-31", "2021-01-03", True),
        ("2021-01-03", "2021-01-04", False),
        # The last days of 2024 belong to week 1 of 2025.
        ("2024-12-29", "2024-12-30", False),
        ("2024-12-30", "2025-01-05", True),
        # Both are in a week 1, of two years.
        ("2024-01-05", "2024-12-31", False),
    ],
)
def test_weeks_go_on_over_the_end_of_the_year(before: str, after: str, same_week: bool) -> None:
    snapshots = [taken(f"{before}T12:00Z"), taken(f"{after}T12:00Z")]
    assert gone(snapshots, keep_weekly=2) == ([f"{before}T12:00Z"] if same_week else [])


@pytest.mark.parametrize(
    "edge", ["1000-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]
)
def test_the_calendars_ends_are_no_obstacle(edge: str) -> None:
    assert gone([taken(edge)], keep_daily=1, keep_weekly=1) == []


moments = st.datetimes(datetime(2025, 12, 1), datetime(2026, 2, 1)) | st.sampled_from(
    [datetime(2026, 1, 4, 23, 59), datetime(2026, 1, 5), datetime(2026, 1, 5, 12)]
)
zones = st.sampled_from([None, UTC, ZoneInfo("America/New_York"), timezone(timedelta(hours=14))])
accounts = st.lists(
    st.builds(
        lambda moment, zone, *rest: taken(moment.replace(tzinfo=zone), *rest),
        moments,
        zones,
        st.sampled_from(STATUSES),
        st.integers(10, 10_000),
        st.sampled_from([SHARE, SHARE, OTHER_SHARE]),
    ),
    max_size=12,
    unique_by=lambda snapshot: snapshot.id,
)
rules = st.builds(Retention, *[st.integers(0, 4)] * 3, st.integers(0, 40)).filter(lambda r: r != Retention())
more = st.builds(Retention, *[st.integers(0, 3)] * 3, st.integers(0, 20))


def ids(snapshots: list[SnapshotView]) -> set[str]:
    return {snapshot.id for snapshot in snapshots}


@examples(150)
@given(accounts, rules)
def test_only_active_or_failed_snapshots_go_oldest_first(snapshots: list[SnapshotView], retention: Retention) -> None:
    let_go = snapshots_to_prune(snapshots, retention, NOW)
    assert all(snapshot in snapshots and snapshot.status in {"ACTIVE", "FAILED"} for snapshot in let_go)
    assert len(ids(let_go)) == len(let_go)
    moments = [s.created_at if s.created_at.tzinfo else s.created_at.replace(tzinfo=UTC) for s in let_go]
    assert moments == sorted(moments)


@examples(150)
@given(accounts, rules)
def test_a_snapshot_that_a_rule_keeps_by_itself_never_goes(snapshots: list[SnapshotView], retention: Retention) -> None:
    let_go = ids(snapshots_to_prune(snapshots, retention, NOW))
    for name, value in vars(retention).items():
        if value:
            assert let_go <= ids(snapshots_to_prune(snapshots, Retention(**{name: value}), NOW))


@examples(150)
@given(accounts, rules)
def test_the_rules_that_keep_a_snapshot_are_those_that_do_so_alone(
    snapshots: list[SnapshotView], retention: Retention
) -> None:
    kept = rules_that_keep(snapshots, retention, NOW)
    assert ids(snapshots_to_prune(snapshots, retention, NOW)).isdisjoint(kept)
    assert all(kept.values())
    for name, value in vars(retention).items():
        by_it = {snapshot_id for snapshot_id, rules in kept.items() if name in rules}
        alone = rules_that_keep(snapshots, Retention(**{name: value}), NOW).keys()
        assert by_it == alone


@examples(150)
@given(accounts, rules, more)
def test_more_to_keep_never_lets_more_go(snapshots: list[SnapshotView], retention: Retention, more: Retention) -> None:
    stricter = Retention(*(vars(retention)[name] + vars(more)[name] for name in vars(retention)))
    assert ids(snapshots_to_prune(snapshots, stricter, NOW)) <= ids(snapshots_to_prune(snapshots, retention, NOW))


@examples(150)
@given(accounts, rules, st.randoms(use_true_random=False))
def test_the_order_of_snapshots_of_different_times_does_not_matter(
    snapshots: list[SnapshotView], retention: Retention, random: Random
) -> None:
    snapshots = list({utc(snapshot.created_at): snapshot for snapshot in snapshots}.values())
    shuffled = list(snapshots)
    random.shuffle(shuffled)
    assert snapshots_to_prune(shuffled, retention, NOW) == snapshots_to_prune(snapshots, retention, NOW)


@examples(150)
@given(accounts, rules)
def test_the_last_few_of_each_share_are_left(snapshots: list[SnapshotView], retention: Retention) -> None:
    let_go = ids(snapshots_to_prune(snapshots, retention, NOW))
    for share_id in (SHARE, OTHER_SHARE):
        active = {s.id for s in snapshots if s.status == "ACTIVE" and s.share_id == share_id}
        assert len(active - let_go) >= min(retention.keep_last, len(active))


@examples(150)
@given(accounts, rules)
def test_pruning_what_is_left_lets_nothing_go(snapshots: list[SnapshotView], retention: Retention) -> None:
    let_go = ids(snapshots_to_prune(snapshots, retention, NOW))
    left = [snapshot for snapshot in snapshots if snapshot.id not in let_go]
    assert snapshots_to_prune(left, retention, NOW) == []
