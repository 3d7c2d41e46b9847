"""The tool that goes on waiting goes on for whatever a call has left pending."""

from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox

from ..support.clock import Clock
from ..support.constants import VPC
from ..support.in_memory import Assistant

pytestmark = pytest.mark.anyio

NEW = {"name": "new", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}


async def test_waiting_goes_on_for_what_is_still_being_made(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    made = await assistant.succeed("create_share", **NEW, wait=False)
    ready = await assistant.succeed("wait_until_ready", share=made["share"]["id"])
    assert (ready["outcome"], ready["share"]["status"]) == ("done", "ACTIVE")
    taken = await assistant.succeed("create_snapshot", share="data", name="s", wait=False)
    snapshot = await assistant.succeed("wait_until_ready", snapshot=taken["action"]["resource_id"])
    assert snapshot["snapshot"]["status"] == "ACTIVE"
    point = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC, wait=False)
    found = await assistant.succeed("wait_until_ready", access_point=point["access_point"]["id"])
    assert found["access_point"]["status"] == "ACCESS_POINT_ACTIVE"
    grown = await assistant.succeed("resize_share", share="data", size_gib=200, wait=False)
    action = await assistant.succeed("wait_until_ready", action_id=grown["action"]["id"])
    assert (action["outcome"], action["action"]["status"]) == ("done", "completed")


async def test_an_action_that_fails_is_told(assistant: Assistant, sandbox: Sandbox, share: dict[str, Any]) -> None:
    sandbox.add_fault("fail", operation="create_share_action")
    grown = await assistant.succeed("resize_share", share="data", size_gib=200, wait=False)
    action = await assistant.succeed("wait_until_ready", action_id=grown["action"]["id"])
    assert action["outcome"] == "failed"


@pytest.mark.parametrize(
    "arguments",
    [
        *({}, {"action_id": 0}, {"share": VPC, "action_id": "1"}),
        {"snapshot": VPC, "access_point": VPC},
    ],
)
async def test_waiting_takes_just_one_argument(
    assistant: Assistant, sent: list[httpx.Request], arguments: dict[str, Any]
) -> None:
    assert "just one of" in await assistant.fail("wait_until_ready", **arguments)
    assert sent == []


async def test_an_action_goes_by_its_id_as_a_number_too(assistant: Assistant, share: dict[str, Any]) -> None:
    grown = await assistant.succeed("resize_share", share="data", size_gib=200, wait=False)
    action = await assistant.succeed("wait_until_ready", action_id=int(grown["action"]["id"]))
    assert action["action"]["id"] == grown["action"]["id"]


@pytest.mark.parametrize("action_id", ["0", "007", -1, "-1", "x", "084c3b9c-2382-441b-92d4-10b095bb5d7c", 10**30])
async def test_an_action_that_does_not_exist_is_an_error(assistant: Assistant, action_id: int | str) -> None:
    assert "404" in await assistant.fail("wait_until_ready", action_id=action_id)


@pytest.mark.parametrize("action_id", ["3.5", "1/actions", "..", "1%2f2", "a b"])
async def test_what_cannot_be_the_id_of_an_action_is_not_sent(
    assistant: Assistant, sent: list[httpx.Request], action_id: str
) -> None:
    assert "Nothing was sent: no request can name the id" in await assistant.fail(
        "wait_until_ready", action_id=action_id
    )
    assert sent == []


@pytest.mark.parametrize("action_id", [True, 1.5, [1]])
async def test_the_id_of_an_action_is_a_text_or_a_number(
    assistant: Assistant, sent: list[httpx.Request], action_id: Any
) -> None:
    assert "action_id" in await assistant.fail("wait_until_ready", action_id=action_id)
    assert sent == []


async def test_waiting_for_a_share_that_does_not_exist_is_an_error(assistant: Assistant) -> None:
    assert "404" in await assistant.fail("wait_until_ready", share=VPC)


async def test_what_is_waited_for_goes_by_name_too(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("create_snapshot", share="data", name="s", wait=False)
    assert (await assistant.succeed("wait_until_ready", snapshot="s"))["snapshot"]["status"] == "ACTIVE"
    await assistant.succeed("create_access_point", share="data", name="aa", path="/a", wait=False)
    found = await assistant.succeed("wait_until_ready", share="data", access_point="aa")
    assert found["access_point"]["status"] == "ACCESS_POINT_ACTIVE"
