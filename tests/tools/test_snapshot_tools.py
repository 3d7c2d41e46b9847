from typing import Any

import pytest

from .conftest import VPC, Assistant, Clock, text_of

pytestmark = pytest.mark.anyio


async def test_a_snapshot_is_taken_listed_shown_and_deleted(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    action = await assistant.succeed("create_snapshot", share="data", name="monday")
    assert action["type"] == "CREATE_SNAPSHOT"
    clock.pass_time()

    (listed,) = (await assistant.succeed("list_snapshots", share="data"))["snapshots"]
    assert listed["id"] == action["resource_id"]
    assert (listed["name"], listed["share_id"], listed["size_gib"]) == ("monday", share["id"], 100)

    shown = await assistant.succeed("get_snapshot", nfs_snapshot_id=listed["id"])
    assert shown == listed
    assert shown["status"] == "ACTIVE"

    gone = await assistant.succeed("delete_snapshot", nfs_snapshot_id=listed["id"])
    assert gone == {"deleted": "snapshot", "id": listed["id"]}
    assert "404" in await assistant.fail("get_snapshot", nfs_snapshot_id=listed["id"])
    assert text_of(await assistant.call("list_snapshots")) == "No snapshots."


async def test_snapshots_are_listed_by_region_and_share(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    await assistant.succeed("create_share", name="other", region="nyc2", size_gib=50, vpc_ids=[VPC])
    clock.pass_time()
    for name, of in (("one", "data"), ("two", "data"), ("three", "other")):
        await assistant.succeed("create_snapshot", share=of, name=name)

    async def names(**arguments: str) -> list[str]:
        return [s["name"] for s in (await assistant.succeed("list_snapshots", **arguments))["snapshots"]]

    assert sorted(await names()) == ["one", "three", "two"]
    assert sorted(await names(share="data")) == ["one", "two"]
    assert await names(share="other") == ["three"]
    assert await names(region="nyc2") == ["three"]
    assert await names(region="nyc2", share="data") == []


async def test_text_holds_every_id(assistant: Assistant, share: dict[str, Any]) -> None:
    action = await assistant.succeed("create_snapshot", share="data", name="monday")
    said = text_of(await assistant.call("list_snapshots"))
    for needed in (action["resource_id"], share["id"], "monday", "CREATING"):
        assert needed in said
