"""What the operator lets nobody do is refused in the option's name, and nothing is sent that changes."""

from typing import Any

import anyio
import httpx
import pytest
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.storage.limits import Limits
from do_nfs_sandbox import Sandbox

from ..support.constants import NEW_SHARE, OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio


def changed(sent: list[httpx.Request]) -> list[str]:
    return [f"{request.method} {request.url.path}" for request in sent if request.method != "GET"]


@pytest.fixture
async def calls(assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]) -> dict[str, dict[str, Any]]:
    """A call of each tool that changes something about a share, all of which would succeed but for limits."""
    snapshot = (await assistant.succeed("create_snapshot", share="data", name="monday"))["snapshot"]
    point = (await assistant.succeed("create_access_point", share="data", name="team", path="/t", vpc_id=VPC))[
        "access_point"
    ]
    sent.clear()
    return {
        "create_share": NEW_SHARE | {"name": "more", "performance_tier": "high"},
        "resize_share": {"share": "data", "add_gib": 50},
        "switch_performance_tier": {"share": "data"},
        "create_snapshot": {"share": share["id"], "name": "tuesday"},
        "create_access_point": {"share": "data", "name": "other", "path": "/b", "vpc_id": OTHER_VPC},
        "attach_share": {"share": "data", "vpc_id": OTHER_VPC},
        "reassign_share": {"share": "data", "old_vpc_id": VPC, "new_vpc_id": OTHER_VPC},
        "detach_share": {"share": "data", "vpc_id": VPC},
        "delete_access_point": {"access_point": point["id"]},
        "prune_snapshots": {"share": "data", "keep_last": 0},
        "delete_snapshot": {"snapshot": snapshot["id"]},
        "delete_share": {"share": share["id"], "delete_snapshots": True},
    }


TAKING = ("reassign_share", "detach_share", "delete_access_point", "prune_snapshots", "delete_snapshot", "delete_share")


async def test_without_limits_all_of_it_succeeds(assistant: Assistant, calls: dict[str, dict[str, Any]]) -> None:
    for tool, arguments in calls.items():
        if tool in {"reassign_share", "delete_snapshot"}:
            continue
        await assistant.succeed(tool, **arguments)


@pytest.mark.parametrize("regions", [["nyc2"], ["nyc*", "ams3"], ["ATL1"]])
async def test_nothing_is_changed_in_a_region_that_is_not_listed(
    connect: Connect,
    calls: dict[str, dict[str, Any]],
    person: Person,
    sent: list[httpx.Request],
    regions: list[str],
) -> None:
    async with connect(limits=Limits(regions=regions)) as assistant:
        for tool, arguments in calls.items():
            said = await assistant.fail(tool, **arguments)
            assert f"started with --regions {','.join(regions)}" in said, tool
            assert "atl1" in said
        await assistant.succeed("get_share", share="data")
    assert person.asked == []
    assert changed(sent) == []


async def test_what_is_in_a_listed_region_is_changed(connect: Connect, calls: dict[str, dict[str, Any]]) -> None:
    async with connect(limits=Limits(regions=["nyc2", "at?1"])) as assistant:
        await assistant.succeed("create_snapshot", **calls["create_snapshot"])
        await assistant.succeed("delete_share", **calls["delete_share"])


@pytest.mark.parametrize("pattern", ["data", "da*", "*", "DATA", "d[a]ta"])
async def test_nothing_is_taken_away_from_a_protected_share_whatever_anyone_answers(
    connect: Connect,
    calls: dict[str, dict[str, Any]],
    person: Person,
    sent: list[httpx.Request],
    pattern: str,
) -> None:
    for destructive in ("ask", "allow"):
        async with connect(limits=Limits(protect=["other", pattern]), destructive=destructive) as assistant:
            for tool in TAKING:
                said = await assistant.fail(tool, **calls[tool])
                assert f"started with --protect other,{pattern}" in said, tool
            assert "--protect" in await assistant.fail("delete_share", **calls["delete_share"], plan=True)
    assert person.asked == []
    assert changed(sent) == []


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("data[1]", "data[1]"),
        ("data[1]", "data1"),
        ("other, da*", "data"),
        ("a,b", "a,b"),
        ("a,B", "b"),
        ("STRASSE", "straße"),
        ("gro?", "groß"),
        ("gru\u0308n", "grün"),
        ("prod-db", "Prod-Db "),
    ],
)
def test_a_protected_share_is_known_however_its_name_is_written(pattern: str, name: str) -> None:
    assert Limits(protect=[pattern]).protects(name)


@pytest.mark.parametrize("pattern", ["data", "da,", "a?ta", "[data]"])
def test_a_pattern_protects_no_other_names(pattern: str) -> None:
    assert not Limits(protect=[pattern]).protects("database")


async def test_nothing_is_taken_away_from_a_protected_share_by_the_names_of_what_it_has(
    connect: Connect, calls: dict[str, dict[str, Any]], sent: list[httpx.Request]
) -> None:
    async with connect(limits=Limits(protect=["DATA"]), destructive="allow") as assistant:
        for tool, arguments in (
            ("delete_snapshot", {"snapshot": "monday"}),
            ("delete_snapshot", {"snapshot": "monday", "share": "data"}),
            ("delete_access_point", {"access_point": "team"}),
            ("delete_share", {"share": "data"}),
        ):
            assert "--protect" in await assistant.fail(tool, **arguments)
    assert changed(sent) == []


async def test_a_protected_share_may_grow_and_others_may_go(
    connect: Connect, calls: dict[str, dict[str, Any]], sent: list[httpx.Request]
) -> None:
    async with connect(limits=Limits(protect=["data"])) as assistant:
        await assistant.succeed("resize_share", **calls["resize_share"])
        made = await assistant.succeed("create_share", **NEW_SHARE | {"name": "database"})
        await assistant.succeed("delete_share", share=made["share"]["id"])


async def test_the_snapshots_of_a_share_that_is_gone_may_have_been_a_protected_ones(
    connect: Connect, calls: dict[str, dict[str, Any]], sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    gone = {"id": "not_found", "message": "none"}
    async with connect(limits=Limits(protect=["other"])) as assistant:
        sandbox.add_fault("status", operation="get_share", status=404, body=gone)
        assert "--protect other" in await assistant.fail("delete_snapshot", **calls["delete_snapshot"])
        assert changed(sent) == []
        await assistant.succeed("delete_snapshot", **calls["delete_snapshot"])


async def test_what_a_share_had_that_is_gone_may_have_been_in_another_region(
    connect: Connect, calls: dict[str, dict[str, Any]], sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    gone = {"id": "not_found", "message": "none"}
    sandbox.add_fault("status", operation="get_share", status=404, body=gone, times=9)
    async with connect(limits=Limits(regions=["atl1"])) as assistant:
        said = await assistant.fail("delete_access_point", **calls["delete_access_point"])
        assert "started with --regions atl1" in said
        assert changed(sent) == []
        await assistant.succeed("delete_snapshot", **calls["delete_snapshot"])
    async with connect() as assistant:
        await assistant.succeed("delete_access_point", **calls["delete_access_point"])


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("create_share", NEW_SHARE | {"size_gib": 151}),
        ("resize_share", {"share": "data", "size_gib": 151}),
    ],
)
async def test_a_size_beyond_the_limit_is_refused_before_anything_is_sent(
    connect: Connect, share: dict[str, Any], sent: list[httpx.Request], tool: str, arguments: dict[str, Any]
) -> None:
    async with connect(limits=Limits(max_size_gib=150)) as assistant:
        said = await assistant.fail(tool, **arguments)
    assert said.startswith("Nothing was done: a share of 151 GiB is too large.")
    assert "started with --max-size-gib 150" in said
    assert sent == []


@pytest.mark.parametrize("more", [{"add_gib": 51}, {"add_percent": 51}])
async def test_a_share_grows_by_no_more_than_to_the_limit(
    connect: Connect, share: dict[str, Any], sent: list[httpx.Request], more: dict[str, int]
) -> None:
    async with connect(limits=Limits(max_size_gib=150)) as assistant:
        assert "--max-size-gib 150" in await assistant.fail("resize_share", share="data", **more)
        assert changed(sent) == []
        assert (await assistant.succeed("resize_share", share="data", size_gib=150))["share"]["size_gib"] == 150


async def test_no_share_is_created_where_there_are_enough(
    connect: Connect, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    async with connect(limits=Limits(max_shares=2)) as assistant:
        await assistant.succeed("create_share", **NEW_SHARE | {"name": "second"})
        sent.clear()
        said = await assistant.fail("create_share", **NEW_SHARE | {"name": "third"})
        assert "there are 2 shares already" in said
        assert "started with --max-shares 2" in said
        assert changed(sent) == []
        await assistant.succeed("delete_share", share="second")
        await assistant.succeed("create_share", **NEW_SHARE | {"name": "third"})


async def test_shares_that_are_created_at_once_are_not_more_than_there_may_be(
    connect: Connect, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    outcomes: list[bool] = []
    async with connect(limits=Limits(max_shares=3)) as assistant, anyio.create_task_group() as calls:

        async def create(number: int) -> None:
            result = await assistant.call("create_share", **NEW_SHARE | {"name": f"s{number}"})
            outcomes.append(not result.is_error)

        for number in range(6):
            calls.start_soon(create, number)
    assert sorted(outcomes) == [False] * 3 + [True] * 3
    assert len(changed(sent)) == 3


@pytest.mark.parametrize(
    ("limits", "shares", "said"),
    [
        (Limits(max_shares=0), 0, "there are 0 shares already"),
        (Limits(max_shares=1), 0, None),
        (Limits(max_shares=1), 1, "there is 1 share already"),
        (Limits(max_shares=1), 2, "there are 2 shares already"),
        (Limits(), 10_000, None),
    ],
)
def test_there_may_be_just_so_many_shares(limits: Limits, shares: int, said: str | None) -> None:
    if said is None:
        limits.check_count(shares)
    else:
        with pytest.raises(NfsError, match=f"^Nothing was done: {said}"):
            limits.check_count(shares)


@pytest.mark.parametrize(
    ("tiers", "tier", "said"),
    [
        ((), None, None),
        ((), "high", None),
        (("standard",), "standard", None),
        (("standard",), "high", "the tier high is not among those it gives"),
        (("standard",), None, "it needs a performance_tier"),
    ],
)
def test_a_tier_is_one_of_those_listed_and_has_to_be_named_where_any_are(
    tiers: tuple[str, ...], tier: str | None, said: str | None
) -> None:
    if said is None:
        Limits(tiers=tiers).check_tier(tier)
    else:
        with pytest.raises(NfsError, match=f"^Nothing was done: {said}"):
            Limits(tiers=tiers).check_tier(tier)


def test_what_is_of_a_share_that_is_gone_is_limited_only_where_its_region_or_name_would_matter() -> None:
    Limits().check_region(None)
    Limits().check_loss(None)
    Limits(protect=["data"]).check_region(None)
    Limits(regions=["atl1"]).check_loss(None)
    for limits, check in (
        (Limits(regions=["atl1"]), Limits.check_region),
        (Limits(protect=["data"]), Limits.check_loss),
    ):
        with pytest.raises(NfsError, match="is gone"):
            check(limits, None)


@pytest.mark.parametrize("tier", [{"performance_tier": "high"}, {}], ids=["another", "left out"])
async def test_a_share_is_created_on_a_listed_tier_alone(
    connect: Connect, sent: list[httpx.Request], tier: dict[str, str]
) -> None:
    async with connect(limits=Limits(tiers=["standard"])) as assistant:
        assert "started with --tiers standard" in await assistant.fail("create_share", **NEW_SHARE, **tier)
        assert sent == []
        await assistant.succeed("create_share", **NEW_SHARE, performance_tier="standard")


async def test_a_share_is_not_raised_to_a_tier_that_is_not_listed(
    connect: Connect, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    async with connect(limits=Limits(tiers=["standard"])) as assistant:
        assert "--tiers standard" in await assistant.fail("switch_performance_tier", share="data")
    assert sent == []


OPENING = ("create_share", "attach_share", "reassign_share", "create_access_point")


@pytest.mark.parametrize("vpcs", [["nothing"], [VPC.replace("7", "8")], ["Default-atl1"]])
async def test_no_share_is_opened_to_a_vpc_that_is_not_listed(
    connect: Connect, calls: dict[str, dict[str, Any]], person: Person, sent: list[httpx.Request], vpcs: list[str]
) -> None:
    async with connect(limits=Limits(vpcs=vpcs)) as assistant:
        for tool in OPENING:
            assert f"started with --vpcs {vpcs[0]}" in await assistant.fail(tool, **calls[tool]), tool
        assert "--vpcs" in await assistant.fail("create_share", **{**NEW_SHARE, "vpc_ids": []})
    assert person.asked == []
    assert changed(sent) == []


@pytest.mark.parametrize("by", ["id", "name", "pattern"])
async def test_a_share_is_opened_to_a_listed_vpc(
    connect: Connect, assistant: Assistant, calls: dict[str, dict[str, Any]], by: str
) -> None:
    vpcs = (await assistant.succeed("list_vpcs", region="atl1"))["vpcs"]
    (name,) = [vpc["name"] for vpc in vpcs if vpc["id"] == OTHER_VPC]
    allowed = {"id": OTHER_VPC, "name": name, "pattern": f"{name[:-1]}?"}[by]
    async with connect(limits=Limits(vpcs=[allowed])) as assistant:
        await assistant.succeed("attach_share", **calls["attach_share"])


@pytest.mark.parametrize("vpcs", [[VPC.upper()], [VPC[:8] + "*"], ["x", VPC]])
def test_a_vpc_goes_by_its_id_in_any_case_of_letters_or_by_a_pattern_of_it(vpcs: list[str]) -> None:
    assert Limits(vpcs=vpcs).opens_to(VPC, None)


def test_a_vpc_that_is_named_like_the_id_of_a_listed_one_is_not_that_one() -> None:
    assert not Limits(vpcs=[VPC]).opens_to(OTHER_VPC, VPC)


@pytest.mark.parametrize(
    ("options", "named"),
    [({"tools": ["list_*"]}, "--tools list_*"), ({"exclude_tools": ["*_share", "x"]}, "--exclude-tools *_share,x")],
)
async def test_a_tool_that_is_left_out_is_neither_listed_nor_called(
    connect: Connect, share: dict[str, Any], sent: list[httpx.Request], options: dict[str, Any], named: str
) -> None:
    async with connect(**options) as assistant:
        listed = {tool.name for tool in (await assistant.client.list_tools()).tools}
        assert "list_shares" in listed
        assert "delete_share" not in listed
        assert f"delete_share is left out by {named}." in await assistant.fail("delete_share", share="data")
        prompts = {prompt.name for prompt in (await assistant.client.list_prompts()).prompts}
        assert "provision_share" not in prompts
    assert sent == []
