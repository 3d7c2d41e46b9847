from typing import Any

import httpx
import pytest

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant
from ..support.person import Person

pytestmark = pytest.mark.anyio


async def test_every_share_has_a_default_access_point(assistant: Assistant, share: dict[str, Any]) -> None:
    (point,) = (await assistant.succeed("list_access_points", share="data"))["access_points"]
    assert (point["name"], point["path"], point["is_default"]) == ("default", "/", True)
    assert "vpc_id" not in point
    said = await assistant.fail("delete_access_point", access_point_id=point["id"])
    assert "the default access point" in said


async def test_an_access_point_is_made_listed_shown_and_deleted(assistant: Assistant, share: dict[str, Any]) -> None:
    done = await assistant.succeed(
        "create_access_point", share="data", name="team-a", path="/exports/team-a", vpc_id=OTHER_VPC
    )
    assert done["outcome"] == "done"
    made = done["access_point"]

    shown = await assistant.succeed("get_access_point", access_point_id=made["id"])
    assert shown == made
    assert shown["status"] == "ACCESS_POINT_ACTIVE"
    assert (shown["share_id"], shown["vpc_id"], shown["is_default"]) == (share["id"], OTHER_VPC, False)
    listed = (await assistant.succeed("list_access_points", share="data"))["access_points"]
    assert [point["name"] for point in listed] == ["default", "team-a"]

    gone = await assistant.succeed("delete_access_point", access_point_id=made["id"])
    assert gone.pop("message").startswith(f'Deleted access point "team-a" ({made["id"]})')
    assert gone == {"outcome": "deleted", "kind": "access point", "id": made["id"], "name": "team-a"}
    assert (await assistant.succeed("list_access_points", share="data"))["total"] == 1
    deleted = await assistant.succeed("list_access_points", share="data", status="ACCESS_POINT_DELETED")
    assert [point["id"] for point in deleted["access_points"]] == [made["id"]]


async def test_an_access_point_that_is_not_waited_for_is_creating_and_then_active(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    started = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC, wait=False)
    point = started["access_point"]
    assert (started["outcome"], point["status"]) == ("pending", "ACCESS_POINT_CREATING")
    assert f"wait_until_ready with access_point_id {point['id']}" in started["message"]
    clock.pass_time()
    shown = await assistant.succeed("get_access_point", access_point_id=point["id"])
    assert shown["status"] == "ACCESS_POINT_ACTIVE"


async def test_an_access_point_that_is_gone_already_is_no_failure_to_delete(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    """Whether the API still knows it as deleted, or never knew it."""
    made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    deleted = made["access_point"]["id"]
    await assistant.succeed("delete_access_point", access_point_id=deleted)
    person.asked.clear()
    sent.clear()
    for point in (deleted, VPC):
        gone = await assistant.succeed("delete_access_point", access_point_id=point)
        assert gone.pop("message") == f"There is no access point {point} any more, so there was nothing to delete."
        assert gone == {"outcome": "already_gone", "kind": "access point", "id": point}
    assert person.asked == []
    assert {request.method for request in sent} == {"GET"}


async def test_the_default_access_point_is_listed_first_and_the_others_by_age_in_pages(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    for name in ("zz", "mm", "aa"):
        await assistant.succeed("create_access_point", share="data", name=name, path=f"/{name}", vpc_id=VPC)
        clock.pass_time()
    first = await assistant.succeed("list_access_points", share="data", limit=2)
    rest = await assistant.succeed("list_access_points", share="data", limit=2, cursor=first["next_cursor"])
    assert [point["name"] for point in first["access_points"] + rest["access_points"]] == ["default", "zz", "mm", "aa"]
    assert (first["total"], rest["total"]) == (4, 4)
    assert "next_cursor" not in rest
    found = await assistant.succeed("list_access_points", share="data", name_contains="M")
    assert [point["name"] for point in found["access_points"]] == ["mm"]


async def test_a_policy_has_usual_choices_and_takes_others(assistant: Assistant, share: dict[str, Any]) -> None:
    usual = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    assert usual["access_point"]["access_policy"] == {
        "anonuid": 65534,
        "anongid": 65534,
        "protocols": ["NFS4"],
        "squash_config": "ROOT_SQUASH",
        "identity_enforcement_enabled": False,
    }
    policy = {"squash_config": "NO_SQUASH", "protocols": ["NFS", "NFS4"], "identity_enforcement_enabled": True}
    other = await assistant.succeed(
        "create_access_point", share="data", name="bb", path="/b", vpc_id=VPC, access_policy=policy
    )
    assert {key: other["access_point"]["access_policy"][key] for key in policy} == policy


async def test_a_name_that_is_taken_is_said_to_be(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    said = await assistant.fail("create_access_point", share="data", name="aa", path="/b", vpc_id=VPC)
    assert "409 (AlreadyExists)" in said
    assert "list_access_points" in said


async def test_the_text_of_an_access_point_holds_what_the_next_call_needs(
    assistant: Assistant, share: dict[str, Any]
) -> None:
    made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    said = text_of(await assistant.call("list_access_points", share="data"))
    for needed in (made["access_point"]["id"], share["id"], VPC, '"/a"', "ROOT_SQUASH", "the default one"):
        assert needed in said
