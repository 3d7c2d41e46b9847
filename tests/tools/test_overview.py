from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import VPC
from ..support.in_memory import Assistant

pytestmark = pytest.mark.anyio


async def test_all_storage_is_summed_up_in_one_call(
    assistant: Assistant, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    sandbox.seed("team")
    state = sandbox.state()
    found = await assistant.succeed("get_storage_overview")
    assert found["total"]["shares"] == len(state["shares"])
    assert found["total"]["size_gib"] == sum(share["size_gib"] for share in state["shares"])
    assert found["total"]["snapshots"] == len(state["snapshots"])
    assert found["regions"].keys() == {share["region"] for share in state["shares"]}
    assert {"failed", "inactive"} <= {problem["kind"] for problem in found["problems"]}
    assert [request.url.path for request in sent] == ["/v2/nfs", "/v2/nfs/snapshots", "/v2/vpcs"]


async def test_a_listed_share_has_the_names_of_its_vpcs(assistant: Assistant, share: dict[str, Any]) -> None:
    (listed,) = (await assistant.succeed("get_storage_overview"))["listed_shares"]
    assert listed["vpc_names"] == {VPC: "default-atl1"}


async def test_an_access_point_that_failed_is_found(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any], clock: Clock
) -> None:
    with sandbox.store.transaction(clock(), write=True):
        point = sandbox.store.insert_access_point(
            share_id=share["id"],
            name="design",
            path="/design",
            vpc_id=VPC,
            policy={
                "anonuid": 65534,
                "anongid": 65534,
                "squash_config": "ROOT_SQUASH",
                "protocols": ["NFS4"],
                "identity_enforcement_enabled": False,
            },
            now=clock(),
            status="ACCESS_POINT_FAILED",
        )
    found = (await assistant.succeed("get_storage_overview"))["problems"]
    assert [p["access_point_id"] for p in found if p["kind"] == "access_point_failed"] == [point["id"]]


async def test_a_region_alone_can_be_summed_up(assistant: Assistant, sandbox: Sandbox) -> None:
    sandbox.seed("team")
    whole = await assistant.succeed("get_storage_overview")
    for region, area in whole["regions"].items():
        found = await assistant.succeed("get_storage_overview", region=region)
        assert found["regions"] == {region: area}


async def test_a_share_without_a_recent_snapshot_is_found(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    await assistant.succeed("create_snapshot", share="data", name="s")
    clock.pass_time(8 * 86_400)
    result = await assistant.call("get_storage_overview")
    assert 'no snapshot for 7 days (1): "data" (newest snapshot ' in text_of(result)
    assert "create_snapshot" in text_of(result)
    assert (await assistant.succeed("get_storage_overview", snapshot_days=30))["problems"] == []


async def test_a_share_that_is_stuck_is_found(assistant: Assistant, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.add_fault("stuck", operation="create_share")
    await assistant.succeed("create_share", name="new", region="atl1", size_gib=50, vpc_ids=[VPC], wait=False)
    assert (await assistant.succeed("get_storage_overview"))["problems"] == []
    clock.pass_time(3700)
    (problem,) = (await assistant.succeed("get_storage_overview"))["problems"]
    assert problem["kind"] == "stuck"


@pytest.mark.parametrize("days", [-1, 36501])
async def test_snapshot_days_have_bounds(assistant: Assistant, days: int) -> None:
    assert "from 1 to 36500" in await assistant.fail("get_storage_overview", snapshot_days=days)
