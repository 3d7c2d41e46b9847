"""Every tool that changes something says what came of it in one shape, as docs/assistant.md describes it."""

import re
from typing import Any

import httpx
import pytest
from do_nfs_mcp.tools import SPECS, make_tools
from do_nfs_mcp.tools.tool import Effect

from ..support.calling import text_of
from ..support.constants import OTHER_VPC, VPC
from ..support.contracts import ROOT
from ..support.in_memory import Assistant, Connect

pytestmark = pytest.mark.anyio

SHAPE = {
    "outcome": "string",
    "message": "string",
    "before": "object",
    "after": "object",
    "waited": "integer",
    "next": "object",
    "asked": "boolean",
}
"""Each field, and its type."""
TOOLS = {tool.name: tool for tool in make_tools()}
CHANGES = [spec.name for spec in SPECS if spec.effect is not Effect.READS]
# One call of each, in an order in which each finds what it needs.
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("create_share", {"name": "other", "region": "atl1", "size_gib": 50}),
    ("resize_share", {"share": "data", "add_gib": 50}),
    ("attach_share", {"share": "data", "vpc_id": OTHER_VPC}),
    ("detach_share", {"share": "data", "vpc_id": OTHER_VPC}),
    ("reassign_share", {"share": "data", "new_vpc_id": OTHER_VPC}),
    ("switch_performance_tier", {"share": "data"}),
    ("create_snapshot", {"share": "data", "name": "one"}),
    ("delete_snapshot", {"snapshot": "one"}),
    ("create_snapshot", {"share": "data", "name": "two"}),
    ("prune_snapshots", {"share": "data", "keep_last": 0}),
    ("create_access_point", {"share": "data", "name": "team", "path": "/t"}),
    ("delete_access_point", {"access_point": "team"}),
    ("delete_share", {"share": "other"}),
]


def test_the_page_for_assistants_says_what_each_field_says() -> None:
    page = (ROOT / "docs/assistant.md").read_text(encoding="utf-8")
    table = page.partition("**Outcomes, for programs.**")[2].partition("**Failures")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= SHAPE.keys() | {"done", "unchanged", "pending", "failed", "planned"}


async def test_every_tool_that_changes_something_has_the_shape(assistant: Assistant, share: dict[str, Any]) -> None:
    assert {tool for tool, _ in CALLS} == set(CHANGES)
    for tool, arguments in CALLS:
        schema = TOOLS[tool].output_schema
        assert schema is not None
        assert {field: schema["properties"][field]["type"] for field in SHAPE} == SHAPE, tool
        result = await assistant.call(tool, **arguments)
        done = result.structured_content
        assert done is not None, text_of(result)
        assert done.keys() <= schema["properties"].keys(), tool
        assert done["outcome"] == "done", tool
        assert done["before"] != done["after"], tool
        assert isinstance(done["waited"], int), tool
        # What is made was not there before, and what is deleted is not there any more.
        assert (done["before"] == {}) == tool.startswith("create_"), tool
        assert (done["after"] == {}) == tool.startswith("delete_"), tool
        asks = TOOLS[tool].destroys
        assert done.get("asked") == (True if asks else None), tool
        assert ("The person was asked and agreed." in text_of(result)) == asks, tool


@pytest.mark.parametrize(
    ("tool", "arguments", "before", "after"),
    [
        ("resize_share", {"add_percent": 50}, {"size_gib": 100}, {"size_gib": 150}),
        ("attach_share", {"vpc_id": OTHER_VPC}, {"vpc_ids": [VPC]}, {"vpc_ids": [VPC, OTHER_VPC]}),
        ("detach_share", {"vpc_id": VPC}, {"vpc_ids": [VPC]}, {"vpc_ids": []}),
        ("reassign_share", {"new_vpc_id": OTHER_VPC}, {"vpc_ids": [VPC]}, {"vpc_ids": [OTHER_VPC]}),
        ("switch_performance_tier", {}, {"performance_tier": "standard"}, {"performance_tier": "high"}),
    ],
)
@pytest.mark.parametrize("wait", [True, False])
async def test_a_change_of_a_share_has_what_it_changes_as_it_was_and_as_it_is_to_be(
    assistant: Assistant,
    share: dict[str, Any],
    tool: str,
    arguments: dict[str, Any],
    before: dict[str, Any],
    after: dict[str, Any],
    wait: bool,
) -> None:
    changed = await assistant.succeed(tool, share="data", wait=wait, **arguments)
    assert changed["outcome"] == ("done" if wait else "pending")
    assert (changed["before"], changed["after"]) == (before, after)
    if not wait:
        assert changed["waited"] == 0
    if wait:
        assert {field: changed["share"][field] for field in after} == after
        assert changed["waited"] > 0


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    ("tool", "arguments", "after"),
    [
        (
            "create_share",
            {"name": "other", "region": "atl1", "size_gib": 50},
            {"name": "other", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]},
        ),
        ("create_snapshot", {"share": "data", "name": "one"}, {"name": "one"}),
        (
            "create_access_point",
            {"share": "data", "name": "team", "path": "/t"},
            {"name": "team", "path": "/t", "vpc_id": VPC, "squash_config": "ROOT_SQUASH"},
        ),
    ],
)
async def test_what_is_made_was_not_there_and_is_to_be_what_was_asked_for(
    assistant: Assistant,
    share: dict[str, Any],
    tool: str,
    arguments: dict[str, Any],
    after: dict[str, Any],
    wait: bool,
) -> None:
    made = await assistant.succeed(tool, **arguments, wait=wait)
    assert made["outcome"] == ("done" if wait else "pending")
    assert made["before"] == {}
    assert made["after"].items() >= after.items()
    assert (made["waited"] > 0) == wait


async def test_pruning_says_how_many_snapshots_there_were_and_how_many_are_left(
    assistant: Assistant, share: dict[str, Any]
) -> None:
    for name in ("one", "two", "three"):
        await assistant.succeed("create_snapshot", share="data", name=name)
    counts = ({"snapshot_count": 3}, {"snapshot_count": 1})
    for plan in (True, False):
        pruned = await assistant.succeed("prune_snapshots", share="data", keep_last=1, plan=plan)
        assert (pruned["before"], pruned["after"]) == counts
    nothing = await assistant.succeed("prune_snapshots", share="data", keep_last=1)
    assert (nothing["outcome"], nothing["waited"]) == ("unchanged", 0)
    assert not {"before", "after", "next"} & nothing.keys()


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [(tool, arguments) for tool, arguments in CALLS if "wait" in TOOLS[tool].parameters["properties"]][:6],
)
async def test_the_next_call_can_be_made_as_it_is_given(
    assistant: Assistant, share: dict[str, Any], tool: str, arguments: dict[str, Any], wait: bool
) -> None:
    if tool == "detach_share":
        arguments = {**arguments, "vpc_id": VPC}
    made = await assistant.succeed(tool, wait=wait, **arguments)
    if following := made.get("next"):
        assert following["tool"] in made["message"]
        await assistant.succeed(following["tool"], **following["arguments"])
    else:
        assert wait, "what is pending has a next call"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("create_snapshot", {"share": "data", "name": "s"}),
        ("create_access_point", {"share": "data", "name": "aa", "path": "/a"}),
    ],
)
async def test_what_is_being_made_can_be_waited_for_as_it_is_said(
    assistant: Assistant, share: dict[str, Any], tool: str, arguments: dict[str, Any]
) -> None:
    made = await assistant.succeed(tool, **arguments, wait=False)
    assert made["next"]["tool"] == "wait_until_ready"
    assert (await assistant.succeed("wait_until_ready", **made["next"]["arguments"]))["outcome"] == "done"


async def test_nobody_is_said_to_have_agreed_where_nobody_was_asked(
    connect: Connect, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    async with connect(destructive="allow") as assistant:
        result = await assistant.call("delete_share", share="data")
    assert result.structured_content is not None
    assert result.structured_content["outcome"] == "done"
    assert "asked" not in result.structured_content
    assert "agreed" not in text_of(result)
