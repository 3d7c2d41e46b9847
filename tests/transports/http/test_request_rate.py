"""A caller makes only so many requests within a minute, whatever others do."""

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest
from do_nfs_mcp.transports.http.oauth import Issuer
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier
from limits.aio.storage import MemoryStorage
from mcp import MCPError

from ...support.calling import call
from ...support.clock import Clock
from ...support.http_site import INITIALIZE, Grant, OpenSite, Site
from ...support.issuer import AUDIENCE, URL, Login, signed

pytestmark = pytest.mark.anyio

MOST = 3


@pytest.fixture
def counting(open_site: OpenSite, minutes: Clock) -> OpenSite:
    """An application that takes three requests a minute from a caller."""
    return partial(open_site, storage=MemoryStorage(), caller_requests_per_minute=MOST)


async def asked(site: Site, token: str | None, times: int = 1) -> list[int]:
    """The statuses of the answers to so many requests."""
    async with site.raw(token) as http:
        return [(await http.post("/mcp", json=INITIALIZE)).status_code for _ in range(times)]


async def test_a_request_too_many_is_a_429_that_says_when_to_come_back(
    counting: OpenSite, grant: Grant, minutes: Clock
) -> None:
    token = grant("ann", "nfs:list")
    async with counting() as site:
        assert await asked(site, token, MOST) == [200] * MOST
        async with site.raw(token) as http:
            refused = await http.post("/mcp", json=INITIALIZE)
            assert refused.status_code == 429
            wait = int(refused.headers["retry-after"])
            said = (
                "This caller has made 3 requests within a minute, and may make no more. Nothing was done. "
                f"Wait {wait} s, then call again."
            )
            assert refused.json() == {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": said}}
        assert 0 < wait <= 60
        minutes.pass_time(wait)
        assert await asked(site, token) == [200]


async def test_what_one_caller_asks_is_not_counted_for_another(counting: OpenSite, grant: Grant) -> None:
    async with counting() as site:
        for name in ("ann", "bob"):
            assert await asked(site, grant(name, "nfs:list"), MOST + 1) == [*[200] * MOST, 429]


async def test_a_name_with_two_tokens_is_one_caller(counting: OpenSite, grant: Grant) -> None:
    async with counting() as site:
        assert await asked(site, grant("ann", "nfs:list"), MOST) == [200] * MOST
        assert await asked(site, grant("ann", "nfs:list")) == [429]


async def test_a_person_is_one_caller_whatever_clients_they_use(counting: OpenSite) -> None:
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=Login())])
    async with counting(verifier=issuer) as site:
        for client in range(MOST):
            assert await asked(site, signed(client_id=f"client {client}")) == [200]
        assert await asked(site, signed(client_id="another")) == [429]
        assert await asked(site, signed(client_id="another", sub="bob")) == [200]


async def test_clients_that_act_for_nobody_are_told_apart(counting: OpenSite) -> None:
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=Login())])
    async with counting(verifier=issuer) as site:
        for client in ("one", "two"):
            assert await asked(site, signed(client_id=client, sub=None), MOST + 1) == [*[200] * MOST, 429]


async def test_where_nobody_is_asked_who_they_are_all_requests_are_one_caller_s(counting: OpenSite) -> None:
    async with counting(asks=False) as site:
        assert await asked(site, None, MOST + 1) == [*[200] * MOST, 429]


async def test_requests_may_be_made_in_any_number_if_that_is_not_bounded(counting: OpenSite, grant: Grant) -> None:
    async with counting(caller_requests_per_minute=0) as site:
        assert await asked(site, grant("ann", "nfs:list"), 50) == [200] * 50


async def test_a_caller_who_is_rejected_is_told_so_and_does_not_count(counting: OpenSite) -> None:
    async with counting() as site:
        assert await asked(site, None, MOST + 1) == [401] * (MOST + 1)


async def test_nothing_is_read_of_a_request_too_many(counting: OpenSite, grant: Grant) -> None:
    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"{")
        yield read[-1]

    token = grant("ann", "nfs:list")
    async with counting() as site:
        await asked(site, token, MOST)
        async with site.raw(token) as http:
            refused = await http.post("/mcp", content=body(), headers={"content-type": "application/json"})
    assert (refused.status_code, read) == (429, [])


async def test_an_assistant_reads_why_its_call_was_not_answered(counting: OpenSite, grant: Grant) -> None:
    token = grant("ann", "nfs:list")
    async with counting() as site, site.client(token) as client:
        await asked(site, token, MOST)
        with pytest.raises(MCPError, match=r"has made 3 requests within a minute.* Wait \d+ s, then call again\."):
            await call(client, "list_shares")


async def test_whether_the_server_lives_may_be_asked_at_any_time(counting: OpenSite) -> None:
    async with counting(asks=False) as site, site.raw() as http:
        for _ in range(MOST + 1):
            assert (await http.get("/healthz")).status_code == 200


async def test_a_web_page_can_read_when_to_come_back(counting: OpenSite) -> None:
    async with counting(asks=False) as site:
        await asked(site, None, MOST)
        async with site.raw() as http:
            refused: httpx.Response = await http.post(
                "/mcp", json=INITIALIZE, headers={"origin": "http://localhost:6274"}
            )
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers["access-control-expose-headers"]
