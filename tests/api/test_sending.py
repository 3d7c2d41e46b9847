"""What is noted of a request and its answer, and how much of what the API says of an error is looked at."""

import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from do_nfs_mcp.account_token.source import TokenSource, no_token
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.observability.call_record import recording
from do_nfs_mcp.observability.masking import Masking

from ..support.api_answers import SHARE
from ..support.clock import Clock
from ..support.constants import TOKEN, VPC

pytestmark = pytest.mark.anyio

Way = httpx.Response | type[httpx.TransportError]


def connected(clock: Clock, *ways: Way, token: AccountToken | str = TOKEN, **options: Any) -> NfsApi:
    """The API, which answers in these ways, one after the other, and in the last one from then on."""
    left = list(ways)

    def answer(request: httpx.Request) -> httpx.Response:
        way = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(way, httpx.Response):
            return way
        raise way("boom", request=request)

    transport = httpx.MockTransport(answer)
    return NfsApi.connect("http://api.test", token, transport=transport, clock=clock, sleep=clock.sleep, **options)


def refusing(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"id": "x", "message": "m"}, headers=headers)


async def delete(api: NfsApi) -> None:
    await api.delete_share(VPC)


async def delete_what_no_request_can_name(api: NfsApi) -> None:
    await api.delete_share("../../droplets")


async def attach(api: NfsApi) -> None:
    await api.attach_share(VPC, VPC)


BUSY = refusing(429, **{"retry-after": "900"})
RESULTS: dict[str, tuple[Callable[[NfsApi], Awaitable[None]], list[Way], str]] = {
    "done": (delete, [httpx.Response(204)], "accepted"),
    "taken, in words that cannot be read": (attach, [httpx.Response(201, json={}), refusing(500)], "accepted"),
    "refused": (delete, [refusing(400)], "refused"),
    "refused with the last status that says so": (delete, [refusing(499)], "refused"),
    "not found": (delete, [refusing(404)], "refused"),
    "refused for now": (delete, [BUSY], "refused"),
    "refused for now again and again": (delete, [refusing(429)], "refused"),
    "not reached": (delete, [httpx.ConnectError], "not sent"),
    "not reached, then refused": (delete, [httpx.ConnectError, BUSY], "refused"),
    "of an id that no request can name": (delete_what_no_request_can_name, [httpx.Response(204)], "not sent"),
    "failed": (delete, [refusing(500)], "unknown"),
    "lost": (attach, [httpx.ReadError, refusing(500)], "unknown"),
    "lost, then done": (delete, [httpx.ReadError, httpx.Response(204)], "accepted"),
    "lost, then not found": (delete, [httpx.ReadError, refusing(404)], "unknown"),
    "lost, then refused": (delete, [httpx.ReadError, BUSY], "unknown"),
    "lost, then not reached": (delete, [httpx.ReadError, httpx.ConnectError], "unknown"),
}


@pytest.mark.parametrize("what", RESULTS)
async def test_what_came_of_a_change_is_noted_as_far_as_it_is_known(clock: Clock, what: str) -> None:
    change, ways, result = RESULTS[what]
    with recording() as record:
        try:
            await change(connected(clock, *ways))
        except NfsError:
            assert result != "accepted" or what.startswith("taken")
    assert [noted["result"] for noted in record.changes] == [result]


async def test_a_change_for_which_there_is_no_token_is_not_sent(clock: Clock) -> None:
    async def read() -> str:
        raise no_token("the safe is locked")

    token = AccountToken(TokenSource("the safe", "open the safe", read), Masking(), clock=clock)
    with recording() as record, pytest.raises(NfsError, match="the safe is locked"):
        await delete(connected(clock, httpx.Response(204), token=token))
    assert [noted["result"] for noted in record.changes] == ["not sent"]
    assert record.requests == []


async def test_an_answer_that_is_too_large_is_noted_and_counted_with_its_status_and_id(clock: Clock) -> None:
    counted: list[tuple[str, int | None]] = []
    large = httpx.Response(200, json={"shares": [SHARE]}, headers={"x-request-id": "a"})
    api = connected(clock, large, max_answer_bytes=10, count=lambda *each: counted.append(each))
    with recording() as record, pytest.raises(NfsError, match="larger than"):
        await api.list_shares()
    assert record.requests == [{"method": "GET", "status": 200, "id": "a"}]
    assert counted == [("list_shares", 200)]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json={"id": "x", "message": f"No {TOKEN}."}),
        httpx.Response(200, json={"shares": f"No {TOKEN}."}),
    ],
)
async def test_no_cause_of_an_error_shows_a_token(clock: Clock, answer: httpx.Response) -> None:
    api = connected(clock, answer)
    with pytest.raises(NfsError) as refused:
        await api.list_shares()
    shown = "".join(traceback.format_exception(refused.value))
    assert "ApiError" in shown
    assert TOKEN not in shown


@pytest.mark.parametrize(("length", "noted"), [(80, 80), (81, 80)])
async def test_of_an_answer_s_id_eighty_characters_are_noted_and_told(clock: Clock, length: int, noted: int) -> None:
    api = connected(clock, refusing(400, **{"x-request-id": "a" * length}))
    with recording() as record, pytest.raises(NfsError) as refused:
        await api.list_shares()
    assert record.requests[0]["id"] == "a" * noted
    shown = "a" * 80 if length == 80 else "a" * 77 + "..."
    assert str(refused.value).endswith(f" Request id: {shown}.")


@pytest.mark.parametrize("length", [65_536, 65_537, 70_000])
async def test_of_a_longer_message_than_64_kib_nothing_is_looked_at(clock: Clock, length: int) -> None:
    said = "a" * (length - len(TOKEN)) + TOKEN
    with pytest.raises(NfsError) as refused:
        await connected(clock, httpx.Response(400, json={"id": "x", "message": said})).list_shares()
    shown = "a" * 297 + "..." if length == 65_536 else f"{length} characters, which are left out"
    assert f'"{shown}"' in str(refused.value)
