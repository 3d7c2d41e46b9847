"""What does not fit is refused before anything is sent, in words that name the argument and what is allowed."""

from typing import Any

import httpx
import pytest

from ..support.constants import VPC
from ..support.in_memory import Assistant

pytestmark = pytest.mark.anyio

NOT_IDS = ["..", "../droplets?tag_name=x", "%2e%2e%2fdroplets", "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d/actions"]
SHARE = {"name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [VPC]}
POINT = {"share": VPC, "name": "team", "path": "/team", "vpc_id": VPC}


@pytest.mark.parametrize("not_id", NOT_IDS)
@pytest.mark.parametrize(
    ("tool", "argument"),
    [
        ("get_snapshot", "snapshot"),
        ("delete_snapshot", "snapshot"),
        ("get_access_point", "access_point"),
        ("delete_access_point", "access_point"),
        ("wait_until_ready", "snapshot"),
        ("wait_until_ready", "access_point"),
    ],
)
async def test_what_is_not_a_uuid_is_only_compared_with_names(
    assistant: Assistant, sent: list[httpx.Request], tool: str, argument: str, not_id: str
) -> None:
    said = await assistant.fail(tool, **{argument: not_id})
    assert f"no {argument.replace('_', ' ')} has the name or id" in said
    assert {request.url.path for request in sent} <= {"/v2/nfs", "/v2/nfs/snapshots"}
    assert {request.method for request in sent} == {"GET"}


@pytest.mark.parametrize("not_id", NOT_IDS)
async def test_a_vpc_that_is_not_a_uuid_is_only_compared_with_names(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request], not_id: str
) -> None:
    for tool, arguments in (
        ("create_share", {"name": "n", "region": "atl1", "size_gib": 50, "vpc_ids": [not_id]}),
        ("attach_share", {"share": "data", "vpc_id": not_id}),
        ("reassign_share", {"share": "data", "new_vpc_id": not_id}),
        ("create_access_point", {"share": "data", "name": "aa", "path": "/a", "vpc_id": not_id}),
    ):
        assert "no VPC has the name or id" in await assistant.fail(tool, **arguments)
    assert "not attached to VPC" in await assistant.fail("detach_share", share="data", vpc_id=not_id)
    assert {request.method for request in sent} == {"GET"}
    assert {request.url.path for request in sent} == {"/v2/nfs", "/v2/vpcs"}


@pytest.mark.parametrize(
    ("tool", "arguments", "named"),
    [
        ("create_share", SHARE | {"size_gib": 49}, "size_gib has to be a whole number of 50 or more (it was 49)"),
        (
            "create_share",
            SHARE | {"size_gib": 50.7},
            "size_gib has to be a whole number of 50 or more (it was 50.7)",
        ),
        ("create_share", SHARE | {"size_gib": -1}, "size_gib has to be a whole number of 50 or more (it was -1)"),
        (
            "create_share",
            SHARE | {"size_gib": "big"},
            'size_gib has to be a whole number of 50 or more (it was "big")',
        ),
        ("create_share", SHARE | {"size_gib": True}, "size_gib has to be a whole number of 50 or more"),
        ("create_share", SHARE | {"vpc_ids": [7]}, "vpc_ids.0 has to be a valid string"),
        ("create_share", SHARE | {"vpc_ids": 7}, "vpc_ids has to be a valid list"),
        ("create_share", SHARE | {"name": ""}, "name has to have at least 1 character"),
        ("create_share", SHARE | {"region": "Atlanta 1"}, "region has to be a region's slug"),
        ("create_share", SHARE | {"region": "atl1\n"}, "region has to be a region's slug"),
        ("create_share", SHARE | {"performance_tier": "fast"}, "performance_tier has to be 'standard' or 'high'"),
        ("create_share", {"name": "data"}, "size_gib is required"),
        (
            "create_share",
            SHARE | {"size_gb": 5},
            '"size_gb" is not an argument: create_share takes name, region',
        ),
        ("list_shares", {"page": 2}, '"page" is not an argument: list_shares takes region'),
        ("delete_share", {"share": VPC, "confirm": True}, '"confirm" is not an argument: delete_share'),
        ("get_share", {"share": ""}, "share has to have at least 1 character"),
        ("get_share", {"share": 5}, "share has to be a valid string"),
        ("get_share", {}, "share is required"),
        ("resize_share", {"share": VPC, "size_gib": 49}, "size_gib has to be a whole number of 50 or more"),
        ("resize_share", {"share": VPC, "add_gib": -5}, "add_gib has to be a whole number of 1 or more"),
        ("resize_share", {"share": VPC, "add_percent": 0.5}, "add_percent has to be a whole number from 1 to 10000"),
        ("attach_share", {"share": VPC, "vpc_id": 7}, "vpc_id has to be a valid string"),
        ("detach_share", {"share": VPC, "vpc_id": ""}, "vpc_id has to have at least 1 character"),
        ("get_snapshot", {"snapshot": ""}, "snapshot has to have at least 1 character"),
        ("delete_access_point", {"access_point": 7}, "access_point has to be a valid string"),
        (
            "switch_performance_tier",
            {"share": VPC, "performance_tier": "standard"},
            "performance_tier has to be 'high'",
        ),
        ("create_snapshot", {"share": VPC, "name": ""}, "name has to have at least 1 character"),
        ("create_snapshot", {"share": VPC, "name": "x" * 65}, "name has to have at most 64 characters"),
        (
            "list_access_points",
            {"share": VPC, "status": "X"},
            "'ACCESS_POINT_FAILED' or 'ACCESS_POINT_DELETED' (it was \"X\")",
        ),
        ("create_access_point", POINT | {"name": "Default"}, "name has to be letters and digits"),
        ("create_access_point", POINT | {"name": "-team"}, "name has to be letters and digits"),
        ("create_access_point", POINT | {"name": "t"}, "name has to have at least 2 characters"),
        ("create_access_point", POINT | {"name": "t" * 64}, "name has to have at most 63 characters"),
        ("create_access_point", POINT | {"path": "team"}, "path has to start with /"),
        ("create_access_point", POINT | {"path": "/"}, "path has to have at least 2 characters"),
        ("create_access_point", POINT | {"path": "/a/../b"}, "path has to start with /"),
        ("create_access_point", POINT | {"path": "/.."}, "path has to start with /"),
        ("create_access_point", POINT | {"path": "/a b"}, "path has to start with /"),
        ("create_access_point", POINT | {"path": "/a\n"}, "path has to start with /"),
        ("create_access_point", POINT | {"access_policy": {"anonuid": 0}}, '"access_policy.anonuid" is not known'),
        ("create_access_point", POINT | {"access_policy": {"root": 1}}, '"access_policy.root" is not known'),
        (
            "create_access_point",
            POINT | {"access_policy": {"squash_config": "X"}},
            "access_policy.squash_config has to be 'NO_SQUASH', 'ROOT_SQUASH' or 'ALL_SQUASH' (it was \"X\")",
        ),
        ("create_access_point", POINT | {"access_policy": "open"}, 'access_policy has to be an object (it was "open")'),
        ("create_access_point", POINT | {"access_policy": {"protocols": []}}, "access_policy.protocols has to have"),
    ],
)
async def test_an_argument_that_does_not_fit_is_named(
    assistant: Assistant, sent: list[httpx.Request], tool: str, arguments: dict[str, Any], named: str
) -> None:
    said = await assistant.fail(tool, **arguments)
    assert said.startswith("Nothing was done: ")
    assert named in said
    assert sent == []


async def test_all_arguments_that_do_not_fit_are_named_at_once(assistant: Assistant) -> None:
    said = await assistant.fail("create_share", name="", region="!", size_gib=1, vpc_ids=7)
    for argument in ("name", "region", "size_gib", "vpc_ids"):
        assert f"{argument} has to" in said


@pytest.mark.parametrize(("count", "more"), [(8, ""), (9, "; and 1 more"), (300, "; and 292 more")])
async def test_of_many_arguments_that_do_not_fit_eight_are_named(assistant: Assistant, count: int, more: str) -> None:
    said = await assistant.fail("list_shares", **{f"unknown{n}": n for n in range(count)})
    assert said.count("is not an argument: list_shares") == 8
    assert said.endswith(f"cursor{more}. Correct the arguments and try again.")


async def test_a_long_argument_is_not_echoed_whole(assistant: Assistant) -> None:
    for tool, argument in (("get_snapshot", "snapshot"), ("attach_share", "vpc_id")):
        assert len(await assistant.fail(tool, **{argument: "x" * 100_000})) < 600


@pytest.mark.parametrize("text", ["..", "../droplets?tag_name=x", "%2e%2e%2fdroplets", "snapshots", "?a=b", "x\n../y"])
async def test_a_share_that_is_not_a_uuid_is_only_compared_with_names(
    assistant: Assistant, sent: list[httpx.Request], text: str
) -> None:
    for tool, more in (
        ("get_share", {}),
        ("delete_share", {}),
        ("resize_share", {"size_gib": 60}),
        ("list_access_points", {}),
    ):
        said = await assistant.fail(tool, share=text, **more)
        assert "no share has the name or id" in said
    assert {(request.method, str(request.url)) for request in sent} == {("GET", "http://api.test/v2/nfs")}


@pytest.mark.parametrize("region", ["../x", "a&b=c", "x#y", "%2f", "\u202e"])
async def test_a_region_cannot_change_a_path(assistant: Assistant, sent: list[httpx.Request], region: str) -> None:
    await assistant.call("list_shares", region=region)
    (request,) = sent
    assert request.url.path == "/v2/nfs"
    assert dict(request.url.params) == {"region": region}


async def test_an_unknown_tool_is_answered_with_those_there_are(assistant: Assistant) -> None:
    said = await assistant.fail("drop_share", share="data")
    assert "There is no such tool" in said
    assert "delete_share" in said
