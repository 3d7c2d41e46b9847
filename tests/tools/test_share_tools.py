from typing import Any

import httpx
import pytest

from .conftest import OTHER_VPC, VPC, Assistant, Clock, Connect, text_of

pytestmark = pytest.mark.anyio


async def test_an_account_without_shares_is_said_to_have_none(assistant: Assistant) -> None:
    result = await assistant.call("list_shares")
    assert text_of(result) == "No shares."
    assert result.structured_content == {"total": 0, "shares": []}


async def test_a_new_share_is_creating_and_then_active_with_what_to_mount(assistant: Assistant, clock: Clock) -> None:
    made = await assistant.succeed("create_share", name="data", region="atl1", size_gib=100, vpc_ids=[VPC])
    assert made["status"] == "CREATING"
    assert "host" not in made
    clock.pass_time()
    share = await assistant.succeed("get_share", share=made["id"])
    assert share["status"] == "ACTIVE"
    assert share["host"]
    assert share["mount_path"].startswith("/")
    assert (share["name"], share["region"], share["size_gib"], share["vpc_ids"]) == ("data", "atl1", 100, [VPC])
    assert share["performance_tier"] == "standard"
    assert [point["name"] for point in share["access_points"]] == ["default"]


async def test_a_share_can_be_made_on_the_high_tier(assistant: Assistant) -> None:
    made = await assistant.succeed(
        "create_share", name="fast", region="atl1", size_gib=50, vpc_ids=[VPC, OTHER_VPC], performance_tier="high"
    )
    assert made["performance_tier"] == "high"
    assert made["vpc_ids"] == [VPC, OTHER_VPC]


async def test_text_holds_what_the_next_call_needs(assistant: Assistant, share: dict[str, Any]) -> None:
    said = text_of(await assistant.call("list_shares"))
    for needed in (share["id"], "data", "ACTIVE", "100 GiB", "atl1", VPC, f"{share['host']}:{share['mount_path']}"):
        assert needed in said


async def test_shares_are_listed_by_region(assistant: Assistant, share: dict[str, Any]) -> None:
    assert (await assistant.succeed("list_shares", region="atl1"))["total"] == 1
    assert (await assistant.succeed("list_shares", region="nyc2"))["total"] == 0


async def test_a_null_argument_counts_as_left_out(assistant: Assistant, share: dict[str, Any]) -> None:
    assert (await assistant.succeed("list_shares", region=None))["total"] == 1


async def test_a_share_grows(assistant: Assistant, share: dict[str, Any], clock: Clock) -> None:
    action = await assistant.succeed("resize_share", share="data", size_gib=200)
    assert (action["type"], action["status"], action["resource_id"]) == ("RESIZE_SHARE", "IN_PROGRESS", share["id"])
    clock.pass_time()
    assert (await assistant.succeed("get_share", share="data"))["size_gib"] == 200


async def test_a_size_may_come_as_text(assistant: Assistant, share: dict[str, Any], clock: Clock) -> None:
    await assistant.succeed("resize_share", share="data", size_gib="150")
    clock.pass_time()
    assert (await assistant.succeed("get_share", share="data"))["size_gib"] == 150


async def test_a_share_never_shrinks(assistant: Assistant, share: dict[str, Any], clock: Clock) -> None:
    said = await assistant.fail("resize_share", share="data", size_gib=60)
    assert said.startswith("The API answered 400")
    clock.pass_time()
    assert (await assistant.succeed("get_share", share="data"))["size_gib"] == 100


async def test_a_share_moves_between_vpcs(assistant: Assistant, share: dict[str, Any], clock: Clock) -> None:
    async def vpcs() -> list[str]:
        clock.pass_time()
        found: list[str] = (await assistant.succeed("get_share", share="data"))["vpc_ids"]
        return sorted(found)

    assert (await assistant.succeed("attach_share", share="data", vpc_id=OTHER_VPC))["status"] == "IN_PROGRESS"
    assert await vpcs() == sorted([VPC, OTHER_VPC])
    await assistant.succeed("detach_share", share="data", vpc_id=VPC)
    assert await vpcs() == [OTHER_VPC]
    await assistant.succeed("reassign_share", share="data", old_vpc_id=OTHER_VPC, new_vpc_id=VPC)
    assert await vpcs() == [VPC]


async def test_a_share_in_no_vpc_is_inactive(assistant: Assistant, share: dict[str, Any], clock: Clock) -> None:
    await assistant.succeed("detach_share", share="data", vpc_id=VPC)
    clock.pass_time()
    result = await assistant.call("get_share", share="data")
    assert "INACTIVE" in text_of(result)
    assert "attached to no VPC" in text_of(result)


async def test_a_tier_is_raised(assistant: Assistant, share: dict[str, Any], clock: Clock) -> None:
    await assistant.succeed("switch_performance_tier", share="data", performance_tier="high")
    clock.pass_time()
    assert (await assistant.succeed("get_share", share="data"))["performance_tier"] == "high"


async def test_a_deleted_share_is_gone(assistant: Assistant, share: dict[str, Any]) -> None:
    assert await assistant.succeed("delete_share", share="data") == {"deleted": "share", "id": share["id"]}
    assert (await assistant.succeed("list_shares"))["total"] == 0
    assert "404" in await assistant.fail("get_share", share=share["id"])


async def test_a_share_with_snapshots_is_not_deleted(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("create_snapshot", share="data", name="keep")
    said = await assistant.fail("delete_share", share="data")
    assert "412" in said
    assert "list_snapshots" in said
    assert (await assistant.succeed("list_shares"))["total"] == 1


@pytest.mark.parametrize("text", ["null", "[]", "{}", "7", "true", '"data"'])
async def test_a_text_that_looks_like_json_is_a_text(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request], text: str
) -> None:
    assert "no share is named" in await assistant.fail("list_snapshots", share=text)
    await assistant.call("list_shares", region=text)
    assert sent[-1].url.params["region"] == text


class TestNames:
    """A share is named by its id, or by its exact name if just one share has it."""

    async def test_two_shares_of_one_name_are_listed_and_nothing_is_done(
        self, assistant: Assistant, share: dict[str, Any], clock: Clock
    ) -> None:
        other = await assistant.succeed("create_share", name="data", region="nyc2", size_gib=50, vpc_ids=[VPC])
        clock.pass_time()
        said = await assistant.fail("delete_share", share="data")
        assert share["id"] in said
        assert other["id"] in said
        assert (await assistant.succeed("list_shares"))["total"] == 2
        await assistant.succeed("delete_share", share=other["id"])
        assert (await assistant.succeed("get_share", share="data"))["id"] == share["id"]

    @pytest.mark.parametrize("name", ["Data", "dat", "data ", "data*", "../data", "%64ata"])
    async def test_a_name_has_to_be_exact(self, assistant: Assistant, share: dict[str, Any], name: str) -> None:
        said = await assistant.fail("delete_share", share=name)
        assert "no share is named" in said
        assert '"data"' in said
        assert (await assistant.succeed("list_shares"))["total"] == 1

    async def test_a_deleted_share_has_no_name_any_more(self, connect: Connect) -> None:
        deleted = {
            "id": VPC,
            "name": "data",
            "region": "atl1",
            "size_gib": 50,
            "status": "DELETED",
            "created_at": "2026-01-01T00:00:00Z",
        }
        live = {**deleted, "id": OTHER_VPC, "status": "ACTIVE"}
        answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"shares": [deleted, live]}))
        async with connect(transport=answer) as assistant:
            assert (await assistant.succeed("get_share", share="data"))["id"] == OTHER_VPC

    async def test_an_id_may_be_in_capitals(self, assistant: Assistant, share: dict[str, Any]) -> None:
        assert (await assistant.succeed("get_share", share=share["id"].upper()))["name"] == "data"

    @pytest.mark.parametrize(
        "name", ["0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d", "{0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d}", "../droplets?tag_name=x"]
    )
    async def test_what_only_looks_like_an_id_is_a_name(self, assistant: Assistant, clock: Clock, name: str) -> None:
        made = await assistant.succeed("create_share", name=name, region="atl1", size_gib=50, vpc_ids=[VPC])
        assert (await assistant.succeed("get_share", share=name))["id"] == made["id"]
