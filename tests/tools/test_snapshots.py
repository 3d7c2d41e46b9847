from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio


async def test_a_snapshot_is_taken_listed_shown_and_deleted(assistant: Assistant, share: dict[str, Any]) -> None:
    taken = await assistant.succeed("create_snapshot", share="data", name="monday")
    assert (taken["outcome"], taken["action"]["type"]) == ("done", "CREATE_SNAPSHOT")

    (listed,) = (await assistant.succeed("list_snapshots", share="data"))["snapshots"]
    assert listed == taken["snapshot"]
    assert (listed["name"], listed["share_id"], listed["size_gib"]) == ("monday", share["id"], 100)

    shown = await assistant.succeed("get_snapshot", snapshot=listed["id"])
    # Who names the share by its name reads it in the answer.
    assert listed.pop("share_name") == "data"
    assert shown == listed
    assert shown["status"] == "ACTIVE"

    gone = await assistant.succeed("delete_snapshot", snapshot=listed["id"])
    assert gone.pop("message").startswith(f'Deleted snapshot "monday" ({listed["id"]})')
    assert gone == {
        "outcome": "done",
        "kind": "snapshot",
        "id": listed["id"],
        "name": "monday",
        "before": listed,
        "after": {},
        "waited": 0,
        "asked": True,
    }
    assert "404" in await assistant.fail("get_snapshot", snapshot=listed["id"])
    assert text_of(await assistant.call("list_snapshots")) == "No snapshots."


async def test_a_snapshot_that_is_not_waited_for_is_creating_and_then_active(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    started = await assistant.succeed("create_snapshot", share="data", name="monday", wait=False)
    assert started["outcome"] == "pending"
    assert f"wait_until_ready with snapshot {started['action']['resource_id']}" in started["message"]
    (listed,) = (await assistant.succeed("list_snapshots", share="data"))["snapshots"]
    assert (listed["id"], listed["status"]) == (started["action"]["resource_id"], "CREATING")
    clock.pass_time()
    assert (await assistant.succeed("get_snapshot", snapshot=listed["id"]))["status"] == "ACTIVE"


async def test_a_snapshot_that_is_gone_already_is_not_a_failure_to_delete(
    assistant: Assistant, person: Person, sent: list[httpx.Request]
) -> None:
    gone = await assistant.succeed("delete_snapshot", snapshot=VPC)
    assert gone.pop("message") == f"There is no snapshot {VPC} any more, so there was nothing to delete."
    assert gone == {"outcome": "unchanged", "waited": 0, "kind": "snapshot", "id": VPC}
    assert person.asked == []
    assert {request.method for request in sent} == {"GET"}


async def test_snapshots_are_listed_newest_first_by_region_share_name_and_status(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    await assistant.succeed("create_share", name="other", region="nyc2", size_gib=50)
    for name, of in (("one", "data"), ("two", "data"), ("three", "other")):
        await assistant.succeed("create_snapshot", share=of, name=name)
        clock.pass_time()

    async def names(**arguments: str) -> list[str]:
        return [s["name"] for s in (await assistant.succeed("list_snapshots", **arguments))["snapshots"]]

    assert await names() == ["three", "two", "one"]
    assert await names(share="data") == ["two", "one"]
    assert await names(name_contains="T") == ["three", "two"]
    assert await names(share="data", status="active") == ["two", "one"]
    assert await names(status="FAILED") == []
    assert await names(share="other") == ["three"]
    assert await names(region="nyc2") == ["three"]
    assert await names(region="nyc2", share="data") == []


async def test_the_text_of_a_snapshot_holds_every_id(assistant: Assistant, share: dict[str, Any]) -> None:
    taken = await assistant.succeed("create_snapshot", share="data", name="monday")
    said = text_of(await assistant.call("list_snapshots"))
    for needed in (taken["snapshot"]["id"], share["id"], "monday", "ACTIVE"):
        assert needed in said


def taken_snapshot(snapshot_id: str, created_at: str) -> dict[str, Any]:
    return {
        "id": snapshot_id,
        "name": "s",
        "share_id": VPC,
        "region": "atl1",
        "size_gib": 50,
        "status": "ACTIVE",
        "created_at": created_at,
    }


@pytest.mark.parametrize("newest", [0, 1])
async def test_of_two_new_snapshots_of_one_name_the_newest_is_the_one_that_was_taken(
    connect: Connect, newest: int
) -> None:
    times = ["2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"]
    snapshots = [taken_snapshot(VPC, times[1 - newest]), taken_snapshot(OTHER_VPC, times[newest])]
    action = {
        "region_slug": "atl1",
        "resource_id": VPC,
        "resource_type": "SHARE",
        "type": "CREATE_SNAPSHOT",
        "status": "IN_PROGRESS",
        "started_at": "2026-01-01T00:00:00Z",
    }
    listed = iter([[], snapshots])
    transport = httpx.MockTransport(
        lambda request: (
            httpx.Response(201, json={"action": action})
            if request.method == "POST"
            else httpx.Response(200, json={"snapshots": next(listed)})
        )
    )
    async with connect(transport=transport) as assistant:
        made = await assistant.succeed("create_snapshot", share=VPC, name="s")
    assert made["snapshot"]["id"] == snapshots[newest]["id"]


@pytest.mark.parametrize("resource_type", ["SHARE", "SNAPSHOT"])
async def test_a_snapshot_is_found_whatever_its_action_names(connect: Connect, resource_type: str) -> None:
    """Sources differ on whether the action has the snapshot's id or the share's."""
    taken = taken_snapshot(OTHER_VPC, "2026-01-01T00:00:00Z")
    action = {
        "id": "1",
        "region_slug": "atl1",
        "resource_id": OTHER_VPC if resource_type == "SNAPSHOT" else VPC,
        "resource_type": resource_type,
        "type": "CREATE_SNAPSHOT",
        "status": "IN_PROGRESS",
        "started_at": "2026-01-01T00:00:00Z",
    }
    answers: dict[str, Callable[[], httpx.Response]] = {
        f"/v2/nfs/{VPC}/actions": lambda: httpx.Response(201, json={"action": action}),
        "/v2/nfs/snapshots": lambda: httpx.Response(200, json={"snapshots": [taken]}),
        f"/v2/nfs/snapshots/{OTHER_VPC}": lambda: httpx.Response(200, json={"snapshot": taken}),
    }
    transport = httpx.MockTransport(lambda request: answers[request.url.path]())
    async with connect(transport=transport) as assistant:
        made = await assistant.succeed("create_snapshot", share=VPC, name="s")
    assert made["outcome"] == "done"
    assert made["snapshot"]["id"] == OTHER_VPC


class TestNames:
    """A snapshot is named by its id, or by its exact name if just one has it."""

    @pytest.fixture
    async def ids(self, assistant: Assistant, share: dict[str, Any]) -> dict[str, str]:
        """The ids of snapshots of two shares, both named monday, by the share's name."""
        await assistant.succeed("create_share", name="other", region="atl1", size_gib=50)
        taken = {
            name: await assistant.succeed("create_snapshot", share=name, name="monday") for name in ("data", "other")
        }
        await assistant.succeed("create_snapshot", share="data", name="once")
        return {name: made["snapshot"]["id"] for name, made in taken.items()}

    async def test_a_name_is_enough_if_one_snapshot_has_it(self, assistant: Assistant, ids: dict[str, str]) -> None:
        shown = await assistant.succeed("get_snapshot", snapshot="once")
        assert shown.pop("share_name") == "data"
        assert shown == await assistant.succeed("get_snapshot", snapshot=shown["id"])

    async def test_a_name_that_several_have_is_told_apart_by_the_share(
        self, assistant: Assistant, share: dict[str, Any], ids: dict[str, str]
    ) -> None:
        said = await assistant.fail("get_snapshot", snapshot="monday")
        assert '2 snapshots are named "monday"' in said
        assert f'{ids["data"]} (of share "data" ({share["id"]}), ACTIVE, taken 2026-' in said
        assert ids["other"] in said
        assert (await assistant.succeed("get_snapshot", snapshot="monday", share="other"))["id"] == ids["other"]

    async def test_nothing_is_deleted_while_it_is_not_clear_which(
        self, assistant: Assistant, ids: dict[str, str], person: Person
    ) -> None:
        await assistant.fail("delete_snapshot", snapshot="monday")
        assert person.asked == []
        gone = await assistant.succeed("delete_snapshot", snapshot="monday", share="other")
        assert (gone["id"], gone["asked"]) == (ids["other"], True)
        assert (await assistant.succeed("get_snapshot", snapshot="monday"))["id"] == ids["data"]

    async def test_a_name_that_none_has_is_answered_with_those_there_are(
        self, assistant: Assistant, ids: dict[str, str]
    ) -> None:
        said = await assistant.fail("delete_snapshot", snapshot="Monday", share="other")
        assert 'no snapshot of share "other" has the name or id "Monday"' in said
        assert 'there are "monday". list_snapshots shows their ids.' in said

    async def test_a_name_that_several_have_is_listed_once(self, assistant: Assistant, ids: dict[str, str]) -> None:
        said = await assistant.fail("get_snapshot", snapshot="Tuesday")
        assert 'there are "monday", "once". list_snapshots shows their ids.' in said

    async def test_an_id_of_another_share_is_refused(
        self, assistant: Assistant, ids: dict[str, str], person: Person
    ) -> None:
        said = await assistant.fail("delete_snapshot", snapshot=ids["data"], share="other")
        assert f'{ids["data"]} is not of share "other"' in said
        assert person.asked == []
