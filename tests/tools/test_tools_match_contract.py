"""Tools are written for a model, the contract for the API. This compares them: change one, and it names the other."""

import json
from typing import Any

import httpx
import pytest
from do_nfs_mcp.api.operations import OPERATIONS
from do_nfs_mcp.storage import views
from do_nfs_mcp.tools import make_tools
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from pydantic import ValidationError

from ..support.constants import OTHER_VPC, VPC
from ..support.contracts import CONTRACT, SANDBOX_ONLY, body_schema, operation_of, operations, resolved
from ..support.in_memory import Assistant
from ..support.properties import examples, instances

TOOLS = {tool.name: tool for tool in make_tools()}

# The operation each tool is there for and, for those that change a share, the type of the action.
REACHES = {
    "list_shares": ("list_shares", None),
    "get_share": ("get_share", None),
    "create_share": ("create_share", None),
    "delete_share": ("delete_share", None),
    "resize_share": ("create_share_action", "resize"),
    "attach_share": ("create_share_action", "attach"),
    "detach_share": ("create_share_action", "detach"),
    "reassign_share": ("create_share_action", "reassign"),
    "switch_performance_tier": ("create_share_action", "switch_performance_tier"),
    "create_snapshot": ("create_share_action", "snapshot"),
    "list_snapshots": ("list_snapshots", None),
    "get_snapshot": ("get_snapshot", None),
    "delete_snapshot": ("delete_snapshot", None),
    "list_access_points": ("list_access_points", None),
    "get_access_point": ("get_access_point", None),
    "create_access_point": ("create_access_point", None),
    "delete_access_point": ("delete_access_point", None),
    "list_vpcs": ("list_vpcs", None),
    "get_mount_instructions": ("get_share", None),
    "get_storage_overview": ("list_shares", None),
    "wait_until_ready": ("get_action", None),
    "prune_snapshots": ("delete_snapshot", None),
    "export_terraform": ("list_shares", None),
}
# What else it asks the API for: what it waits for, and what a person has to be told before they say yes.
# Shares, too, as the question says whether others have the same name.
_SEEN_BEFORE_A_SHARE_IS_CUT_OFF = {"get_share", "list_shares", "list_snapshots", "list_access_points"}
ALSO_READS = {
    "get_storage_overview": {"list_snapshots"},
    "export_terraform": {"list_snapshots"},
    "create_share": {"get_share", "list_shares"},
    "delete_share": _SEEN_BEFORE_A_SHARE_IS_CUT_OFF,
    "resize_share": {"get_share"},
    "attach_share": {"get_share"},
    "detach_share": _SEEN_BEFORE_A_SHARE_IS_CUT_OFF,
    "reassign_share": _SEEN_BEFORE_A_SHARE_IS_CUT_OFF,
    "switch_performance_tier": {"get_share"},
    "create_snapshot": {"get_snapshot", "list_snapshots"},
    "delete_snapshot": {"get_share", "get_snapshot", "list_shares", "list_snapshots"},
    "prune_snapshots": {"get_share", "list_shares", "list_snapshots"},
    "create_access_point": {"get_access_point", "get_share", "list_access_points"},
    "delete_access_point": {"get_access_point", "get_share", "list_shares"},
}
# Arguments that the contract does not have, or that take more or less: things by id or name, and choices made on this
# side.
OWN_ARGUMENTS = {
    *("share", "wait", "plan", "name_contains", "limit", "cursor"),
    *("vpc_id", "vpc_ids", "old_vpc_id", "new_vpc_id", "snapshot", "access_point", "delete_snapshots"),
    *("resize_share.add_gib", "resize_share.add_percent", "switch_performance_tier.performance_tier"),
    *("list_vpcs.region", "list_shares.status", "list_snapshots.status", "get_storage_overview.snapshot_days"),
    *(f"prune_snapshots.{rule}" for rule in ("keep", "keep_last", "keep_daily", "keep_weekly", "older_than_days")),
    *("export_terraform.shares", "export_terraform.include_snapshots"),
    *("get_mount_instructions.mount_point", "get_mount_instructions.os", "get_mount_instructions.style"),
}
# What the contract requires and a caller need not give.
FILLED_IN = {
    "create_access_point.access_policy": "has the usual choices as defaults",
    "prune_snapshots.nfs_snapshot_id": "the rules pick the snapshots",
    "create_share.vpc_ids": "the region's only or default VPC",
    "attach_share.vpc_id": "the region's only or default VPC",
    "create_access_point.vpc_id": "the region's only or default VPC",
    "reassign_share.old_vpc_id": "the share's only VPC",
    "resize_share.size_gib": "an addition to what it has",
    "switch_performance_tier.performance_tier": "there is one that is higher",
    "wait_until_ready.action_id": "one of several things to wait for",
}
# Bounds and words. Patterns and formats are held by the server alone, since there are hosts that refuse them.
COMPARED = ("type", "minimum", "maximum", "enum", "minLength", "maxLength", "minItems", "maxItems")

VIEWS = {
    "Share": views.ShareView,
    "Snapshot": views.SnapshotView,
    "AccessPoint": views.AccessPointView,
    "AccessPolicy": views.AccessPolicyView,
    "ShareAction": views.ActionView,
    "Vpc": views.VpcView,
    "Action": views.ActionView,
}
LEFT_OUT = {
    "Vpc.urn": "the id in other words",
    "Vpc.created_at": "nothing about storage depends on it",
    "Action.completed_at": "nothing that is done next depends on it",
}
# What a view has for another schema's sake.
NOT_IN_CONTRACT = {
    "Action.resource_id": "actions of shares have it",
    "Share.vpc_names": "people know VPCs by their names",
    "AccessPoint.vpc_name": "people know VPCs by their names",
    "AccessPoint.vpc_names": "people know VPCs by their names",
    "AccessPoint.share_name": "people know shares by their names",
    "Snapshot.share_name": "people know shares by their names",
}
WITHOUT_VIEW = {
    **dict.fromkeys(("ShareList", "SnapshotList", "AccessPointList", "VpcList"), "lists of what has a view"),
    **dict.fromkeys(("ShareEnvelope", "SnapshotEnvelope", "AccessPointEnvelope"), "wrap what has a view"),
    **dict.fromkeys(("ShareActionEnvelope", "ActionEnvelope", "AccessPointChange"), "wrap what has a view"),
    **dict.fromkeys(("PageLinks", "PageMeta"), "pages are followed on this side"),
    **dict.fromkeys(("Error", "AccessPointError"), "told in words"),
    **dict.fromkeys(("Id", "ShareStatus", "ShareTier", "AccessPointStatus", "Time"), "values of fields"),
}


def arguments_in_contract(tool: str) -> dict[str, Any]:
    """The schemas of what the contract lets a caller choose where the tool goes, by name."""
    name, action = REACHES[tool]
    operation = operations()[name]
    # An id that may be a number is a text, too. Which texts are ids, the client says where it sends them.
    found = {
        parameter["name"]: {"type": "string"} if "anyOf" in parameter["schema"] else resolved(parameter["schema"])
        for parameter in operation["parameters"]
    }
    body = body_schema(operation)
    if body and action:
        variants = map(resolved, body["oneOf"])
        (variant,) = (v for v in variants if v["properties"]["type"]["const"] == action)
        body = resolved(variant["properties"]["params"])
    for key, schema in (body or {}).get("properties", {}).items():
        found[key] = {**resolved(schema), "required": key in (body or {})["required"]}
    return found


def assert_same(argument: dict[str, Any], contract: dict[str, Any], where: str) -> None:
    for key in COMPARED:
        assert argument.get(key) == contract.get(key), f"{where}: {key}"
    if contract["type"] == "array":
        assert_same(argument["items"], resolved(contract["items"]), f"{where}[]")
    for name, schema in contract.get("properties", {}).items():
        if name in argument["properties"]:
            assert_same(argument["properties"][name], resolved(schema), f"{where}.{name}")


def strict_schema(tool: str) -> dict[str, Any]:
    """The schema of a tool's arguments with what the contract says besides and hosts are not told."""

    def strict(argument: dict[str, Any], contract: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if contract["type"] == "string":
            told = {key: value for key, value in contract.items() if key in {"pattern", "format"}}
        if "items" in argument:
            told["items"] = strict(argument["items"], resolved(contract["items"]))
        if "properties" in argument:
            told["additionalProperties"] = False
        return {**argument, **told}

    schema, contract = TOOLS[tool].parameters, arguments_in_contract(tool)
    properties = {
        name: strict(argument, contract[name])
        if name in contract and name not in OWN_ARGUMENTS and f"{tool}.{name}" not in OWN_ARGUMENTS
        else argument
        for name, argument in schema["properties"].items()
    }
    if "mount_point" in properties:
        properties["mount_point"] = {**properties["mount_point"], "pattern": MOUNT_POINT}
    return {**schema, "properties": properties, "additionalProperties": False}


# The rule of mount points in ASCII, but for a text that stands for none.
MOUNT_POINT = r"^(?!(.*[ \\])?(/\.?)*$|.*/\.\.(/|$))/[ -~]{0,1023}$"


def test_every_tool_is_compared() -> None:
    assert REACHES.keys() == TOOLS.keys()


def test_every_operation_is_reached_by_a_tool_or_the_sandbox_s_alone() -> None:
    assert {operation for operation, _ in REACHES.values()} == operations().keys() - SANDBOX_ONLY
    assert operations().keys() > SANDBOX_ONLY


def test_every_type_of_share_action_is_reached_by_a_tool() -> None:
    body = body_schema(operations()["create_share_action"])
    assert body is not None
    types = {resolved(variant)["properties"]["type"]["const"] for variant in body["oneOf"]}
    assert {action for _, action in REACHES.values() if action} == types


@pytest.mark.parametrize("tool", TOOLS)
def test_an_argument_has_the_contract_s_type_and_bounds(tool: str) -> None:
    contract = arguments_in_contract(tool)
    schema = TOOLS[tool].parameters
    for name, argument in schema["properties"].items():
        if name in OWN_ARGUMENTS or f"{tool}.{name}" in OWN_ARGUMENTS:
            continue
        assert name in contract, f"{tool} has an argument {name} that the contract does not have"
        assert_same(argument, contract[name], f"{tool}.{name}")


@pytest.mark.parametrize(
    ("tool", "name"),
    [
        (tool, name)
        for tool in TOOLS
        for name, schema in strict_schema(tool)["properties"].items()
        if schema["type"] == "string" and schema.keys() & {"pattern", "format"}
    ],
)
def test_the_server_is_as_strict_as_the_contract_where_hosts_are_not_told(tool: str, name: str) -> None:
    schema = strict_schema(tool)["properties"][name]
    is_valid = Draft202012Validator(schema, validate_formats=True).is_valid
    optional = name not in TOOLS[tool].parameters["required"] if "required" in TOOLS[tool].parameters else True

    @examples(100)
    @given(st.text(max_size=80) | st.text("aZ9-._/\n\0 {}:", max_size=80) | instances(schema))
    def check(text: str) -> None:
        # An empty text stands for an optional argument that is left out.
        if optional and text == "":
            return
        model = TOOLS[tool].fn_metadata.arg_model
        try:
            model.__pydantic_validator__.validate_assignment(model.model_construct(), name, text)
            taken = True
        except ValidationError:
            taken = False
        assert taken == is_valid(text), text

    check()


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_asks_for_all_that_the_contract_requires(tool: str) -> None:
    asked = set(TOOLS[tool].parameters.get("required", ()))
    for name, schema in arguments_in_contract(tool).items():
        if schema.get("required") is True and f"{tool}.{name}" not in FILLED_IN:
            assert name in asked


def test_a_policy_can_be_chosen_in_every_field_that_leaves_a_choice() -> None:
    policy = TOOLS["create_access_point"].parameters["properties"]["access_policy"]
    fields = resolved(CONTRACT["components"]["schemas"]["AccessPolicy"])["properties"]
    choices = {name for name, field in fields.items() if field.get("minimum", 0) != field.get("maximum", 1)}
    assert policy["properties"].keys() == choices


@pytest.mark.parametrize(("name", "view"), VIEWS.items())
def test_every_field_of_an_answer_is_shown_or_left_out_by_name(name: str, view: type[views.View]) -> None:
    fields = CONTRACT["components"]["schemas"][name]["properties"]
    left_out = {field.partition(".")[2] for field in LEFT_OUT if field.startswith(f"{name}.")}
    assert left_out <= fields.keys()
    more = {field.partition(".")[2] for field in NOT_IN_CONTRACT if field.startswith(f"{name}.")}
    assert not more & fields.keys()
    shown = {name for name, field in view.model_fields.items() if not field.exclude}
    assert shown == (fields.keys() - left_out) | more


def test_every_schema_of_an_answer_has_a_view_or_a_reason() -> None:
    found: set[str] = set()

    def visit(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                visit(item)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if "/schemas/" in node.get("$ref", ""):
                if name in found:
                    return
                found.add(name)
                visit(resolved(node))
            for value in (resolved(v) if "/responses/" in str(v) else v for v in node.values()):
                visit(value)

    for name, operation in operations().items():
        if name not in SANDBOX_ONLY:
            visit(operation["responses"])
    assert found == VIEWS.keys() | WITHOUT_VIEW.keys()


def test_the_table_of_operations_says_what_the_contract_says() -> None:
    contract = {
        name: (operation["method"].upper(), operation["security"][0]["bearer_auth"][0])
        for name, operation in operations().items()
        if name not in SANDBOX_ONLY
    }
    assert {name: (row.method, row.scope) for name, row in OPERATIONS.items()} == contract


def test_the_operations_that_change_storage_are_those_that_are_no_get() -> None:
    for name, operation in OPERATIONS.items():
        assert operation.is_mutating == (operations()[name]["method"] != "get")


@pytest.mark.anyio
async def test_a_tool_sends_what_it_is_there_for(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    """Once; and besides it nothing but looks at what it says it looks at."""

    async def reached(tool: str, **arguments: Any) -> dict[str, Any]:
        sent.clear()
        answer = await assistant.succeed(tool, **arguments)
        operation, action = REACHES[tool]
        others = ALSO_READS.get(tool, set())
        found = [operation_of(request.method, request.url.path) for request in sent]
        assert found.count(operation) == 1
        # The names of VPCs are read along, once a minute.
        assert set(found) - {"list_vpcs"} == ({operation} - {"list_vpcs"}) | others
        assert not any(OPERATIONS[other].is_mutating for other in others)
        assert action is None or json.loads(sent[found.index(operation)].content)["type"] == action
        done.add(tool)
        return answer

    done: set[str] = set()
    share_id = share["id"]
    await reached("get_storage_overview")
    await reached("list_shares")
    await reached("list_vpcs")
    await reached("export_terraform", include_snapshots=True)
    await reached("get_share", share=share_id)
    await reached("get_mount_instructions", share=share_id)
    resized = await reached("resize_share", share=share_id, size_gib=200)
    await reached("wait_until_ready", action_id=resized["action"]["id"])
    await reached("attach_share", share=share_id, vpc_id=OTHER_VPC)
    await reached("detach_share", share=share_id, vpc_id=OTHER_VPC)
    await reached("reassign_share", share=share_id, old_vpc_id=VPC, new_vpc_id=OTHER_VPC)
    await reached("switch_performance_tier", share=share_id, performance_tier="high")
    snapshot = (await reached("create_snapshot", share=share_id, name="s"))["snapshot"]["id"]
    await reached("list_snapshots", share=share_id)
    await reached("get_snapshot", snapshot=snapshot)
    await reached("delete_snapshot", snapshot=snapshot)
    for name in ("old", "new"):
        await assistant.succeed("create_snapshot", share=share_id, name=name)
    assert len((await reached("prune_snapshots", share=share_id, keep_last=1))["kept"]) == 1
    (new,) = (await assistant.succeed("list_snapshots", share=share_id))["snapshots"]
    await assistant.succeed("delete_snapshot", snapshot=new["id"])
    point = (await reached("create_access_point", share=share_id, name="aa", path="/a", vpc_id=VPC))["access_point"][
        "id"
    ]
    await reached("list_access_points", share=share_id)
    await reached("get_access_point", access_point=point)
    await reached("delete_access_point", access_point=point)
    await reached("delete_share", share=share_id)
    await reached("create_share", name="n", region="atl1", size_gib=50, vpc_ids=[VPC])
    assert done == TOOLS.keys()
