"""A change whose answer is lost is neither lost nor made twice, nor is anything else sent again that must not be."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import anyio
import anyio.lowlevel
import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_sandbox import Fault, Sandbox, SandboxTransport

from ..support.api_answers import SHARE, example
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, TOKEN, VPC
from ..support.contracts import operation_of
from ..support.creating import create_many
from ..support.in_memory import Assistant, Connect

pytestmark = pytest.mark.anyio

NEW = {"name": "new", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}
FAULTS: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "truncate"},
    {"kind": "not_json"},
    {"kind": "status", "status": 500, "after": True},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 504, "after": True},
    {"kind": "html"},
    {"kind": "delay", "seconds": 31},
]
NOT_CARRIED_OUT = [FAULTS[0], FAULTS[5], FAULTS[7]]
POINT = example("get_access_point")[1]["access_point"]
CARRIED_OUT = [fault for fault in FAULTS if fault not in NOT_CARRIED_OUT]


def called(fault: dict[str, Any]) -> str:
    return "-".join(map(str, fault.values()))


@pytest.fixture
def sandbox(clock: Clock) -> Any:
    with Sandbox(ready_after=2, clock=clock, sleep=clock.sleep) as sandbox:
        yield sandbox


@pytest.fixture
async def assistant(connect: Connect, sandbox: Sandbox) -> AsyncIterator[Assistant]:
    async with connect(transport=SandboxTransport(sandbox)) as assistant:
        yield assistant


def methods(sent: list[httpx.Request]) -> list[str]:
    return [request.method for request in sent if request.method != "GET"]


@pytest.mark.parametrize("fault", FAULTS, ids=called)
async def test_a_share_is_made_once_whatever_becomes_of_the_answer(
    assistant: Assistant, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    before = (await assistant.succeed("create_share", **NEW))["share"]["id"]
    sandbox.add_fault(Fault(operation="create_share", **fault))
    made = await assistant.succeed("create_share", **NEW)
    assert made["outcome"] == "done"
    assert {share["id"] for share in sandbox.state()["shares"]} == {before, made["share"]["id"]}


@pytest.mark.parametrize("fault", FAULTS, ids=called)
async def test_a_snapshot_is_taken_once_whatever_becomes_of_the_answer(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any], fault: dict[str, Any]
) -> None:
    before = (await assistant.succeed("create_snapshot", share="data", name="s"))["snapshot"]["id"]
    sandbox.add_fault(Fault(operation="create_share_action", **fault))
    taken = await assistant.succeed("create_snapshot", share="data", name="s")
    assert taken["outcome"] == "done"
    assert {snapshot["id"] for snapshot in sandbox.state()["snapshots"]} == {before, taken["snapshot"]["id"]}


@pytest.mark.parametrize("fault", FAULTS, ids=called)
async def test_an_access_point_is_made_once_whatever_becomes_of_the_answer(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any], fault: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault(operation="create_access_point", **fault))
    made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    assert made["outcome"] == "done"
    points = [point for point in sandbox.state()["access_points"] if not point["is_default"]]
    assert [point["id"] for point in points] == [made["access_point"]["id"]]


CHANGES: dict[str, dict[str, Any]] = {
    "resize_share": {"size_gib": 200},
    "attach_share": {"vpc_id": OTHER_VPC},
    "detach_share": {"vpc_id": VPC},
    "reassign_share": {"old_vpc_id": VPC, "new_vpc_id": OTHER_VPC},
    "switch_performance_tier": {"performance_tier": "high"},
}


@pytest.mark.parametrize("fault", CARRIED_OUT, ids=called)
@pytest.mark.parametrize("tool", CHANGES)
async def test_a_change_that_was_made_is_done_and_not_sent_again(
    assistant: Assistant,
    sandbox: Sandbox,
    sent: list[httpx.Request],
    share: dict[str, Any],
    tool: str,
    fault: dict[str, Any],
) -> None:
    sandbox.add_fault(Fault(operation="create_share_action", **fault))
    assert (await assistant.succeed(tool, share="data", **CHANGES[tool]))["outcome"] == "done"
    assert methods(sent) == ["POST"]


@pytest.mark.parametrize("fault", NOT_CARRIED_OUT, ids=called)
@pytest.mark.parametrize("tool", CHANGES)
async def test_whether_a_change_is_under_way_cannot_be_known_and_that_is_said(
    assistant: Assistant,
    sandbox: Sandbox,
    sent: list[httpx.Request],
    share: dict[str, Any],
    tool: str,
    fault: dict[str, Any],
) -> None:
    sandbox.add_fault(Fault(operation="create_share_action", **fault))
    said = await assistant.fail(tool, share="data", **CHANGES[tool])
    assert "It is not known whether the change was made: look with get_share" in said
    harmless = (
        f"size_gib: {CHANGES[tool]['size_gib']}, its size in all," if tool == "resize_share" else "the same values"
    )
    assert f"trying again with {harmless} does no harm" in said
    assert methods(sent) == ["POST"]
    assert (await assistant.succeed(tool, share="data", **CHANGES[tool]))["outcome"] == "done"


@pytest.mark.parametrize("more", [{"add_gib": 50}, {"add_percent": 50}])
async def test_an_addition_whose_answer_is_lost_is_not_made_once_more(
    assistant: Assistant, sandbox: Sandbox, sent: list[httpx.Request], share: dict[str, Any], more: dict[str, int]
) -> None:
    sandbox.add_fault(Fault(kind="drop_before", operation="create_share_action"))
    said = await assistant.fail("resize_share", share="data", **more)
    assert "trying again with size_gib: 150, its size in all, does no harm" in said
    sent.clear()
    said = await assistant.fail("resize_share", share="data", **more)
    assert "may be growing to 150 GiB already" in said
    assert "give size_gib: 200, the size in all" in said
    assert "POST" not in methods(sent)
    assert (await assistant.succeed("resize_share", share="data", size_gib=150))["share"]["size_gib"] == 150
    assert (await assistant.succeed("resize_share", share="data", add_gib=50))["share"]["size_gib"] == 200


async def test_an_addition_that_never_came_can_be_made_again_once_it_cannot_come_any_more(
    assistant: Assistant, sandbox: Sandbox, clock: Clock, share: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault(kind="drop_before", operation="create_share_action"))
    await assistant.fail("resize_share", share="data", add_gib=50)
    clock.pass_time(601)
    assert (await assistant.succeed("resize_share", share="data", add_gib=50))["share"]["size_gib"] == 150


async def test_a_size_that_is_refused_does_not_make_one_forgotten_that_may_still_come(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault(kind="drop_before", operation="create_share_action"))
    await assistant.fail("resize_share", share="data", add_gib=50)
    sandbox.add_fault(Fault(kind="status", status=403, operation="create_share_action"))
    await assistant.fail("resize_share", share="data", size_gib=160)
    assert "may be growing to 150 GiB" in await assistant.fail("resize_share", share="data", add_gib=50)


async def test_sizes_that_are_refused_at_the_same_time_are_all_told(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault(kind="status", status=403, operation="create_share_action", times=2))
    said: list[str] = []

    async def grow(size_gib: int) -> None:
        said.append(await assistant.fail("resize_share", share="data", size_gib=size_gib))

    async with anyio.create_task_group() as group:
        group.start_soon(grow, 150)
        group.start_soon(grow, 160)
    assert ["403" in each for each in said] == [True, True]
    assert (await assistant.succeed("resize_share", share="data", add_gib=50))["share"]["size_gib"] == 150


async def test_an_addition_that_was_refused_can_be_made_again(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault(kind="status", status=403, operation="create_share_action"))
    await assistant.fail("resize_share", share="data", add_gib=50)
    assert (await assistant.succeed("resize_share", share="data", add_gib=50))["share"]["size_gib"] == 150


async def test_a_request_that_may_still_be_carried_out_is_not_sent_again(
    connect: Connect, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    class Silent(SandboxTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                raise httpx.ReadTimeout("", request=request)
            return await super().handle_async_request(request)

    async with connect(transport=Silent(sandbox)) as assistant:
        said = await assistant.fail("create_share", **NEW)
    assert "It is not known whether the change was made" in said
    assert "It was not there 15 s later" in said
    assert methods(sent) == ["POST"]


@pytest.mark.parametrize("status", [504, 522, 524])
async def test_a_create_that_a_gateway_gave_up_on_is_not_sent_again(
    assistant: Assistant, sandbox: Sandbox, sent: list[httpx.Request], status: int
) -> None:
    sandbox.add_fault("status", operation="create_share", status=status)
    assert "It was not there 15 s later" in await assistant.fail("create_share", **NEW)
    assert methods(sent) == ["POST"]


async def test_what_the_api_drops_again_and_again_is_known_not_to_be_made(
    assistant: Assistant, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    sandbox.add_fault("drop_before", operation="create_share", times=9)
    said = await assistant.fail("create_share", **NEW)
    assert said.startswith("Nothing was made: the API dropped the connection each of 4 times")
    assert methods(sent) == ["POST"] * 4
    assert sandbox.state()["shares"] == []


async def test_a_success_that_cannot_be_read_is_not_sent_again(
    connect: Connect, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    class Lying(SandboxTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                return httpx.Response(200, html="Welcome to the hotel's network", request=request)
            return await super().handle_async_request(request)

    async with connect(transport=Lying(sandbox)) as assistant:
        said = await assistant.fail("create_share", **NEW)
    assert "It is not known whether the change was made" in said
    assert methods(sent) == ["POST"]


async def test_of_two_shares_that_may_be_the_new_one_neither_is_taken_for_it(
    connect: Connect, sandbox: Sandbox
) -> None:
    class Crowded(SandboxTransport):
        """Somebody else orders the same at the same time."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            if request.method == "POST":
                await super().handle_async_request(request)
                raise httpx.RemoteProtocolError("", request=request)
            return answer

    async with connect(transport=Crowded(sandbox)) as assistant:
        said = await assistant.fail("create_share", **NEW)
    assert "2 shares have appeared that may be what was made" in said
    assert all(share["id"] in said for share in sandbox.state()["shares"])


async def test_with_a_token_that_may_not_look_it_is_said_that_the_outcome_is_unknown(
    connect: Connect, clock: Clock
) -> None:
    with Sandbox(clock=clock, tokens={"creator": ["nfs:create"]}, sleep=clock.sleep) as sandbox:
        sandbox.add_fault("drop_after", operation="create_share")
        async with connect(transport=SandboxTransport(sandbox), token="creator") as assistant:
            said = await assistant.fail("create_share", **NEW)
        assert "It is not known whether the change was made: look with list_shares" in said
        assert len(sandbox.state()["shares"]) == 1


async def test_a_create_is_not_sent_again_if_looking_for_it_fails(
    assistant: Assistant, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    sandbox.add_fault("drop_after", operation="create_share")
    # What is there before is seen; after that nothing is.
    sandbox.add_fault("delay", operation="list_shares", seconds=0)
    sandbox.add_fault("status", operation="list_shares", status=418, times=99)
    said = await assistant.fail("create_share", **NEW)
    assert "It could not be looked whether it was." in said
    assert methods(sent) == ["POST"]


@pytest.mark.parametrize("fault", FAULTS, ids=called)
@pytest.mark.parametrize("kind", ["share", "snapshot", "access point"])
async def test_a_delete_whose_answer_is_lost_is_sent_again_and_is_done(
    assistant: Assistant,
    sandbox: Sandbox,
    sent: list[httpx.Request],
    share: dict[str, Any],
    kind: str,
    fault: dict[str, Any],
) -> None:
    if kind == "share":
        tool, arguments = "delete_share", {"share": "data"}
    elif kind == "snapshot":
        taken = await assistant.succeed("create_snapshot", share="data", name="s")
        tool, arguments = "delete_snapshot", {"snapshot": taken["snapshot"]["id"]}
    else:
        made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
        tool, arguments = "delete_access_point", {"access_point": made["access_point"]["id"]}
    sent.clear()
    sandbox.add_fault(Fault(operation=tool, **fault))
    assert (await assistant.succeed(tool, **arguments))["outcome"] == "done"
    assert methods(sent) == ["DELETE", "DELETE"]


async def test_shares_are_made_once_each_whatever_becomes_of_the_answers() -> None:
    counted = await create_many(150, seed=1)
    assert counted.there_before == 38
    assert (counted.failed, counted.missing, counted.doubled, counted.wrong) == ({}, [], [], [])
    # Not for want of trying.
    for answer in ("POST RemoteProtocolError", "POST ReadTimeout", "POST 500", "GET RemoteProtocolError", "GET 503"):
        assert counted.answers[answer] > 5, answer


async def test_two_who_order_the_same_share_at_once_each_get_their_own(assistant: Assistant, sandbox: Sandbox) -> None:
    sandbox.add_fault("drop_after", operation="create_share", times=3)
    found: list[str] = []

    async def create() -> None:
        found.append((await assistant.succeed("create_share", **NEW))["share"]["id"])

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(create)
    assert len(found) == 4
    assert set(found) == {share["id"] for share in sandbox.state()["shares"]}


async def test_two_who_make_the_same_access_point_at_once_each_get_their_own() -> None:
    made: list[dict[str, Any]] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await anyio.lowlevel.checkpoint()
        if request.method == "GET":
            return httpx.Response(200, json={"access_points": made})
        made.append({**POINT, "id": str(uuid4()), "name": "aa", "path": "/a"})
        raise httpx.RemoteProtocolError("", request=request)

    clock = Clock()
    transport = httpx.MockTransport(answer)
    api = NfsApi.connect("http://api.test", TOKEN, transport=transport, clock=clock, sleep=clock.sleep)
    found: list[str] = []

    async def create() -> None:
        found.append((await api.create_access_point(SHARE["id"], "aa", "/a", VPC, POINT["access_policy"])).id)

    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(create)
    assert sorted(found) == sorted(point["id"] for point in made)


async def test_a_refused_change_is_told_at_once_and_not_looked_for(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any], sent: list[httpx.Request], clock: Clock
) -> None:
    sandbox.add_fault("status", operation="create_share_action", status=400)
    start = clock()
    said = await assistant.fail("resize_share", share=share["id"], size_gib=200)
    assert said.startswith("The API answered 400")
    assert sent[-1].method == "POST"
    assert clock() == start


@pytest.mark.parametrize(
    ("vpcs", "moved"), [([OTHER_VPC], True), ([VPC], False), ([VPC, OTHER_VPC], False), ([], False)]
)
async def test_a_move_whose_answer_is_lost_is_done_when_both_of_its_ends_show(
    clock: Clock, vpcs: list[str], moved: bool
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.RemoteProtocolError("", request=request)
        return httpx.Response(200, json={"share": {**SHARE, "vpc_ids": vpcs}})

    transport = httpx.MockTransport(answer)
    api = NfsApi.connect("http://api.test", TOKEN, transport=transport, clock=clock, sleep=clock.sleep)
    move = api.reassign_share(SHARE["id"], VPC, OTHER_VPC)
    if moved:
        assert str((await move).id) == SHARE["id"]
    else:
        with pytest.raises(NfsError, match="It did not show 15 s later"):
            await move


def connected(transport: httpx.MockTransport) -> NfsApi:
    clock = Clock()
    return NfsApi.connect("http://api.test", TOKEN, transport=transport, clock=clock, sleep=clock.sleep)


def showing(share: dict[str, Any]) -> NfsApi:
    """What loses the answer to each change, after which a share is like this."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.RemoteProtocolError("", request=request)
        return httpx.Response(200, json={"share": {**SHARE, **share}})

    return connected(httpx.MockTransport(answer))


@pytest.mark.parametrize(("size_gib", "is_done"), [(199, False), (200, True), (201, False)])
async def test_a_share_whose_answer_was_lost_has_grown_if_it_has_just_the_size_that_was_asked_for(
    size_gib: int, is_done: bool
) -> None:
    grow = showing({"size_gib": size_gib}).resize_share(SHARE["id"], 200)
    if is_done:
        assert str((await grow).id) == SHARE["id"]
    else:
        with pytest.raises(NfsError, match="It did not show 15 s later"):
            await grow


@pytest.mark.parametrize(("tier", "is_done"), [("ECONOMY", False), ("HIGH", True), ("STANDARD", False)])
async def test_a_share_whose_answer_was_lost_has_the_tier_if_it_shows_just_that(tier: str, is_done: bool) -> None:
    switch = showing({"performance_tier": f"PERFORMANCE_TIER_{tier}"}).switch_performance_tier(SHARE["id"], "high")
    if is_done:
        assert str((await switch).id) == SHARE["id"]
    else:
        with pytest.raises(NfsError, match="It did not show 15 s later"):
            await switch


@pytest.mark.parametrize("size_gib", [49, 51])
async def test_a_new_share_of_another_size_is_not_the_one_that_was_ordered(size_gib: int) -> None:
    other = {**SHARE, "name": NEW["name"], "size_gib": size_gib}
    api = connected(losing("/v2/nfs", {"shares": []}, {"shares": [other]}))
    with pytest.raises(NfsError, match="Nothing was made"):
        await api.create_share("new", "atl1", 50, [VPC], None)


@pytest.mark.parametrize("path", ["/a", "/c"])
async def test_a_new_access_point_of_another_path_is_not_the_one_that_was_made(path: str) -> None:
    other = {**POINT, "name": "aa", "path": path}
    api = connected(losing("/access_points", {"access_points": []}, {"access_points": [other]}))
    with pytest.raises(NfsError, match="Nothing was made"):
        await api.create_access_point(SHARE["id"], "aa", "/b", VPC, POINT["access_policy"])


@pytest.mark.parametrize(
    ("ways", "status", "looks", "outcome"),
    [
        # Refused at once: nothing was deleted before.
        ([400], "ACCESS_POINT_DELETED", 0, "The API answered 400"),
        ([500, 400], "ACCESS_POINT_DELETED", 1, ""),
        ([500, 400], "ACCESS_POINT_ACTIVE", 1, "The API answered 400"),
        ([500, 399], "ACCESS_POINT_DELETED", 0, "The API answered 399"),
        ([500, 401], "ACCESS_POINT_DELETED", 0, "It is not known whether"),
        ([500, 409], "ACCESS_POINT_DELETED", 0, "The API answered 409"),
    ],
)
async def test_an_access_point_is_deleted_if_a_repeated_request_is_refused_and_it_shows_as_deleted(
    ways: list[int], status: str, looks: int, outcome: str
) -> None:
    left, looked = list(ways), []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            return httpx.Response(left.pop(0), json={"id": "x", "message": "m"})
        looked.append(request)
        return httpx.Response(200, json={"access_point": {**POINT, "status": status}})

    delete = connected(httpx.MockTransport(answer)).delete_access_point(POINT["id"])
    if outcome:
        with pytest.raises(NfsError, match=outcome):
            await delete
    else:
        assert (await delete).status == status
    assert (len(looked), left) == (looks, [])


@pytest.mark.parametrize(("ways", "is_deleted"), [([404], False), ([500, 404], True), ([500, 410], False)])
async def test_what_a_repeated_deletion_does_not_find_is_deleted(ways: list[int], is_deleted: bool) -> None:
    left = list(ways)
    transport = httpx.MockTransport(lambda _: httpx.Response(left.pop(0), json={"id": "x", "message": "m"}))
    if is_deleted:
        await connected(transport).delete_snapshot(VPC)
    else:
        with pytest.raises(NfsError, match=f"answered {ways[-1]}"):
            await connected(transport).delete_snapshot(VPC)
    assert left == []


ODD_POINT = {**POINT, "id": "odd", "created_at": ""}
SNAPSHOT = example("get_snapshot")[1]["snapshot"]
ODD_SNAPSHOT = {**SNAPSHOT, "id": "odd", "created_at": ""}
ODD_SHARE = {**SHARE, "id": "odd", "created_at": ""}
CREATES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "create_share": ("/v2/nfs", "shares", ODD_SHARE, {**NEW, "name": SHARE["name"]}),
    "create_snapshot": (
        "/v2/nfs/snapshots",
        "snapshots",
        ODD_SNAPSHOT,
        {"share": SHARE["id"], "name": SNAPSHOT["name"]},
    ),
    "create_access_point": (
        "/access_points",
        "access_points",
        ODD_POINT,
        {"share": SHARE["id"], "name": POINT["name"], "path": POINT["path"], "vpc_id": VPC},
    ),
}


def losing(path: str, before: dict[str, Any], after: dict[str, Any], status: int = 500) -> httpx.MockTransport:
    """What loses the answer to each POST, and answers GET at a path of this end with one before it and one after."""
    listed = before

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal listed
        if request.method == "POST":
            listed = after
            return httpx.Response(status, json={"id": "server_error", "message": "Something went wrong."})
        if request.url.path.endswith(path):
            return httpx.Response(200, json=listed)
        return httpx.Response(200, json=example(operation_of("GET", request.url.path))[1])

    return httpx.MockTransport(answer)


@pytest.mark.parametrize("status", [500, 504])
@pytest.mark.parametrize("tool", CREATES)
async def test_what_was_made_and_cannot_be_read_is_not_made_again(
    connect: Connect, sent: list[httpx.Request], tool: str, status: int
) -> None:
    path, field, odd, arguments = CREATES[tool]
    async with connect(transport=losing(path, {field: []}, {field: [odd]}, status)) as assistant:
        said = await assistant.fail(tool, **arguments)
    assert "It is not known whether the change was made" in said
    assert f'What has appeared since cannot be read, and may be it: {field[:-1].replace("_", " ")} "' in said
    assert "(odd)" in said
    assert "Nothing was made" not in said
    assert "It was not there" not in said
    assert methods(sent) == ["POST"]


@pytest.mark.parametrize("odd", [7, {"id": "odd"}, {**ODD_SHARE, "name": ["n"]}])
async def test_anything_new_without_a_name_that_can_be_read_may_be_what_was_made(
    connect: Connect, sent: list[httpx.Request], odd: Any
) -> None:
    path, field, _, arguments = CREATES["create_share"]
    async with connect(transport=losing(path, {field: []}, {field: [odd]})) as assistant:
        assert "cannot be read, and may be it: share" in await assistant.fail("create_share", **arguments)
    assert methods(sent) == ["POST"]


async def test_what_was_made_may_be_behind_a_link_that_cannot_be_read(
    connect: Connect, sent: list[httpx.Request]
) -> None:
    path, field, _, arguments = CREATES["create_share"]
    listed = {field: [], "links": 7}
    async with connect(transport=losing(path, listed, listed)) as assistant:
        said = await assistant.fail("create_share", **arguments)
    assert "may be it: the link to more, which may be missing here" in said
    assert methods(sent) == ["POST"]


@pytest.mark.parametrize(
    "after",
    [ODD_SHARE, {**ODD_SHARE, "status": "ACTIVE", "size_gib": "?"}, {**ODD_SHARE, "created_at": SHARE["created_at"]}],
)
async def test_what_could_not_be_read_before_is_not_what_was_made(
    connect: Connect, sent: list[httpx.Request], after: dict[str, Any]
) -> None:
    path, field, _, arguments = CREATES["create_share"]
    async with connect(transport=losing(path, {field: [ODD_SHARE]}, {field: [after]})) as assistant:
        assert (await assistant.fail("create_share", **arguments)).startswith("Nothing was made")
    assert methods(sent) == ["POST"] * 4


@pytest.mark.parametrize("odd", [{**ODD_SHARE, "name": "other"}, {**ODD_SHARE, "status": "DELETED"}])
async def test_what_cannot_be_read_and_is_another_one_is_not_what_was_made(
    connect: Connect, sent: list[httpx.Request], odd: dict[str, Any]
) -> None:
    path, field, _, arguments = CREATES["create_share"]
    async with connect(transport=losing(path, {field: []}, {field: [odd]})) as assistant:
        assert (await assistant.fail("create_share", **arguments)).startswith("Nothing was made")


@pytest.mark.parametrize("body", [{}, {"message": "maintenance"}])
async def test_an_answer_without_a_list_does_not_say_that_nothing_was_made(
    connect: Connect, sent: list[httpx.Request], body: dict[str, Any]
) -> None:
    path, field, _, arguments = CREATES["create_share"]
    async with connect(transport=losing(path, {field: []}, body)) as assistant:
        said = await assistant.fail("create_share", **arguments)
    assert "It could not be looked whether it was." in said
    assert "shares is missing" in said
    assert methods(sent) == ["POST"]


@pytest.mark.parametrize("vpc_ids", ["v1", [7]])
async def test_a_share_whose_vpcs_cannot_be_read_is_not_said_to_be_detached(
    connect: Connect, sent: list[httpx.Request], vpc_ids: Any
) -> None:
    path = f"/v2/nfs/{SHARE['id']}"
    transport = losing(path, {"share": {**SHARE, "vpc_ids": [VPC]}}, {"share": {**SHARE, "vpc_ids": vpc_ids}})
    async with connect(transport=transport) as assistant:
        said = await assistant.fail("detach_share", share=SHARE["id"], vpc_id=VPC)
    assert "It did not show 15 s later" in said
    assert methods(sent) == ["POST"]


async def test_one_that_can_be_read_beside_one_that_cannot_is_not_taken_for_what_was_made(
    connect: Connect, sent: list[httpx.Request]
) -> None:
    path, field, odd, arguments = CREATES["create_share"]
    new = {**SHARE, "id": OTHER_VPC, "size_gib": NEW["size_gib"]}
    async with connect(transport=losing(path, {field: []}, {field: [new, odd]})) as assistant:
        said = await assistant.fail("create_share", **arguments)
    assert f"1 shares have appeared that may be what was made: {OTHER_VPC}, and what cannot be read: share " in said
    assert methods(sent) == ["POST"]
