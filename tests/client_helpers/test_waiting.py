"""What was made or changed is waited for: until it is as it is to be, fails, or the time is up."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from do_nfs_client import ApiError, AuthenticatedClient
from do_nfs_client.api.access_points import create_access_point, list_access_points
from do_nfs_client.api.shares import create_share, create_share_action
from do_nfs_client.models import (
    AccessPolicy,
    AccessPolicyProtocolsItem,
    AccessPolicySquashConfig,
    CreateAccessPointRequest,
    CreateShareRequest,
    ResizeParams,
    ResizeShare,
    Share,
    ShareAction,
    SnapshotParams,
    SnapshotShare,
)
from do_nfs_client_helpers import (
    NotReadyError,
    async_wait_for_access_point,
    async_wait_for_share,
    async_wait_for_snapshot,
    wait_for_access_point,
    wait_for_share,
    wait_for_snapshot,
)
from do_nfs_sandbox import Fault, Sandbox, SandboxTransport

from ..support.api_answers import SHARE, example
from ..support.clock import Clock
from ..support.constants import TOKEN, VPC

NEW = CreateShareRequest(name="data", region="atl1", size_gib=50, vpc_ids=[VPC])
SNAPSHOT = SnapshotShare(params=SnapshotParams(name="monday"))
POINT = CreateAccessPointRequest(
    name="team",
    path="/team",
    vpc_id=VPC,
    access_policy=AccessPolicy(
        65534, 65534, [AccessPolicyProtocolsItem.NFS4], AccessPolicySquashConfig.ROOT_SQUASH, False
    ),
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as made:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> AuthenticatedClient:
    args = {"transport": SandboxTransport(sandbox)}
    return AuthenticatedClient(base_url="http://sandbox", token=TOKEN, httpx_args=args)


@pytest.fixture
def waits(clock: Clock) -> dict[str, Any]:
    """The arguments that make a wait take no time but the clock's."""
    return {"sleep": clock.pass_time, "clock": clock}


@pytest.fixture
def async_waits(clock: Clock) -> dict[str, Any]:
    return {"sleep": clock.sleep, "clock": clock}


def answering(*answers: httpx.Response | Exception) -> AuthenticatedClient:
    """A client of an API that gives these answers and then the last of them."""
    left = list(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    args = {"transport": httpx.MockTransport(answer)}
    return AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args)


def share_that_is(status: str) -> httpx.Response:
    return httpx.Response(200, json={"share": {**SHARE, "status": status}})


def test_a_share_is_waited_for_and_each_look_is_told(client: AuthenticatedClient, waits: dict[str, Any]) -> None:
    told: list[tuple[str, float]] = []
    made = create_share.sync(client=client, body=NEW).share
    ready = wait_for_share(
        client, made.id, on_progress=lambda share, seconds: told.append((share.status, seconds)), **waits
    )
    assert (ready.id, ready.status, ready.host != "") == (made.id, "ACTIVE", True)
    assert told[0] == ("CREATING", 0)
    assert told[-1][0] == "ACTIVE"
    assert [seconds for _, seconds in told] == sorted(seconds for _, seconds in told)


def test_a_change_of_a_share_is_waited_for(client: AuthenticatedClient, waits: dict[str, Any]) -> None:
    share = wait_for_share(client, create_share.sync(client=client, body=NEW).share.id, **waits)
    create_share_action.sync(share.id, client=client, body=ResizeShare(params=ResizeParams(size_gib=80)))
    grown = wait_for_share(client, share.id, until=lambda seen: seen.size_gib == 80, **waits)
    assert grown.size_gib == 80


def test_a_snapshot_is_waited_for_by_the_action_that_takes_it(
    client: AuthenticatedClient, waits: dict[str, Any]
) -> None:
    share = wait_for_share(client, create_share.sync(client=client, body=NEW).share.id, **waits)
    action = create_share_action.sync(share.id, client=client, body=SNAPSHOT).action
    taken = wait_for_snapshot(client, action, **waits)
    assert (taken.name, taken.status, taken.share_id) == ("monday", "ACTIVE", share.id)
    assert wait_for_snapshot(client, taken.id, **waits) == taken


def test_a_snapshot_is_found_if_its_action_names_the_share_alone(
    client: AuthenticatedClient, waits: dict[str, Any], clock: Clock
) -> None:
    share = wait_for_share(client, create_share.sync(client=client, body=NEW).share.id, **waits)
    wait_for_snapshot(client, create_share_action.sync(share.id, client=client, body=SNAPSHOT).action, **waits)
    clock.pass_time(60)
    second = create_share_action.sync(share.id, client=client, body=SNAPSHOT).action
    names_the_share = {"resource_type": "network_file_share", "resource_id": share.id}
    of_share = ShareAction.from_dict({**second.to_dict(), **names_the_share})
    assert wait_for_snapshot(client, of_share, name="monday", **waits).id == second.resource_id


def test_a_snapshot_just_before_the_one_that_is_meant_is_not_taken_for_it(
    client: AuthenticatedClient, waits: dict[str, Any], clock: Clock
) -> None:
    share = wait_for_share(client, create_share.sync(client=client, body=NEW).share.id, **waits)
    wait_for_snapshot(client, create_share_action.sync(share.id, client=client, body=SNAPSHOT).action, **waits)
    body = SnapshotShare(params=SnapshotParams(name="tuesday"))
    action = create_share_action.sync(share.id, client=client, body=body).action
    names_the_share = {"resource_type": "network_file_share", "resource_id": share.id}
    of_share = ShareAction.from_dict({**action.to_dict(), **names_the_share})
    assert wait_for_snapshot(client, of_share, name="tuesday", **waits).id == action.resource_id


@pytest.mark.anyio
@pytest.mark.parametrize("name", [None, ""])
async def test_an_action_that_names_the_share_alone_needs_the_name_of_the_snapshot(
    waits: dict[str, Any], async_waits: dict[str, Any], name: str | None
) -> None:
    action = action_that_names_the_share_alone("2023-11-14T16:29:21Z")
    args = {"transport": httpx.MockTransport(pages_of_snapshots)}
    client = AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args)
    with pytest.raises(ValueError, match="give the snapshot's name as name="):
        wait_for_snapshot(client, action, name=name, **waits)
    with pytest.raises(ValueError, match="give the snapshot's name as name="):
        await async_wait_for_snapshot(client, action, name=name, **async_waits)


def pages_of_snapshots(request: httpx.Request) -> httpx.Response:
    """Answer with an old snapshot on the first page and a new one on the second."""
    _, body = example("get_snapshot")
    if request.url.params.get("page") == "2":
        return httpx.Response(200, json={"snapshots": [{**body["snapshot"], "name": "new"}]})
    old = {**body["snapshot"], "name": "old", "created_at": "2020-01-01T00:00:00Z"}
    return httpx.Response(200, json={"snapshots": [old], "links": {"pages": {"next": "?page=2"}}})


def action_that_names_the_share_alone(started_at: str) -> ShareAction:
    _, body = example("create_share_action")
    return ShareAction.from_dict({**body["action"], "resource_type": "network_file_share", "started_at": started_at})


@pytest.mark.anyio
@pytest.mark.parametrize("started_at", ["2023-11-14T16:29:21Z", "2023-11-14T16:29:21", "2023-11-14T17:29:21+01:00"])
async def test_a_snapshot_is_found_on_any_page_of_the_list(
    waits: dict[str, Any], async_waits: dict[str, Any], started_at: str
) -> None:
    args = {"transport": httpx.MockTransport(pages_of_snapshots)}
    action = action_that_names_the_share_alone(started_at)
    async with AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args) as client:
        assert wait_for_snapshot(client, action, name="new", **waits).name == "new"
        assert (await async_wait_for_snapshot(client, action, name="new", **async_waits)).name == "new"


@pytest.mark.parametrize(
    ("started_at", "name"),
    [
        (datetime(2023, 11, 14, 16, 29, 21), "new"),
        (datetime.min, "old"),
    ],
    ids=["without an offset", "what Go writes for no time"],
)
def test_an_action_whose_time_has_no_offset_began_in_utc(
    waits: dict[str, Any], started_at: datetime, name: str
) -> None:
    args = {"transport": httpx.MockTransport(pages_of_snapshots)}
    client = AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args)
    action = action_that_names_the_share_alone("2023-11-14T16:29:21Z")
    action.started_at = started_at
    assert wait_for_snapshot(client, action, name=name, **waits).name == name


def test_an_access_point_is_waited_for(client: AuthenticatedClient, waits: dict[str, Any]) -> None:
    share = wait_for_share(client, create_share.sync(client=client, body=NEW).share.id, **waits)
    point = create_access_point.sync(share.id, client=client, body=POINT).access_point
    assert wait_for_access_point(client, point.id, **waits).status == "ACCESS_POINT_ACTIVE"


@pytest.mark.anyio
async def test_all_of_it_is_waited_for_without_blocking(sandbox: Sandbox, async_waits: dict[str, Any]) -> None:
    args = {"transport": SandboxTransport(sandbox)}
    async with AuthenticatedClient(base_url="http://sandbox", token=TOKEN, httpx_args=args) as client:
        made = (await create_share.asyncio(client=client, body=NEW)).share
        share = await async_wait_for_share(client, made.id, **async_waits)
        action = (await create_share_action.asyncio(share.id, client=client, body=SNAPSHOT)).action
        snapshot = await async_wait_for_snapshot(client, action, **async_waits)
        (default,) = (await list_access_points.asyncio(share.id, client=client)).access_points
        point = await async_wait_for_access_point(client, default.id, **async_waits)
    assert (share.status, snapshot.status, point.status) == ("ACTIVE", "ACTIVE", "ACCESS_POINT_ACTIVE")


def test_a_share_without_a_vpc_is_as_it_stays(waits: dict[str, Any]) -> None:
    assert wait_for_share(answering(share_that_is("INACTIVE")), SHARE["id"], **waits).status == "INACTIVE"


def test_a_share_that_fails_is_waited_for_no_longer(
    client: AuthenticatedClient, sandbox: Sandbox, waits: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault("fail", operation="create_share"))
    made = create_share.sync(client=client, body=NEW).share
    with pytest.raises(NotReadyError, match=r"data \(.*\) is FAILED") as raised:
        wait_for_share(client, made.id, **waits)
    assert isinstance(raised.value.seen, Share)
    assert raised.value.seen.id == made.id


def test_a_share_that_is_deleted_meanwhile_is_waited_for_no_longer(waits: dict[str, Any]) -> None:
    with pytest.raises(NotReadyError, match="DELETED"):
        wait_for_share(answering(share_that_is("CREATING"), share_that_is("DELETED")), SHARE["id"], **waits)


def test_the_time_for_a_wait_is_limited(waits: dict[str, Any], clock: Clock) -> None:
    start = clock.now
    with pytest.raises(TimeoutError, match=f"Share {SHARE['id']} was not ready after 30 s: it is CREATING"):
        wait_for_share(answering(share_that_is("CREATING")), SHARE["id"], seconds=30, **waits)
    assert clock.now - start == pytest.approx(30)


@pytest.mark.parametrize(
    "passing",
    [httpx.Response(503), httpx.Response(429), httpx.Response(404), httpx.ReadError("lost"), httpx.ConnectError("no")],
    ids=str,
)
def test_a_look_that_fails_for_a_reason_that_passes_does_not_end_a_wait(
    waits: dict[str, Any], passing: httpx.Response | Exception
) -> None:
    assert wait_for_share(answering(passing, share_that_is("ACTIVE")), SHARE["id"], **waits).status == "ACTIVE"


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_look_that_is_refused_ends_a_wait(waits: dict[str, Any], status: int) -> None:
    with pytest.raises(ApiError) as raised:
        wait_for_share(answering(httpx.Response(status)), SHARE["id"], **waits)
    assert raised.value.status_code == status


def test_what_is_not_there_after_a_moment_is_not_waited_for(waits: dict[str, Any], clock: Clock) -> None:
    start = clock.now
    with pytest.raises(ApiError, match="404"):
        wait_for_share(answering(httpx.Response(404)), SHARE["id"], **waits)
    assert clock.now - start < 10


def test_what_the_api_says_to_wait_is_waited_if_there_is_time(waits: dict[str, Any], clock: Clock) -> None:
    start, busy = clock.now, httpx.Response(429, headers={"retry-after": "20"})
    wait_for_share(answering(busy, share_that_is("ACTIVE")), SHARE["id"], **waits)
    assert clock.now - start == 20


@pytest.mark.anyio
@pytest.mark.parametrize("retry_after", ["20", "3600", "Fri, 31 Dec 2999 23:59:59 GMT"])
async def test_the_api_may_say_to_wait_for_longer_than_there_is_time(
    waits: dict[str, Any], async_waits: dict[str, Any], clock: Clock, retry_after: str
) -> None:
    def busy() -> httpx.Response:
        return httpx.Response(429, headers={"retry-after": retry_after})

    start = clock.now
    with pytest.raises(TimeoutError, match="was not ready after 10 s: 429"):
        wait_for_share(answering(busy()), SHARE["id"], seconds=10, **waits)
    assert clock.now - start == 10
    with pytest.raises(TimeoutError, match="was not ready after 10 s: 429"):
        await async_wait_for_share(answering(busy(), busy()), SHARE["id"], seconds=10, **async_waits)
    assert clock.now - start == 20
    # The last look may be the one that sees it.
    ready = wait_for_share(answering(busy(), share_that_is("ACTIVE")), SHARE["id"], seconds=10, **waits)
    assert (ready.status, clock.now - start) == ("ACTIVE", 30)


def test_an_error_that_is_the_last_look_s_is_told(waits: dict[str, Any]) -> None:
    with pytest.raises(TimeoutError, match="lost") as raised:
        wait_for_share(answering(httpx.ReadError("lost")), SHARE["id"], seconds=3, **waits)
    assert isinstance(raised.value.__cause__, httpx.ReadError)
