"""Calls that change something wait until it has taken effect, tell of progress, and end in time."""

from typing import Any

import anyio
import httpx
import pytest
from do_nfs_mcp.tools import polling
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect

pytestmark = pytest.mark.anyio

NEW = {"name": "new", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}


def looks(sent: list[httpx.Request]) -> int:
    """How often it was looked, but for the names of VPCs."""
    return sum(request.method == "GET" and request.url.path != "/v2/vpcs" for request in sent)


async def test_every_change_is_there_when_its_call_ends(assistant: Assistant, share: dict[str, Any]) -> None:
    async def done(tool: str, **arguments: Any) -> dict[str, Any]:
        change = await assistant.succeed(tool, **arguments)
        assert change["outcome"] == "done"
        return change

    assert (await done("create_share", **NEW))["share"]["status"] == "ACTIVE"
    assert (await done("resize_share", share="data", size_gib=200))["share"]["size_gib"] == 200
    tier = await done("switch_performance_tier", share="data", performance_tier="high")
    assert tier["share"]["performance_tier"] == "high"
    attached = await done("attach_share", share="data", vpc_id=OTHER_VPC)
    assert attached["share"]["vpc_ids"] == [VPC, OTHER_VPC]
    assert (await done("detach_share", share="data", vpc_id=VPC))["share"]["vpc_ids"] == [OTHER_VPC]
    moved = await done("reassign_share", share="data", old_vpc_id=OTHER_VPC, new_vpc_id=VPC)
    assert moved["share"]["vpc_ids"] == [VPC]
    assert (await done("create_snapshot", share="data", name="s"))["snapshot"]["status"] == "ACTIVE"
    point = await done("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    assert point["access_point"]["status"] == "ACCESS_POINT_ACTIVE"


async def test_a_caller_need_not_wait(assistant: Assistant, sent: list[httpx.Request]) -> None:
    made = await assistant.succeed("create_share", **NEW, wait=False)
    assert made["outcome"] == "pending"
    assert made["share"]["status"] == "CREATING"
    assert "wait_until_ready" in made["message"]
    assert [request.method for request in sent] == ["GET", "GET", "POST"], (
        "it looks at the VPCs and what was there before"
    )


async def test_a_wait_tells_of_its_progress(assistant: Assistant) -> None:
    reports: list[tuple[float, float | None, str | None]] = []

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        reports.append((progress, total, message))

    await assistant.client.call_tool("create_share", NEW, progress_callback=tell)
    steps = [progress for progress, _, _ in reports]
    assert len(steps) > 2
    assert steps == sorted(set(steps)), "progress always grows"
    assert {total for _, total, _ in reports[:-1]} == {45}
    took, of, _ = reports[-1]
    assert took == of, "at the end it says how long it took"
    assert took < 45
    assert "CREATING" in (reports[0][2] or "")
    assert "ACTIVE" in (reports[-1][2] or "")


async def test_a_wait_ends_as_soon_as_there_is_nothing_more_to_wait_for(assistant: Assistant, clock: Clock) -> None:
    start = clock()
    await assistant.succeed("create_share", **NEW)
    assert 2 <= clock() - start < 4


@pytest.mark.parametrize("status", ["FAILED", "ACTIVE"])
async def test_a_share_that_fails_while_it_grows_ends_the_wait(connect: Connect, clock: Clock, status: str) -> None:
    share = {"id": VPC, "name": "n", "region": "atl1", "size_gib": 50, "status": status}
    action = {
        "region_slug": "atl1",
        "resource_id": VPC,
        "resource_type": "SHARE",
        "type": "RESIZE_SHARE",
        "status": "IN_PROGRESS",
        "started_at": "2026-01-01T00:00:00Z",
    }
    transport = httpx.MockTransport(
        lambda request: (
            httpx.Response(201, json={"action": action})
            if request.method == "POST"
            else httpx.Response(200, json={"share": {**share, "created_at": "2026-01-01T00:00:00Z"}})
        )
    )
    start = clock()
    async with connect(transport=transport) as assistant:
        grown = await assistant.succeed("resize_share", share=VPC, size_gib=200)
    assert grown["outcome"] == ("failed" if status == "FAILED" else "pending")
    assert (clock() - start < 1) == (status == "FAILED")


@pytest.mark.parametrize(
    ("status", "outcome"), [("ACTIVE", "done"), ("FAILED", "failed"), ("DELETED", "failed"), ("PENDING", "pending")]
)
async def test_only_what_is_ready_is_done(connect: Connect, clock: Clock, status: str, outcome: str) -> None:
    share = {"id": VPC, "name": "n", "region": "atl1", "size_gib": 50, "created_at": "2026-01-01T00:00:00Z"}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(201, json={"share": {**share, "status": "CREATING"}})
        listed = {"shares": [], "vpcs": [], "meta": {"total": 0}}
        is_list = request.url.path in {"/v2/nfs", "/v2/vpcs"}
        return httpx.Response(200, json=listed if is_list else {"share": {**share, "status": status}})

    start = clock()
    async with connect(transport=httpx.MockTransport(answer)) as assistant:
        made = await assistant.succeed("create_share", **NEW)
    assert made["outcome"] == outcome
    assert made["share"]["status"] == status
    assert ("get_mount_instructions" in made["message"]) == (status == "ACTIVE")
    assert (clock() - start > 40) == (status == "PENDING")


async def test_a_share_that_is_not_found_any_more_is_not_waited_for(
    connect: Connect, sent: list[httpx.Request]
) -> None:
    share = {"id": VPC, "name": "n", "region": "atl1", "size_gib": 50, "created_at": "2026-01-01T00:00:00Z"}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(201, json={"share": {**share, "status": "CREATING"}})
        if request.url.path == "/v2/nfs":
            return httpx.Response(200, json={"shares": []})
        return httpx.Response(404, json={"id": "not_found", "message": "gone"})

    async with connect(transport=httpx.MockTransport(answer)) as assistant:
        made = await assistant.succeed("create_share", **NEW)
    assert made["outcome"] == "pending"
    assert "404" in made["message"]
    assert looks(sent) == 1 + 5


async def test_a_share_that_is_found_again_is_waited_for_as_before(connect: Connect, sent: list[httpx.Request]) -> None:
    share = {"id": VPC, "name": "n", "region": "atl1", "size_gib": 50, "created_at": "2026-01-01T00:00:00Z"}
    seen = iter([*[None] * 4, "CREATING", *[None] * 4, "ACTIVE"])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path in {"/v2/nfs", "/v2/vpcs"}:
            return httpx.Response(200, json={"shares": [], "vpcs": []})
        status = "CREATING" if request.method == "POST" else next(seen)
        if status is None:
            return httpx.Response(404, json={"id": "not_found", "message": "gone"})
        return httpx.Response(201 if request.method == "POST" else 200, json={"share": {**share, "status": status}})

    async with connect(transport=httpx.MockTransport(answer)) as assistant:
        made = await assistant.succeed("create_share", **NEW)
    assert (made["outcome"], looks(sent)) == ("done", 1 + 10)


async def test_an_action_that_has_failed_at_once_is_not_waited_for(connect: Connect, sent: list[httpx.Request]) -> None:
    action = {
        "region_slug": "atl1",
        "resource_id": VPC,
        "resource_type": "SHARE",
        "type": "RESIZE_SHARE",
        "status": "ACTION_FAILED",
        "started_at": "2026-01-01T00:00:00Z",
    }
    share = {"id": VPC, "name": "n", "region": "atl1", "size_gib": 50, "status": "ACTIVE"}
    transport = httpx.MockTransport(
        lambda request: (
            httpx.Response(201, json={"action": action})
            if request.method == "POST"
            else httpx.Response(200, json={"share": {**share, "created_at": "2026-01-01T00:00:00Z"}})
        )
    )
    async with connect(transport=transport) as assistant:
        assert (await assistant.succeed("resize_share", share=VPC, size_gib=200))["outcome"] == "failed"
    assert looks(sent) == 1, "at what it was before"


async def test_a_wait_ends_in_time_and_says_how_to_go_on(
    assistant: Assistant, sandbox: Sandbox, clock: Clock, sent: list[httpx.Request]
) -> None:
    sandbox.add_fault("stuck", operation="create_share")
    start = clock()
    result = await assistant.call("create_share", **NEW)
    assert not result.is_error
    assert result.structured_content is not None
    assert result.structured_content["outcome"] == "pending"
    assert 35 < clock() - start <= 45
    said = text_of(result)
    assert "wait_until_ready" in said
    assert "Do not create it again" in said
    assert result.structured_content["share"]["id"] in said
    assert sum(request.method == "POST" for request in sent) == 1
    assert len(sent) <= 25, "a tenth of what an account may send in a minute"


async def test_a_wait_is_as_long_as_the_operator_says(
    connect: Connect, sandbox: Sandbox, clock: Clock, sent: list[httpx.Request]
) -> None:
    sandbox.add_fault("stuck", operation="create_share")
    start = clock()
    async with connect(wait_seconds=0) as assistant:
        assert (await assistant.succeed("create_share", **NEW))["outcome"] == "pending"
    assert clock() == start
    assert looks(sent) == 1, "at what was there before"


async def test_a_change_that_fails_is_told_as_failed(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    sandbox.add_fault("fail", operation="create_share")
    made = await assistant.succeed("create_share", **NEW)
    assert made["outcome"] == "failed"
    assert made["share"]["status"] == "FAILED"
    assert "Delete it and create another" in made["message"]
    sandbox.add_fault("fail", operation="create_share_action")
    assert (await assistant.succeed("create_snapshot", share="data", name="s"))["outcome"] == "failed"


@pytest.mark.parametrize("times", [2, 6])
async def test_looks_that_fail_do_not_end_the_wait(assistant: Assistant, sandbox: Sandbox, times: int) -> None:
    sandbox.add_fault("status", operation="get_share", status=500, times=times)
    assert (await assistant.succeed("create_share", **NEW))["outcome"] == "done"


async def test_a_wait_that_ends_on_looks_that_fail_says_why(assistant: Assistant, sandbox: Sandbox) -> None:
    sandbox.add_fault("status", operation="get_share", status=500, times=99)
    made = await assistant.succeed("create_share", **NEW)
    assert made["outcome"] == "pending"
    assert "The last look at it failed: The API answered 500" in made["message"]


async def test_a_wait_that_ends_on_a_look_that_hangs_is_pending(
    connect: Connect, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(SandboxTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "GET" and request.url.path not in {"/v2/nfs", "/v2/vpcs"}:
                await anyio.sleep_forever()
            return await super().handle_async_request(request)

    monkeypatch.setattr(polling, "_LAST_LOOK_SECONDS", 0)
    async with connect(transport=Hanging(sandbox), wait_seconds=0.05) as assistant:
        made = await assistant.succeed("create_share", **NEW)
    assert (made["outcome"], made["share"]["status"]) == ("pending", "CREATING")


async def test_a_token_that_may_not_look_has_still_made_the_change(
    connect: Connect, clock: Clock, sent: list[httpx.Request]
) -> None:
    with Sandbox(clock=clock, tokens={"creator": ["nfs:create"]}) as sandbox:
        async with connect(transport=httpx.ASGITransport(app=sandbox), token="creator") as assistant:
            made = await assistant.succeed("create_share", **NEW)
    assert made["outcome"] == "pending"
    assert "nfs:read" in made["message"]
    assert looks(sent) == 1 + 1


async def test_cancelling_the_call_ends_the_looking(connect: Connect, sandbox: Sandbox) -> None:
    sandbox.add_fault("stuck", operation="create_share")
    asleep, ended = anyio.Event(), anyio.Event()

    async def sleep(seconds: float) -> None:
        asleep.set()
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()

    async with connect(sleep=sleep) as assistant:
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: assistant.call("create_share", **NEW))
            await asleep.wait()
            group.cancel_scope.cancel()
        with anyio.fail_after(1):
            await ended.wait()
