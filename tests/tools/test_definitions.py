"""What a host is told of the tools. A change shows here as a changed snapshot: `scripts/test --snapshot-update`."""

import json
from typing import Any

import pytest
from do_nfs_mcp.server import INSTRUCTIONS
from do_nfs_mcp.tools import SPECS, make_tools
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from ..support.in_memory import Assistant

TOOLS = {tool.name: tool for tool in make_tools()}

# (read-only, destructive, idempotent) as the words of the protocol have it.
HINTS = {
    "get_storage_overview": (True, False, True),
    "list_shares": (True, False, True),
    "get_share": (True, False, True),
    "create_share": (False, False, False),
    "delete_share": (False, True, True),
    "resize_share": (False, False, False),
    "attach_share": (False, False, True),
    "detach_share": (False, True, True),
    "reassign_share": (False, True, True),
    "switch_performance_tier": (False, False, True),
    "get_mount_instructions": (True, False, True),
    "wait_until_ready": (True, False, True),
    "create_snapshot": (False, False, False),
    "list_snapshots": (True, False, True),
    "get_snapshot": (True, False, True),
    "delete_snapshot": (False, True, True),
    "prune_snapshots": (False, True, True),
    "list_access_points": (True, False, True),
    "get_access_point": (True, False, True),
    "create_access_point": (False, False, True),
    "delete_access_point": (False, True, True),
    "list_vpcs": (True, False, True),
    "export_terraform": (True, False, True),
}
# What a host tells its model of a tool, on average. It takes this room in every conversation.
MOST_BYTES = 560
MOST_CHARACTERS_OF_INSTRUCTIONS = 1400


def definition(name: str) -> dict[str, Any]:
    tool = TOOLS[name]
    assert tool.annotations is not None
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.parameters,
        "outputSchema": tool.output_schema,
        "annotations": tool.annotations.model_dump(by_alias=True),
    }


def test_the_tools_are_these_in_this_order() -> None:
    assert [spec.name for spec in SPECS] == list(HINTS)


@pytest.mark.parametrize("name", HINTS)
def test_a_definition_is_as_recorded(name: str, snapshot: SnapshotAssertion) -> None:
    assert definition(name) == snapshot(extension_class=JSONSnapshotExtension, name=name)


@pytest.mark.parametrize("name", HINTS)
def test_all_four_hints_are_set_and_right(name: str) -> None:
    hints = TOOLS[name].annotations
    assert hints is not None
    assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == HINTS[name]
    assert hints.open_world_hint is True


@pytest.mark.parametrize("name", HINTS)
def test_a_definition_is_complete_and_plain(name: str) -> None:
    tool = TOOLS[name]
    assert tool.title
    assert len(tool.description) > 15
    assert tool.output_schema is not None
    assert tool.output_schema["type"] == "object"
    for schema in (tool.parameters, tool.output_schema):
        said = json.dumps(schema)
        for not_every_host_reads in ("$ref", "anyOf", '"title"', '"null"'):
            assert not_every_host_reads not in said


NARROW = {
    *("type", "description", "enum", "const", "default", "properties", "required", "items", "additionalProperties"),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "nullable"),
}
"""The words of JSON Schema that every host tried takes."""


@pytest.mark.parametrize("name", HINTS)
def test_a_schema_has_only_words_that_the_narrowest_host_takes(name: str) -> None:
    def visit(schema: Any) -> None:
        # A boolean schema is none that every host reads.
        assert isinstance(schema, dict)
        assert schema.keys() <= NARROW
        assert isinstance(schema["type"], str)
        for child in schema.get("properties", {}).values():
            visit(child)
        for key in ("items", "additionalProperties"):
            if key in schema:
                visit(schema[key])

    visit(TOOLS[name].parameters)
    visit(TOOLS[name].output_schema)


@pytest.mark.parametrize("name", HINTS)
def test_no_input_has_a_pattern_or_a_format(name: str) -> None:
    assert "pattern" not in json.dumps(TOOLS[name].parameters)
    assert "format" not in json.dumps(TOOLS[name].parameters)


def test_definitions_take_little_of_a_model_s_room() -> None:
    sizes = {}
    for name in HINTS:
        published = {key: definition(name)[key] for key in ("name", "description", "inputSchema")}
        sizes[name] = len(json.dumps(published, separators=(",", ":"), ensure_ascii=False).encode())
    average = sum(sizes.values()) / len(sizes)
    assert average <= MOST_BYTES, sorted(sizes.items(), key=lambda item: -item[1])


def test_instructions_take_little_of_a_model_s_room() -> None:
    assert len(INSTRUCTIONS) <= MOST_CHARACTERS_OF_INSTRUCTIONS


@pytest.mark.parametrize("nobody_can_know", ["how full a share is (df", "why something FAILED", "restores a snapshot"])
def test_the_instructions_say_what_cannot_be_known(nobody_can_know: str) -> None:
    assert nobody_can_know in INSTRUCTIONS


@pytest.mark.parametrize("name", HINTS)
def test_every_argument_is_described(name: str) -> None:
    def visit(schema: dict[str, Any]) -> None:
        for argument, said in schema.get("properties", {}).items():
            assert said.get("description"), argument
            visit(said)

    visit(TOOLS[name].parameters)


@pytest.mark.anyio
async def test_the_listed_tools_are_those_recorded(assistant: Assistant) -> None:
    listed = (await assistant.client.list_tools()).tools
    assert [tool.model_dump(by_alias=True, exclude_none=True)["inputSchema"] for tool in listed] == [
        tool.parameters for tool in TOOLS.values()
    ]
