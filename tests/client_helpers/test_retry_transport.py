"""Requests are sent again where that is safe and may help; a create whose answer was lost never is."""

import doctest
import random
from collections.abc import Callable, Iterable

import httpx
import pytest
from do_nfs_client import ApiError, AuthenticatedClient
from do_nfs_client.api.shares import create_share, delete_share, list_shares
from do_nfs_client.models import CreateShareRequest, ShareList
from do_nfs_client_helpers import AsyncRetryTransport, RetryTransport, retry_transport
from do_nfs_sandbox import Fault, Sandbox, SandboxTransport

from ..support.api_answers import SHARE
from ..support.clock import Clock
from ..support.constants import TOKEN, VPC

NEW = CreateShareRequest(name="data", region="atl1", size_gib=50, vpc_ids=[VPC])
NO_CONNECTION = httpx.ConnectError("refused")
LOST = httpx.ReadError("lost")


class Api:
    """Answers each request with the next of these statuses or errors, and from then on with success."""

    def __init__(self, outcomes: Iterable[int | Exception], headers: dict[str, str] | None = None) -> None:
        self.asked: list[str] = []
        self.clock = Clock()
        self.slept: list[float] = []
        self._outcomes = iter(outcomes)
        self._headers = headers or {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.method)
        outcome = next(self._outcomes, 200)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome == 200:
            status = {"POST": 201, "DELETE": 204}.get(request.method, 200)
            return httpx.Response(status, json={"share": SHARE} if status == 201 else {"shares": []})
        return httpx.Response(outcome, headers=self._headers, json={"id": "x", "message": "y"})

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.pass_time(seconds)

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)

    @property
    def client(self) -> AuthenticatedClient:
        return connected(RetryTransport(httpx.MockTransport(self), sleep=self.sleep, clock=self.clock))


def connected(transport: object) -> AuthenticatedClient:
    return AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args={"transport": transport})


def ask(client: AuthenticatedClient) -> ShareList:
    return list_shares.sync(client=client)


def create(client: AuthenticatedClient) -> object:
    return create_share.sync(client=client, body=NEW)


def delete(client: AuthenticatedClient) -> None:
    delete_share.sync(SHARE["id"], client=client)


@pytest.mark.parametrize("outcome", [429, 500, 502, 503, 504, NO_CONNECTION, LOST], ids=str)
@pytest.mark.parametrize("call", [ask, delete])
def test_what_does_no_more_when_done_twice_is_sent_again(
    call: Callable[[AuthenticatedClient], object], outcome: int | Exception
) -> None:
    api = Api([outcome, outcome])
    call(api.client)
    assert len(api.asked) == 3


@pytest.mark.parametrize("outcome", [429, NO_CONNECTION], ids=str)
def test_a_create_that_was_certainly_not_carried_out_is_sent_again(outcome: int | Exception) -> None:
    api = Api([outcome])
    create(api.client)
    assert api.asked == ["POST", "POST"]


@pytest.mark.parametrize("outcome", [500, 502, 503, 504, LOST, httpx.ReadTimeout("slow")], ids=str)
def test_a_create_that_may_have_been_carried_out_is_sent_once(outcome: int | Exception) -> None:
    api = Api([outcome])
    with pytest.raises((ApiError, httpx.TransportError)):
        create(api.client)
    assert api.asked == ["POST"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 501])
@pytest.mark.parametrize("call", [ask, create, delete])
def test_what_would_be_refused_again_is_sent_once(call: Callable[[AuthenticatedClient], object], status: int) -> None:
    api = Api([status])
    with pytest.raises(ApiError) as raised:
        call(api.client)
    assert raised.value.status_code == status
    assert len(api.asked) == 1


def test_no_request_is_sent_more_than_six_times() -> None:
    api = Api([503] * 100)
    with pytest.raises(ApiError, match="503"):
        ask(api.client)
    assert len(api.asked) == 6


def test_pauses_grow_and_are_not_the_same_for_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    api = Api([503] * 5)
    ask(api.client)
    assert api.slept == [0.25, 0.5, 1, 2, 4]


def test_what_the_api_says_to_wait_is_waited() -> None:
    api = Api([429], {"retry-after": "30"})
    ask(api.client)
    assert 30 <= sum(api.slept) <= 31


def test_what_takes_too_long_is_not_waited_for() -> None:
    api = Api([429], {"retry-after": "3600"})
    with pytest.raises(ApiError) as raised:
        ask(api.client)
    assert raised.value.headers["retry-after"] == "3600"
    assert api.slept == []


@pytest.mark.anyio
async def test_requests_are_sent_again_without_blocking() -> None:
    api = Api([503, LOST, NO_CONNECTION])
    transport = AsyncRetryTransport(httpx.MockTransport(api), sleep=api.async_sleep, clock=api.clock)
    async with connected(transport) as client:
        assert (await list_shares.asyncio(client=client)).shares == []
    assert len(api.asked) == 4
    assert len(api.slept) == 3


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    with Sandbox(seed="examples") as sandbox:
        sandbox.add_fault(Fault("truncate", operation="list_shares"))
        client = connected(RetryTransport(SandboxTransport(sandbox), sleep=lambda _: None))
        assert len(ask(client).shares) == 2


def test_a_create_of_which_the_answer_is_lost_makes_one_share() -> None:
    with Sandbox() as sandbox:
        sandbox.add_fault(Fault("status", operation="create_share", status=504, after=True))
        client = connected(RetryTransport(SandboxTransport(sandbox), sleep=lambda _: None))
        with pytest.raises(ApiError, match="504"):
            create(client)
        assert len(ask(client).shares) == 1


def test_closing_the_client_closes_what_carries_its_requests() -> None:
    closed: list[str] = []

    class Carrier(httpx.BaseTransport):
        def close(self) -> None:
            closed.append("closed")

    client = connected(RetryTransport(Carrier()))
    with client:
        client.get_httpx_client()
    assert closed == ["closed"]


def test_the_example_runs() -> None:
    ran = doctest.testmod(retry_transport)
    assert ran.attempted > 0
    assert ran.failed == 0
