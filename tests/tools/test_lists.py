"""Lists fit into what a model can read, and all of what is listed can be reached."""

import json
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox

from ..support.calling import text_of
from ..support.constants import VPC
from ..support.in_memory import Assistant

pytestmark = pytest.mark.anyio

LISTS = [
    ("list_shares", {}, "shares"),
    ("list_snapshots", {}, "snapshots"),
    ("list_vpcs", {}, "vpcs"),
    ("list_access_points", {"share": "data"}, "access_points"),
]


@pytest.fixture
def many(sandbox: Sandbox) -> Sandbox:
    """A sandbox with 1,000 shares."""
    sandbox.seed("many")
    return sandbox


async def everything(assistant: Assistant, tool: str, of: str, **arguments: Any) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    while True:
        page = await assistant.succeed(tool, **arguments)
        found += page[of]
        if "next_cursor" not in page:
            assert len(found) == page["total"]
            return found
        arguments["cursor"] = page["next_cursor"]


async def test_the_default_answer_on_1000_shares_is_under_12_kb(assistant: Assistant, many: Sandbox) -> None:
    result = await assistant.call("list_shares")
    sent = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert len(json.dumps(sent).encode()) < 12_000
    assert text_of(result).startswith("15 of 1000 shares:")


async def test_every_one_of_1000_shares_is_reached_once(assistant: Assistant, many: Sandbox) -> None:
    found = await everything(assistant, "list_shares", "shares", limit=100)
    assert sorted(s["id"] for s in found) == sorted(s["id"] for s in many.state()["shares"])


async def test_the_text_says_how_to_get_the_next_page(assistant: Assistant, many: Sandbox) -> None:
    result = await assistant.call("list_shares", limit=2)
    assert result.structured_content is not None
    assert result.structured_content["next_cursor"] in text_of(result)
    assert "list_shares" in text_of(result)
    assert "cursor" not in text_of(await assistant.call("list_vpcs", limit=100))


@pytest.mark.parametrize(("tool", "arguments", "of"), LISTS)
async def test_pages_hold_what_the_whole_list_holds(
    assistant: Assistant, share: dict[str, Any], tool: str, arguments: dict[str, Any], of: str
) -> None:
    for number in range(3):
        await assistant.succeed("create_share", name=f"s{number}", region="atl1", size_gib=50, vpc_ids=[VPC])
        await assistant.succeed("create_snapshot", share="data", name=f"s{number}")
        await assistant.succeed("create_access_point", share="data", name=f"s{number}", path=f"/s{number}", vpc_id=VPC)
    whole = (await assistant.succeed(tool, **arguments))[of]
    assert len(whole) >= 3
    assert await everything(assistant, tool, of, **arguments, limit=1) == whole
    assert await everything(assistant, tool, of, **arguments, limit=2) == whole


async def test_a_share_deleted_between_two_pages_hides_no_other(assistant: Assistant, many: Sandbox) -> None:
    first = await assistant.succeed("list_shares", limit=10)
    for share in first["shares"][-3:]:
        with many.store.transaction(0, write=True):
            many.store.delete_share(share["id"])
    page = await assistant.succeed("list_shares", limit=100, cursor=first["next_cursor"])
    assert not {s["id"] for s in page["shares"]} & {s["id"] for s in first["shares"]}
    assert page["total"] == 997


async def test_a_page_after_the_last_is_not_an_empty_account(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("create_share", name="other", region="atl1", size_gib=50, vpc_ids=[VPC])
    first = await assistant.succeed("list_shares", limit=1)
    await assistant.succeed("delete_share", share="other")
    result = await assistant.call("list_shares", limit=1, cursor=first["next_cursor"])
    assert text_of(result) == "No more shares; there are 1 in all."


async def test_shares_are_filtered_by_name_status_and_region(assistant: Assistant, sandbox: Sandbox) -> None:
    sandbox.seed("team")
    whole = await everything(assistant, "list_shares", "shares", limit=3)
    for field, argument in (("status", "status"), ("region", "region")):
        for value in {share[field] for share in whole}:
            found = await everything(assistant, "list_shares", "shares", **{argument: value})
            assert found == [share for share in whole if share[field] == value]
    part = whole[0]["name"][1:-1]
    found = await everything(assistant, "list_shares", "shares", name_contains=part.upper())
    assert found == [share for share in whole if part in share["name"]]
    assert (await assistant.succeed("list_shares", status="active"))["total"] > 0
    assert (await assistant.succeed("list_shares", name_contains="no such"))["total"] == 0


async def test_snapshots_and_access_points_are_filtered_too(assistant: Assistant, share: dict[str, Any]) -> None:
    for name in ("monday", "tuesday"):
        await assistant.succeed("create_snapshot", share="data", name=name)
        await assistant.succeed("create_access_point", share="data", name=name, path=f"/{name}", vpc_id=VPC)
    for tool, of in (("list_snapshots", "snapshots"), ("list_access_points", "access_points")):
        found = await assistant.succeed(tool, share="data", name_contains="tues")
        assert [item["name"] for item in found[of]] == ["tuesday"]
    assert (await assistant.succeed("list_snapshots", status="CREATING"))["total"] == 0
    assert (await assistant.succeed("list_vpcs", name_contains="default", region="atl1"))["total"] == 1


async def test_the_newest_snapshots_come_first(assistant: Assistant, share: dict[str, Any]) -> None:
    for name in ("first", "second"):
        await assistant.succeed("create_snapshot", share="data", name=name)
    found = await assistant.succeed("list_snapshots")
    assert [snapshot["name"] for snapshot in found["snapshots"]] == ["second", "first"]


@pytest.mark.parametrize("cursor", ["x", "!!!", "bnVsbA", "e30", "W251bGxd", "WzEsWzFdXQ", "\u00e9", "A" * 5000])
@pytest.mark.parametrize(("tool", "arguments", "of"), LISTS)
async def test_a_cursor_that_is_none_is_refused(
    assistant: Assistant, share: dict[str, Any], tool: str, arguments: dict[str, Any], of: str, cursor: str
) -> None:
    assert "the cursor is not one that this tool gave out" in await assistant.fail(tool, **arguments, cursor=cursor)


async def test_a_cursor_of_another_list_is_refused(assistant: Assistant, many: Sandbox) -> None:
    cursor = (await assistant.succeed("list_shares", limit=1))["next_cursor"]
    for tool in ("list_snapshots", "list_vpcs"):
        assert "the cursor is not one that this tool gave out" in await assistant.fail(tool, cursor=cursor)


@pytest.mark.parametrize("limit", [-1, 101, "many"])
async def test_a_limit_has_bounds(assistant: Assistant, limit: object) -> None:
    assert "limit has to be a whole number from 1 to 100" in await assistant.fail("list_shares", limit=limit)
