"""Whatever a tool's input schema allows, the tool does, and every request it makes of that is valid by the contract."""

import json
import random
import re
from typing import Any
from urllib.parse import parse_qsl

import anyio
import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_mcp.tools import make_tools
from do_nfs_mcp.tools.left_out import without_left_out
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from mcp import Client

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, TOKEN
from ..support.contracts import CONTRACT, operations, resolved
from ..support.in_memory import Assistant
from ..support.person import Person
from ..support.properties import examples, instances
from .test_tools_match_contract import REACHES, strict_schema

TOOLS = {tool.name: strict_schema(tool.name) for tool in make_tools()}


def success(operation: str) -> tuple[int, Any]:
    """The contract's example of the operation's success."""
    for status, response in operations()[operation]["responses"].items():
        if status.startswith("2"):
            return int(status), response.get("content", {}).get("application/json", {}).get("example")
    raise AssertionError(f"{operation} never succeeds")


(EXAMPLE,) = success("list_shares")[1]["shares"]
# What the examples have: tools take ids or names.
KNOWN = [EXAMPLE["id"], EXAMPLE["name"]]
_VPC, _SNAPSHOT = success("list_vpcs")[1]["vpcs"][0], success("list_snapshots")[1]["snapshots"][0]
VPCS = [_VPC["id"], _VPC["name"]]
POINT = success("get_access_point")[1]["access_point"]["id"]
THERE = {
    "share": KNOWN,
    "shares": [[each] for each in KNOWN],
    "region": [EXAMPLE["region"]],
    "old_vpc_id": VPCS,
    # It is in no list of VPCs, and so the API is asked about it. The share is attached to the other already.
    "vpc_id": [OTHER_VPC],
    "new_vpc_id": [OTHER_VPC],
    "vpc_ids": [VPCS, [OTHER_VPC]],
    "snapshot": [_SNAPSHOT["id"], _SNAPSHOT["name"]],
    "access_point": [POINT],
}
SIZES = ("size_gib", "add_gib", "add_percent")
RULES = ("keep_last", "keep_daily", "keep_weekly", "older_than_days")


def assert_valid(value: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": CONTRACT["components"]}, validate_formats=True).validate(value)


def route(request: httpx.Request) -> tuple[str, dict[str, str]]:
    """The operation a request is for, and what fills the path's places."""
    path = request.url.raw_path.decode().partition("?")[0]
    found = {}
    for name, operation in operations().items():
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation["path"]), path)
        if match and operation["method"].upper() == request.method:
            found[name] = match.groupdict()
    # /v2/nfs/snapshots looks like a share's path, too.
    assert found, f"{request.method} {path} is no operation of the contract"
    return min(found.items(), key=lambda item: len(item[1]))


def assert_valid_request(request: httpx.Request) -> str:
    """Hold a request to the contract, and return the operation it is for."""
    name, path = route(request)
    operation = operations()[name]
    query = parse_qsl(request.url.query.decode(), keep_blank_values=True, strict_parsing=bool(request.url.query))
    assert len(dict(query)) == len(query), "a parameter was sent twice"
    schemas = {(p["in"], p["name"]): resolved(p["schema"]) for p in operation["parameters"]}
    for place, sent in (("path", path), ("query", dict(query))):
        for parameter, text in sent.items():
            assert (place, parameter) in schemas, f"{name} has no parameter {parameter} in its {place}"
            schema = schemas[place, parameter]
            assert_valid(int(text) if schema.get("type") == "integer" else text, schema)
    if "requestBody" in operation:
        assert request.headers["content-type"] == "application/json"
        assert_valid(json.loads(request.content), operation["requestBody"]["content"]["application/json"]["schema"])
    else:
        assert not request.content
    return name


def is_one_thing(arguments: dict[str, Any]) -> bool:
    """Whether these are of one thing to wait for. A share may come with a snapshot or an access point of it."""
    return len(arguments) == 1 or arguments.keys() in ({"share", "snapshot"}, {"share", "access_point"})


@pytest.mark.parametrize("tool", TOOLS)
def test_every_request_of_a_tool_is_valid_by_the_contract(tool: str) -> None:
    sent: list[httpx.Request] = []
    reached: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        operation = route(request)[0]
        status, body = success(operation)
        if tool == "delete_share" and operation == "list_snapshots":
            body = {"snapshots": []}
        return httpx.Response(status, json=body)

    transport = httpx.MockTransport(answer)
    clock = Clock()
    clock.pass_time(365 * 86_400)
    server = build_server(
        lambda: NfsApi.connect("https://api.test", TOKEN, transport=transport), clock=clock, sleep=clock.sleep
    )

    async def call(arguments: dict[str, Any]) -> str:
        async with Client(server, elicitation_callback=Person()) as client:
            result = await Assistant(client).call(tool, **arguments)
        return text_of(result) if result.is_error else ""

    @examples(30)
    @given(instances(TOOLS[tool]), st.booleans(), st.integers(0, 5), st.randoms(use_true_random=False))
    def check(arguments: dict[str, Any], known: bool, only: int, chance: random.Random) -> None:
        # What is rarely drawn: a single thing to wait for, and a rule that lets the example go.
        if tool == "prune_snapshots" and not only:
            arguments = {"share": KNOWN[0], "older_than_days": 1}
        if tool == "wait_until_ready" and only < len(arguments):
            arguments = dict([sorted(arguments.items())[only]]) if only else {"action_id": chance.randint(1, 99)}
        if tool == "resize_share" and only < len(SIZES) and known:
            arguments = {"share": "", SIZES[only]: chance.randint(1024, 3000)}
        if known:
            arguments |= {name: chance.choice(THERE[name]) for name in THERE if name in arguments}
        if known and tool == "detach_share":
            arguments["vpc_id"] = chance.choice(VPCS)
        sent.clear()
        error = anyio.run(call, arguments)
        reached.update(map(assert_valid_request, sent))
        # An empty text, say, leaves an optional argument out.
        arguments = without_left_out(arguments, TOOLS[tool])
        # Only what is not there can be in the way of arguments that the schema allows, and what no schema says: that no
        # name is empty; that systemd makes a name of a mount point, which may get too long, and that containers take no
        # colon in one; which texts are ids; that a cursor is one of the tool's own; how many of some arguments have to
        # be given; and how a size compares with the share's.
        in_the_way = (
            any(word in error for word in ("has the name or id", "has no VPC", "not attached to VPC"))
            or any(word in error for word in ("no snapshot", "no access point", "never shrinks", "at most 32768"))
            or ((not known or "keep" in arguments) and "has to have at least 1 character" in error)
            or "Leave region out" in error
            or any(rule in error for rule in ("shorter mount_point", "mount_point with a colon"))
            or (tool == "resize_share" and sum(name in arguments for name in SIZES) != 1)
            or ("cursor" in arguments and "the cursor is not one" in error)
            or (tool == "wait_until_ready" and not is_one_thing(arguments))
            or ("action_id" in arguments and "no request can name the id" in error)
            or (tool == "prune_snapshots" and "keep_last" not in arguments and not any(map(arguments.get, RULES)))
        )
        assert bool(error) == in_the_way, error
        assert not (error and "has the name or id" in error and known), error

    check()
    assert REACHES[tool][0] in reached
