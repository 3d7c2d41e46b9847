"""Old snapshots go with one question for all of them, and a failure of one does not stop the rest."""

import re
from typing import Any

import httpx
import pytest
from do_nfs_mcp.tools.service import Service
from do_nfs_sandbox import Sandbox

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

DAY = 86_400


@pytest.fixture
async def snapshots(share: dict[str, Any], sandbox: Sandbox, clock: Clock) -> list[str]:
    """The ids of ten snapshots of the share, one a day, the oldest first."""
    with sandbox.store.transaction(clock(), write=True):
        return [
            sandbox.store.insert_snapshot(
                share_id=share["id"],
                name=f"day-{age}",
                region="atl1",
                size_gib=100,
                now=clock() - age * DAY,
                status="ACTIVE",
            )["id"]
            for age in range(10, 0, -1)
        ]


def left(sandbox: Sandbox) -> list[str]:
    return [snapshot["id"] for snapshot in sandbox.state()["snapshots"]]


async def test_a_plan_to_prune_tells_what_would_go_and_deletes_nothing(
    assistant: Assistant, share: dict[str, Any], snapshots: list[str], sandbox: Sandbox, person: Person
) -> None:
    result = await assistant.call("prune_snapshots", share="data", keep_last=3, plan=True)
    assert result.structured_content is not None
    assert result.structured_content["outcome"] == "planned"
    assert [s["id"] for s in result.structured_content["snapshots"]] == snapshots[:7]
    assert all(snapshot in text_of(result) for snapshot in snapshots[:7])
    would = 'It would delete 7 snapshots of share "data" and keep 3.'
    assert result.structured_content["message"] == f"Nothing was done. {would}"
    assert text_of(result).count(": ACTIVE, 100 GiB, taken ") == 7
    assert left(sandbox) == snapshots
    assert person.asked == []


async def test_of_snapshots_of_one_second_the_last_that_are_listed_are_kept(
    assistant: Assistant, share: dict[str, Any], sandbox: Sandbox, clock: Clock, person: Person
) -> None:
    with sandbox.store.transaction(clock(), write=True):
        ids = [
            sandbox.store.insert_snapshot(
                share_id=share["id"], name=name, region="atl1", size_gib=100, now=clock(), status="ACTIVE"
            )["id"]
            for name in ("a", "b", "c", "d", "e")
        ]
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=2)
    assert [s["id"] for s in done["snapshots"]] == ids[:3]
    assert left(sandbox) == ids[3:]


async def test_what_is_named_is_kept_besides(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox, person: Person
) -> None:
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=1, keep=["day-9", snapshots[3].upper()])
    assert [s["id"] for s in done["kept"]] == [snapshots[9], snapshots[3], snapshots[1]]
    assert left(sandbox) == [snapshots[1], snapshots[3], snapshots[9]]
    (question,) = person.asked
    assert "3 will be kept. " in question
    assert 'To be kept: "day-1" of ' in question


async def test_a_snapshot_that_is_named_like_an_id_is_kept_by_its_name(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox
) -> None:
    name = "AAAAAAAA-0000-4000-8000-00000000000A"
    await assistant.succeed("create_snapshot", share="data", name=name)
    await assistant.succeed("prune_snapshots", share="data", keep=[name])
    assert [snapshot["name"] for snapshot in sandbox.state()["snapshots"]] == [name]


async def test_what_is_named_may_be_all_that_is_kept(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox
) -> None:
    await assistant.succeed("prune_snapshots", share="data", keep=["day-9"])
    assert left(sandbox) == [snapshots[1]]


async def test_a_snapshot_to_keep_that_is_not_there_is_told_before_anything_goes(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox, person: Person
) -> None:
    said = await assistant.fail("prune_snapshots", share="data", keep_last=1, keep=["day-9", "day-99"])
    assert 'the share has no snapshot "day-99" that could be kept. It has: "day-1" of ' in said
    assert (left(sandbox), person.asked) == (snapshots, [])


async def test_planned_snapshots_are_deleted_after_one_question(
    assistant: Assistant, share: dict[str, Any], snapshots: list[str], sandbox: Sandbox, person: Person
) -> None:
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=3)
    assert done["message"] == 'Deleted 7 snapshots of share "data" and kept 3.'
    assert (done["before"], done["after"]) == ({"snapshot_count": 10}, {"snapshot_count": 3})
    assert done["asked"] is True
    assert [s["id"] for s in done["snapshots"]] == snapshots[:7]
    assert [s["id"] for s in done["kept"]] == snapshots[:6:-1]
    assert done["failed"] == []
    assert {s["status"] for s in done["snapshots"]} == {"DELETED"}
    assert left(sandbox) == snapshots[7:]
    (question,) = person.asked
    assert all(snapshot in question for snapshot in snapshots[:7])
    assert not any(snapshot in question for snapshot in snapshots[7:])
    assert "for good? 3 will be kept." in question
    lost, _, kept = question.partition(" To be kept: ")
    assert ['"day-3"' in lost, '"day-4"' in lost, '"day-3"' in kept, '"day-4"' in kept] == [False, True, True, False]


async def test_what_was_deleted_is_not_shown_as_active(assistant: Assistant, snapshots: list[str]) -> None:
    await assistant.succeed("create_access_point", share="data", name="team", path="/t")
    for tool, arguments in (
        ("delete_snapshot", {"snapshot": "day-1"}),
        ("delete_access_point", {"access_point": "team"}),
        ("prune_snapshots", {"share": "data", "keep_last": 3}),
    ):
        text = text_of(await assistant.call(tool, **arguments))
        assert text.startswith("Deleted ")
        assert "ACTIVE" not in text.partition("Kept: ")[0]


async def test_a_text_names_what_is_kept_newest_first_and_cuts_a_long_list(
    assistant: Assistant, snapshots: list[str], share: dict[str, Any], sandbox: Sandbox, clock: Clock
) -> None:
    said = text_of(await assistant.call("prune_snapshots", share="data", keep_last=2, plan=True))
    names = {snapshot["id"]: snapshot["name"] for snapshot in sandbox.state()["snapshots"]}
    newest, second = (names[snapshot] for snapshot in snapshots[:7:-1])
    kept = said.splitlines()[-1]
    assert kept.startswith(f'Kept: "{newest}" of ')
    assert kept.index(newest) < kept.index(second)
    with sandbox.store.transaction(clock(), write=True):
        for age in range(30):
            sandbox.store.insert_snapshot(
                share_id=share["id"], name=f"s{age}", region="atl1", size_gib=1, now=clock() - age, status="ACTIVE"
            )
    said = text_of(await assistant.call("prune_snapshots", share="data", keep_last=30, plan=True))
    assert said.endswith(", and 10 older.")


@pytest.mark.parametrize("status", ["FAILED", "CREATING"])
async def test_a_snapshot_that_stays_and_is_not_a_backup_is_told_from_the_backups(
    assistant: Assistant, snapshots: list[str], share: dict[str, Any], sandbox: Sandbox, clock: Clock, status: str
) -> None:
    with sandbox.store.transaction(clock(), write=True):
        sandbox.store.insert_snapshot(
            share_id=share["id"], name="today", region="atl1", size_gib=1, now=clock(), status=status
        )
    said = text_of(await assistant.call("prune_snapshots", share="data", keep_last=1, older_than_days=1, plan=True))
    today, yesterday = re.split(', (?="day-1")', said.partition("Kept: ")[2])
    assert today.startswith('"today" of ')
    assert today.endswith({"FAILED": "(FAILED, young)", "CREATING": "(CREATING)"}[status])
    assert yesterday.startswith('"day-1" of ')
    assert yesterday.endswith("(latest).")


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ({"keep_last": 2, "keep": ["day-9"]}, "1 (latest), 2 (latest), 9 (named)"),
        ({"keep_last": 1, "keep_daily": 2, "keep": ["day-2"]}, "1 (latest, daily), 2 (daily, named)"),
        ({"keep_daily": 2, "older_than_days": 4}, "1 (daily, young), 2 (daily, young), 3 (young)"),
        # It is the first of January 2026, a Thursday.
        ({"keep_weekly": 2}, "1 (weekly), 4 (weekly)"),
    ],
)
@pytest.mark.parametrize("plan", [True, False])
async def test_what_keeps_each_snapshot_is_said(
    assistant: Assistant, snapshots: list[str], person: Person, rules: dict[str, Any], kept: str, plan: bool
) -> None:
    result = await assistant.call("prune_snapshots", share="data", **rules, plan=plan)
    told = re.sub(r'"day-(\d+)" of [0-9: -]{16}', r"\1", text_of(result))
    assert f"Kept: {kept}." in told
    words = {"keep_last": "latest", "keep_daily": "daily", "keep_weekly": "weekly", "older_than_days": "young"}
    assert result.structured_content is not None
    names = {s["name"]: s["kept_by"] for s in result.structured_content["kept"]}
    for by in names.values():
        assert ", ".join({**words, "keep": "named"}[rule] for rule in by) in kept
        assert by
    asked = [re.sub(r'"day-(\d+)" of [0-9: -]{16}', r"\1", question) for question in person.asked]
    assert [f"To be kept: {kept}." in question for question in asked] == ([] if plan else [True])


async def test_a_snapshot_that_cannot_be_deleted_does_not_stop_the_others(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox
) -> None:
    sandbox.add_fault("status", operation="delete_snapshot", path=f"/v2/nfs/snapshots/{snapshots[1]}", status=501)
    result = await assistant.call("prune_snapshots", share="data", keep_last=3)
    assert result.structured_content is not None
    assert [failed["id"] for failed in result.structured_content["failed"]] == [snapshots[1]]
    assert "501" in result.structured_content["failed"][0]["reason"]
    assert "Deleted 6 snapshots" in text_of(result)
    assert "and kept 3. 1 more could not be deleted" in text_of(result)
    assert left(sandbox) == [snapshots[1], *snapshots[7:]]


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_an_error_that_all_snapshots_would_meet_is_met_once(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox, sent: list[httpx.Request], status: int
) -> None:
    sandbox.add_fault("status", operation="delete_snapshot", status=status, times=100)
    result = await assistant.succeed("prune_snapshots", share="data", keep_last=3)
    assert result["outcome"] == "failed"
    assert result["message"].startswith("Deleted no snapshot of share ")
    assert "and kept 3. 7 could not be deleted" in result["message"]
    assert [str(status) in failed["reason"] for failed in result["failed"]] == [True] + [False] * 6
    kind = "rate_limited" if status == 429 else "failed"
    assert [failed.get("kind") for failed in result["failed"]] == [kind] + [None] * 6
    assert {r.url.path for r in sent if r.method == "DELETE"} == {f"/v2/nfs/snapshots/{snapshots[0]}"}
    assert left(sandbox) == snapshots


async def test_a_snapshot_that_is_gone_by_then_counts_as_deleted(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox
) -> None:
    not_found = {"id": "not_found", "message": "gone"}
    sandbox.add_fault("status", operation="delete_snapshot", status=404, body=not_found, times=1)
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=3)
    assert done["failed"] == []


async def test_rules_are_kept_together_and_age_protects(assistant: Assistant, snapshots: list[str]) -> None:
    async def goes(**rules: int) -> list[str]:
        found = await assistant.succeed("prune_snapshots", share="data", plan=True, **rules)
        return [snapshot["id"] for snapshot in found["snapshots"]]

    assert await goes(older_than_days=5) == snapshots[:6]
    assert await goes(older_than_days=5, keep_last=7) == snapshots[:3]
    assert await goes(keep_daily=2) == snapshots[:8]
    assert await goes(keep_last=100) == []
    assert await goes(keep_weekly=1) == snapshots[:9]


async def test_without_a_rule_nothing_is_deleted(
    assistant: Assistant, snapshots: list[str], sent: list[httpx.Request], person: Person
) -> None:
    for rules in ({}, {"keep_daily": 0, "older_than_days": 0}, {"plan": True}):
        said = await assistant.fail("prune_snapshots", share="data", **rules)
        assert "without a rule" in said
        assert said.endswith("if really every one is to go, keep_last: 0.")
    assert person.asked == []
    assert sent == []


async def test_all_snapshots_go_only_if_that_is_said(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox, person: Person
) -> None:
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=0)
    assert done["kept"] == []
    assert done["message"].endswith(" and kept none.")
    assert "for good? None will be kept." in person.asked[0]
    assert "To be kept" not in person.asked[0]
    assert left(sandbox) == []


@pytest.mark.parametrize("plan", [False, True])
async def test_nobody_is_asked_and_nothing_changes_when_no_snapshot_goes(
    assistant: Assistant, share: dict[str, Any], snapshots: list[str], person: Person, plan: bool
) -> None:
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=10, plan=plan)
    assert done["outcome"] == "unchanged"
    assert done["message"] == 'There was nothing to delete: share "data" keeps 10 snapshots.'
    assert [s["id"] for s in done["kept"]] == snapshots[::-1]
    assert person.asked == []


async def test_a_share_without_snapshots_is_left_unchanged(assistant: Assistant, share: dict[str, Any]) -> None:
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=0)
    assert (done["outcome"], done["snapshots"], done["kept"]) == ("unchanged", [], [])
    assert done["message"] == 'There was nothing to delete: share "data" has no snapshots.'


async def test_more_snapshots_than_a_person_reads_go_in_several_calls(
    assistant: Assistant, share: dict[str, Any], sandbox: Sandbox, clock: Clock, person: Person
) -> None:
    with sandbox.store.transaction(clock(), write=True):
        for age in range(250):
            sandbox.store.insert_snapshot(
                share_id=share["id"], name=f"s{age}", region="atl1", size_gib=1, now=clock() - age, status="ACTIVE"
            )
    first = await assistant.succeed("prune_snapshots", share="data", keep_last=10)
    assert len(first["snapshots"]) == 100
    assert first["message"].endswith(
        "The rules let 140 more go, in further calls of prune_snapshots: one deletes at most 100."
    )
    assert (first["before"], first["after"]) == ({"snapshot_count": 250}, {"snapshot_count": 150})
    assert first["next"] == {"tool": "prune_snapshots", "arguments": {"share": share["id"], "keep_last": 10}}
    second = await assistant.succeed("prune_snapshots", **first["next"]["arguments"])
    last = await assistant.succeed("prune_snapshots", **second["next"]["arguments"])
    assert "next" not in last
    planned = await assistant.succeed("prune_snapshots", share="data", keep_last=0, plan=True)
    assert "next" not in planned
    assert len(last["snapshots"]) == 40
    assert len(left(sandbox)) == 10
    assert len(person.asked) == 3


async def test_no_further_call_is_suggested_after_a_plan_or_where_it_would_fail_again(
    assistant: Assistant, share: dict[str, Any], sandbox: Sandbox, clock: Clock
) -> None:
    with sandbox.store.transaction(clock(), write=True):
        for age in range(110):
            sandbox.store.insert_snapshot(
                share_id=share["id"], name=f"s{age}", region="atl1", size_gib=1, now=clock() - age, status="ACTIVE"
            )
    planned = await assistant.succeed("prune_snapshots", share="data", keep_last=1, plan=True)
    assert "The rules let 9 more go" in planned["message"]
    assert ("next" in planned, "asked" in planned) == (False, False)
    # Whether one could not be deleted or none could.
    for times in (1, 100):
        sandbox.add_fault("status", operation="delete_snapshot", status=409, times=times)
        failed = await assistant.succeed("prune_snapshots", share="data", keep_last=1)
        assert failed["outcome"] == ("done" if times == 1 else "failed")
        assert "next" not in failed
        sandbox.clear_faults()
        with sandbox.store.transaction(clock(), write=True):
            for age in range(110):
                sandbox.store.insert_snapshot(
                    share_id=share["id"], name="more", region="atl1", size_gib=1, now=clock() - age, status="ACTIVE"
                )


async def test_where_there_is_no_snapshot_to_keep_it_says_that_there_is_none(
    assistant: Assistant, share: dict[str, Any]
) -> None:
    said = await assistant.fail("prune_snapshots", share="data", keep=["day-9"])
    assert said.endswith('the share has no snapshot "day-9" that could be kept. It has: none.')


async def test_another_share_s_snapshots_are_left_alone(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox
) -> None:
    await assistant.succeed("create_share", name="other", region="atl1", size_gib=50, vpc_ids=[VPC])
    other = (await assistant.succeed("create_snapshot", share="other", name="mine"))["snapshot"]["id"]
    await assistant.succeed("prune_snapshots", share="data", keep_last=1)
    assert left(sandbox) == [snapshots[-1], other]


async def test_pruning_needs_no_time_to_wait(connect: Connect, snapshots: list[str], sandbox: Sandbox) -> None:
    async with connect(wait_seconds=0) as assistant:
        assert (await assistant.succeed("prune_snapshots", share="data", keep_last=3))["failed"] == []
    assert left(sandbox) == snapshots[7:]


async def test_snapshots_that_there_is_no_time_for_are_told(
    assistant: Assistant, snapshots: list[str], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([20.0, 0.1])
    monkeypatch.setattr(Service, "time_left", lambda _: next(seconds, 0.0))
    done = await assistant.succeed("prune_snapshots", share="data", keep_last=3)
    assert [failed["id"] for failed in done["failed"]] == snapshots[2:7]
    assert "not tried" in done["failed"][0]["reason"]
    assert left(sandbox) == snapshots[2:]
