"""A token that the API takes no longer is replaced, and the request sent again."""

import anyio
import httpx
import pytest
from do_nfs_mcp.account_token.source import TokenSource, no_token
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.observability.masking import MASK, Masking
from do_nfs_sandbox import Sandbox

from ..support.api_answers import SHARE
from ..support.clock import Clock
from ..support.constants import TOKEN, VPC
from ..support.in_memory import Recording

pytestmark = pytest.mark.anyio

# Not in DigitalOcean's format, so that the sandbox refuses it.
EXPIRED = "expired-token"


class Kept:
    """A token that is kept somewhere, where a test replaces it. reads: How often it was fetched."""

    def __init__(self, value: str = EXPIRED) -> None:
        self.value: str | None = value
        self.reads = 0

    async def read(self) -> str:
        self.reads += 1
        if self.value is None:
            raise no_token("the safe is locked")
        return self.value


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def api(kept: Kept, sandbox: Sandbox, clock: Clock, sent: list[httpx.Request]) -> NfsApi:
    """The sandbox, to which the expired token has been shown once in vain."""
    return connected(kept, Recording(httpx.ASGITransport(app=sandbox), sent), clock)


def connected(kept: Kept, transport: httpx.AsyncBaseTransport, clock: Clock) -> NfsApi:
    source = TokenSource("the safe holds one", "put a valid one into the safe", kept.read)
    token = AccountToken(source, Masking(), value=EXPIRED, clock=clock)
    return NfsApi.connect("http://api.test", token, transport=transport, clock=clock, sleep=clock.sleep)


def shown(sent: list[httpx.Request]) -> list[str]:
    """The token of each request."""
    return [request.headers["authorization"].removeprefix("Bearer ") for request in sent]


async def test_a_request_that_was_refused_for_its_token_is_sent_again_with_another(
    api: NfsApi, kept: Kept, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    kept.value = TOKEN
    sandbox.seed({"shares": [{"id": VPC, "name": "data", "region": "atl1", "size_gib": 50}]})
    await api.resize_share(VPC, 60)
    assert [(request.method, token) for request, token in zip(sent, shown(sent), strict=True)] == [
        ("POST", EXPIRED),
        ("POST", TOKEN),
    ]
    await api.list_shares()
    assert (shown(sent)[2:], kept.reads) == ([TOKEN], 1)


async def test_many_requests_in_flight_have_the_token_fetched_once(
    api: NfsApi, kept: Kept, sent: list[httpx.Request]
) -> None:
    kept.value = TOKEN
    listed: list[int] = []

    async def list_shares() -> None:
        listed.append(len(await api.list_shares()))

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(list_shares)
    assert (listed, kept.reads) == ([0] * 50, 1)
    # None is sent a third time.
    assert len(sent) <= 100


async def test_a_request_is_not_sent_again_with_the_token_that_was_refused(
    api: NfsApi, kept: Kept, sent: list[httpx.Request]
) -> None:
    with pytest.raises(NfsError, match="The server's operator has to put a valid one into the safe\\.") as refused:
        await api.resize_share(VPC, 60)
    assert (refused.value.status, refused.value.attempts) == (401, 1)
    assert (shown(sent), kept.reads) == ([EXPIRED], 1)


async def test_a_request_is_sent_again_once_even_if_the_other_token_is_refused_too(
    api: NfsApi, kept: Kept, sent: list[httpx.Request]
) -> None:
    kept.value = "expired-too"
    with pytest.raises(NfsError, match="The API answered 401"):
        await api.list_shares()
    assert (shown(sent), kept.reads) == ([EXPIRED, "expired-too"], 1)


async def test_a_token_that_cannot_be_fetched_again_is_told_with_the_refusal(
    api: NfsApi, kept: Kept, sent: list[httpx.Request]
) -> None:
    kept.value = None
    with pytest.raises(NfsError) as refused:
        await api.list_shares()
    assert str(refused.value).startswith("The API answered 401 ")
    assert str(refused.value).endswith(" Another could not be had: the safe is locked.")
    assert (refused.value.status, len(sent)) == (401, 1)


async def test_a_deletion_that_was_refused_and_then_finds_nothing_has_deleted_nothing(api: NfsApi, kept: Kept) -> None:
    kept.value = TOKEN
    with pytest.raises(NfsError) as failed:
        await api.delete_share(VPC)
    assert failed.value.gone


async def test_neither_token_is_shown_where_the_api_sends_them_back(kept: Kept, clock: Clock) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        said = f"{request.headers['authorization']} {EXPIRED}"
        return httpx.Response(401 if EXPIRED in said.split()[1] else 400, json={"id": "a", "message": said})

    kept.value = "the-new-token"
    api = connected(kept, httpx.MockTransport(answer), clock)
    with pytest.raises(NfsError) as refused:
        await api.get_share(SHARE["id"])
    assert f'"Bearer {MASK} {MASK}"' in str(refused.value)
    assert "the-new-token" not in str(refused.value)
