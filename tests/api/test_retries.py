"""What may be sent again is, after a pause that the API can bear and that ends within the call."""

import random
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.operations import OPERATIONS
from do_nfs_mcp.api.rate_limit import RateLimiter
from do_nfs_mcp.api.retries import pause_before_retry
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.clock import Clock
from ..support.constants import TOKEN, VPC
from ..support.in_memory import Connect

pytestmark = pytest.mark.anyio

VPCS = httpx.Response(200, json={"vpcs": []})
SHARES = httpx.Response(200, json={"shares": [], "vpcs": []})
NEW: dict[str, Any] = {"name": "new", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}


class Failing(httpx.AsyncBaseTransport):
    """Answers requests of a method in these ways, one after the other, and then as it should."""

    def __init__(self, *ways: int | type[httpx.TransportError] | httpx.Response, method: str = "GET") -> None:
        self.ways, self.method = list(ways), method

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == self.method and self.ways:
            way = self.ways.pop(0)
            if isinstance(way, httpx.Response):
                return way
            if isinstance(way, int):
                return httpx.Response(way, json={"id": "x", "message": "m"})
            raise way("boom", request=request)
        if request.method == "POST":
            share = {**NEW, "id": VPC, "status": "CREATING", "created_at": "2026-01-01T00:00:00Z"}
            return httpx.Response(201, json={"share": share})
        return SHARES


@pytest.mark.parametrize(
    "way",
    [
        *(429, 500, 502, 503, 504),
        *(httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError),
    ],
)
async def test_a_read_that_failed_for_a_moment_is_sent_again(
    connect: Connect, sent: list[httpx.Request], way: Any
) -> None:
    async with connect(transport=Failing(way, way)) as assistant:
        assert (await assistant.succeed("list_shares"))["total"] == 0
    assert len(sent) == 3


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 412, 422, 501, 505])
async def test_permanent_errors_are_not_retried(connect: Connect, sent: list[httpx.Request], status: int) -> None:
    async with connect(transport=Failing(status)) as assistant:
        await assistant.fail("list_shares")
    assert len(sent) == 1


async def test_a_read_whose_answer_cannot_be_read_is_sent_once(connect: Connect, sent: list[httpx.Request]) -> None:
    async with connect(transport=Failing(httpx.Response(200, html="<h1>Welcome</h1>"))) as assistant:
        assert "not one the API gives" in await assistant.fail("list_shares")
    assert len(sent) == 1


@pytest.mark.parametrize(("retry_after", "pause"), [(19, 19), (20, None)])
def test_no_pause_begins_after_which_less_than_a_second_is_left_for_the_answer(
    monkeypatch: pytest.MonkeyPatch, retry_after: float, pause: float | None
) -> None:
    monkeypatch.setattr("random.uniform", lambda *_: 0)
    monkeypatch.setattr("anyio.current_time", lambda: 80)
    monkeypatch.setattr("anyio.current_effective_deadline", lambda: 100)
    refused = NfsError("Later.", status=429, retry_after=retry_after)
    assert pause_before_retry(OPERATIONS["list_shares"], refused, attempts=1) == pause


@pytest.mark.parametrize("way", [429, httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_a_write_is_sent_again_if_it_was_not_carried_out(
    connect: Connect, sent: list[httpx.Request], way: Any
) -> None:
    async with connect(transport=Failing(way, way, method="POST")) as assistant:
        assert (await assistant.succeed("create_share", **NEW, wait=False))["outcome"] == "pending"
    assert [request.method for request in sent] == ["GET", "GET", "POST", "POST", "POST"]


async def test_retries_come_to_an_end(connect: Connect, sent: list[httpx.Request], clock: Clock) -> None:
    start = clock()
    async with connect(transport=Failing(*[503] * 20)) as assistant:
        assert "The API answered 503" in await assistant.fail("list_shares")
    assert len(sent) == 6
    assert clock() - start < 8, "the pauses are short, and random in all of their length"


async def test_pauses_differ_from_call_to_call(connect: Connect, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", random.Random(1).uniform)
    pauses = []
    for _ in range(3):
        start = clock()
        async with connect(transport=Failing(*[503] * 5)) as assistant:
            await assistant.succeed("list_shares")
        pauses.append(clock() - start)
    assert len(set(pauses)) == 3


@pytest.mark.parametrize("form", ["seconds", "date", "reset"])
async def test_a_retry_comes_when_the_api_said(
    connect: Connect, sent: list[httpx.Request], clock: Clock, form: str
) -> None:
    start = clock()
    then = datetime.fromtimestamp(start + 20, UTC)
    headers = {
        "seconds": {"retry-after": "20"},
        "date": {"retry-after": format_datetime(then, usegmt=True)},
        "reset": {
            "ratelimit-limit": "5000",
            "ratelimit-remaining": "0",
            "ratelimit-reset": str(int(then.timestamp())),
        },
    }[form]
    refusal = httpx.Response(429, json={"id": "too_many_requests", "message": "m"}, headers=headers)
    async with connect(transport=Failing(refusal)) as assistant:
        await assistant.succeed("list_shares")
    assert len(sent) == 2
    assert 20 <= clock() - start < 21


async def test_a_call_that_cannot_wait_as_long_as_the_api_said_says_when_to_come_back(
    connect: Connect, sent: list[httpx.Request], clock: Clock
) -> None:
    start = clock()
    refusal = httpx.Response(429, json={"id": "too_many_requests", "message": "m"}, headers={"retry-after": "90"})
    async with connect(transport=Failing(refusal)) as assistant:
        said = await assistant.fail("list_shares")
    assert "Wait 90 s, then try again." in said
    assert len(sent) == 1
    assert clock() == start


BUSY = httpx.Response(429, json={"id": "too_many_requests", "message": "m"}, headers={"retry-after": "90"})
SPENT = {"ratelimit-limit": "5000", "ratelimit-remaining": "0", "ratelimit-reset": "1767229200"}


@pytest.mark.parametrize(
    ("ways", "at_last"),
    [
        ([httpx.ReadError, *[httpx.ConnectError] * 5], "Sent again, it was not carried out."),
        ([httpx.ReadTimeout, BUSY], "The API takes no request for 90 s."),
        ([httpx.Response(500, json={"id": "x"}, headers=SPENT)], r"The API takes no request for \d+ s."),
        ([httpx.ReadError, 401], r"Sent again, it was not carried out. The API answered 401 .*"),
        ([503, 403], r"Sent again, it was not carried out. The API answered 403 .*"),
    ],
)
async def test_a_delete_that_may_have_been_carried_out_is_never_said_not_to_have_been(
    connect: Connect, share: dict[str, Any], sandbox: Sandbox, ways: list[Any], at_last: str
) -> None:
    class Losing(Failing):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method != "DELETE":
                return await SandboxTransport(sandbox).handle_async_request(request)
            return await super().handle_async_request(request)

    async with connect(transport=Losing(*ways, method="DELETE")) as assistant:
        said = await assistant.fail("delete_share", share="data")
    assert "It is not known whether the change was made" in said
    assert "Nothing was" not in said
    assert re.search(f"{at_last}$", said)


async def test_a_poll_does_not_send_again(connect: Connect, sent: list[httpx.Request], clock: Clock) -> None:
    async with connect(transport=Failing(VPCS, SHARES, *[503] * 100)) as assistant:
        assert (await assistant.succeed("create_share", **NEW))["outcome"] == "pending"
    assert len(sent) <= 25, "a wait never takes more than a tenth of a minute's requests"


@pytest.mark.parametrize(("retry_after", "outcome", "looks"), [(20, "done", 2), (90, "pending", 1)])
async def test_a_poll_comes_back_when_the_api_said(
    connect: Connect,
    sandbox: Sandbox,
    sent: list[httpx.Request],
    clock: Clock,
    retry_after: int,
    outcome: str,
    looks: int,
) -> None:
    sandbox.add_fault("status", operation="get_share", status=429, headers={"retry-after": str(retry_after)})
    start = clock()
    async with connect() as assistant:
        made = await assistant.succeed("create_share", **NEW)
    assert made["outcome"] == outcome
    assert [request.method for request in sent] == ["GET", "GET", "POST", *["GET"] * looks]
    assert outcome == "pending" or clock() - start >= retry_after


@pytest.mark.parametrize("retry_after", [20, 90])
async def test_a_write_that_is_known_not_to_be_made_is_sent_again_when_the_api_said(
    connect: Connect, sandbox: Sandbox, clock: Clock, retry_after: int
) -> None:
    sandbox.add_fault("status", operation="create_share", status=503, headers={"retry-after": str(retry_after)})
    start = clock()
    async with connect() as assistant:
        if retry_after == 90:
            said = await assistant.fail("create_share", **NEW)
            assert said.startswith("Nothing was made: the API answered 503, and")
            assert said.endswith("Wait 90 s, then try again.")
        else:
            await assistant.succeed("create_share", **NEW, wait=False)
            assert clock() - start >= 20
    assert len(sandbox.state()["shares"]) == (retry_after == 20)


def limited(remaining: int, reset: float) -> httpx.Response:
    rate_limit = {"limit": "5000", "remaining": str(remaining), "reset": str(int(reset))}
    headers = {f"ratelimit-{name}": value for name, value in rate_limit.items()}
    return httpx.Response(200, json={"shares": []}, headers=headers)


@pytest.mark.parametrize(
    ("remaining", "until", "space"),
    [(4999, 3600, 0), (101, 3600, 0), (100, 200, 2), (20, 3600, 5), (1, 3, 3), (0, 30, 30), (10, -5, 0)],
)
async def test_near_the_end_of_the_rate_limit_requests_are_spaced(
    clock: Clock, remaining: int, until: int, space: float
) -> None:
    transport = httpx.MockTransport(lambda _: limited(remaining, clock() + until))
    api = NfsApi.connect("http://api.test", TOKEN, transport=transport, clock=clock, sleep=clock.sleep)
    with anyio.fail_after(100):
        await api.list_shares()
        start = clock()
        await api.list_shares()
    assert clock() - start == space
    assert api.rate_limit
    assert (api.rate_limit.limit, api.rate_limit.remaining) == (5000, remaining)


async def test_a_used_up_rate_limit_is_used_up_until_its_reset_however_long_nothing_was_sent(clock: Clock) -> None:
    reset = clock() + 50
    transport = httpx.MockTransport(lambda _: limited(0, reset))
    api = NfsApi.connect("http://api.test", TOKEN, transport=transport, clock=clock, sleep=clock.sleep)
    with anyio.fail_after(100):
        await api.list_shares()
        clock.pass_time(20)
        await api.list_shares()
    assert clock() == reset


async def test_a_request_whose_turn_comes_after_the_call_s_end_is_not_sent_and_says_when_to_come_back(
    clock: Clock,
) -> None:
    transport = httpx.MockTransport(lambda _: limited(0, clock() + 600))
    api = NfsApi.connect("http://api.test", TOKEN, transport=transport, clock=clock, sleep=clock.sleep)
    with anyio.fail_after(55):
        await api.list_shares()
        with pytest.raises(NfsError, match=r"Nothing was sent: .* nearly used up\. Wait 600 s, then try again\."):
            await api.list_shares()


@pytest.mark.parametrize(("left", "is_sent"), [(30, True), (29.5, False)])
async def test_a_request_waits_for_the_rate_limit_as_long_as_the_call_has_time(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, left: float, is_sent: bool
) -> None:
    monkeypatch.setattr("do_nfs_mcp.api.rate_limit.time_left", lambda: left)
    limiter = RateLimiter(4, clock, clock.sleep)
    limiter.note(limited(0, clock() + 30).headers)
    start = clock()
    if is_sent:
        async with limiter.request():
            assert clock() - start == 30
    else:
        with pytest.raises(NfsError, match="Wait 30 s"):
            async with limiter.request():
                pass
        assert clock() == start


async def test_requests_at_once_near_the_end_of_the_rate_limit_go_one_space_apart(clock: Clock) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    limiter = RateLimiter(4, clock, sleep)
    limiter.note(limited(50, clock() + 100).headers)

    async def send() -> None:
        async with limiter.request():
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(send)
    assert pauses == [2, 4, 6]


async def test_a_server_that_spends_its_limit_is_never_refused(clock: Clock) -> None:
    with Sandbox(clock=clock, limits=(40, 40), sleep=clock.sleep) as sandbox:
        api = NfsApi.connect(
            "http://api.test", TOKEN, transport=SandboxTransport(sandbox), clock=clock, sleep=clock.sleep
        )
        for _ in range(60):
            with anyio.move_on_after(10_000):
                await api.list_shares()
        await api.aclose()
    assert {request.status for request in sandbox.requests} == {200}


@pytest.mark.parametrize("most", [1, 3, None])
async def test_only_so_many_requests_are_under_way_at_once(most: int | None) -> None:
    under_way, seen = 0, 0

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, seen
        under_way += 1
        seen = max(seen, under_way)
        for _turn in range(5):
            await anyio.lowlevel.checkpoint()
        under_way -= 1
        return httpx.Response(200, json={"shares": []})

    given: dict[str, Any] = {"max_in_flight": most} if most else {}
    api = NfsApi.connect("http://api.test", TOKEN, transport=httpx.MockTransport(answer), **given)
    async with anyio.create_task_group() as group:
        for _ in range(40):
            group.start_soon(api.list_shares)
    assert seen == (most or 16)
