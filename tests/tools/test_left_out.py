"""An argument that is left out is left out, however a model or its host writes that."""

from typing import Any

import pytest
from do_nfs_mcp.tools import make_tools
from do_nfs_mcp.tools.left_out import without_left_out

from ..support.constants import VPC
from ..support.in_memory import Assistant

POINT = {"share": "data", "name": "aa", "path": "/a", "vpc_id": VPC}
TOOLS = {tool.name: tool.parameters for tool in make_tools()}
# Each optional argument whose values are not any text, and how it can be written to say nothing.
OPTIONAL = [
    (tool, name, schema)
    for tool, parameters in TOOLS.items()
    for name, schema in parameters["properties"].items()
    if name not in parameters.get("required", ())
]


@pytest.mark.parametrize(
    ("tool", "name", "schema"), OPTIONAL, ids=lambda value: value if isinstance(value, str) else ""
)
def test_null_and_an_empty_text_leave_any_optional_argument_out(tool: str, name: str, schema: dict[str, Any]) -> None:
    for nothing in (None, ""):
        assert without_left_out({name: nothing}, TOOLS[tool]) == {}
    for word in ("null", "None", " ", "undefined"):
        is_free_text = schema["type"] == "string" and "enum" not in schema
        assert without_left_out({name: word}, TOOLS[tool]) == ({name: word} if is_free_text else {})


@pytest.mark.parametrize(
    ("tool", "name", "schema"), OPTIONAL, ids=lambda value: value if isinstance(value, str) else ""
)
def test_zero_leaves_out_what_cannot_be_zero_and_nothing_else(tool: str, name: str, schema: dict[str, Any]) -> None:
    is_no_value = schema["type"] == "integer" and schema["minimum"] > 0
    assert without_left_out({name: 0}, TOOLS[tool]) == ({} if is_no_value else {name: 0})


def test_false_is_a_value() -> None:
    assert without_left_out({"wait": False}, TOOLS["create_share"]) == {"wait": False}


def test_what_is_required_cannot_be_left_out_by_an_empty_text() -> None:
    assert without_left_out({"share": ""}, TOOLS["get_share"]) == {"share": ""}


@pytest.mark.parametrize("nothing", [None, "", "null"])
def test_a_field_of_an_object_is_left_out_alike(nothing: object) -> None:
    given = {**POINT, "access_policy": {"squash_config": nothing, "protocols": ["NFS"]}}
    assert without_left_out(given, TOOLS["create_access_point"])["access_policy"] == {"protocols": ["NFS"]}


def test_an_empty_array_leaves_out_an_object_and_nothing_else() -> None:
    tool = TOOLS["create_access_point"]
    assert without_left_out({"access_policy": []}, tool) == {}
    policy: dict[str, Any] = {"access_policy": {"protocols": []}}
    assert without_left_out(policy, tool) == policy
    assert without_left_out({"vpc_ids": []}, TOOLS["create_share"]) == {"vpc_ids": []}


@pytest.mark.parametrize(
    ("text", "items"), [("a", ["a"]), ('"a"', ["a"]), ("12", ["12"]), ('["a"]', ["a"]), ("[", ["["])]
)
def test_a_text_in_place_of_an_array_is_an_array_of_it(text: str, items: list[str]) -> None:
    assert without_left_out({"vpc_ids": text}, TOOLS["create_share"]) == {"vpc_ids": items}
    policy = {"access_policy": {"protocols": text}}
    assert without_left_out({**POINT, **policy}, TOOLS["create_access_point"])["access_policy"] == {"protocols": items}


@pytest.mark.parametrize(
    "policy", [{"protocols": '["NFS4"]'}, '{"protocols": ["NFS4"]}', '{"protocols": "[\\"NFS4\\"]"}']
)
def test_json_in_a_text_is_read_at_every_depth(policy: object) -> None:
    given = {**POINT, "access_policy": policy}
    assert without_left_out(given, TOOLS["create_access_point"])["access_policy"] == {"protocols": ["NFS4"]}


@pytest.mark.anyio
async def test_calls_that_leave_arguments_out_in_every_way_are_done(
    assistant: Assistant, share: dict[str, Any]
) -> None:
    await assistant.succeed("list_shares", region="", status=None, limit=0, cursor="", name_contains="")
    await assistant.succeed("list_access_points", share="data", status="", limit=0)
    await assistant.succeed("get_mount_instructions", share="data", mount_point="", os="", style="")
    await assistant.succeed("wait_until_ready", share="data", snapshot="", access_point="", action_id=0)
    await assistant.succeed(
        "create_share", name="new", region="atl1", size_gib=50, vpc_ids=[VPC], performance_tier="", wait=""
    )
    made = await assistant.succeed(
        "create_access_point", **POINT, access_policy={"squash_config": None, "protocols": '["NFS4"]'}
    )
    assert made["access_point"]["access_policy"]["squash_config"] == "ROOT_SQUASH"


@pytest.mark.anyio
async def test_no_call_fails_for_what_its_host_has_added(assistant: Assistant) -> None:
    await assistant.succeed("list_shares", wait_for_previous=True)
    await assistant.succeed("list_vpcs", toolCallId="call_0BC", sessionId="1", action="sendMessage", chatInput="hello")
    assert '"dry_run" is not an argument: list_shares' in await assistant.fail(
        "list_shares", dry_run=True, toolCallId="1"
    )
