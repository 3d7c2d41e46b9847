"""What one caller asks for does not keep another waiting."""

import anyio
import httpx
import pytest
from do_nfs_mcp.transports.http.oauth import Issuer
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier

from ...support.blocked_tasks import all_tasks_blocked
from ...support.calling import call, text_of
from ...support.http_site import Grant, OpenSite
from ...support.issuer import AUDIENCE, URL, Login, signed

pytestmark = pytest.mark.anyio


class SlowShares(httpx.AsyncBaseTransport):
    """An API that lists VPCs at once, and shares only when it is told to.

    Attributes:
        under_way: How many lists of shares it was asked for and has not answered.
        go: Lets it answer.
    """

    def __init__(self) -> None:
        self.under_way = 0
        self.go = anyio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v2/nfs":
            return httpx.Response(200, json={"vpcs": []})
        self.under_way += 1
        await self.go.wait()
        self.under_way -= 1
        return httpx.Response(200, json={"shares": []})


async def test_forty_slow_lists_of_one_caller_keep_no_other_waiting(open_site: OpenSite, grant: Grant) -> None:
    api = SlowShares()
    ann, bob = grant("ann", "nfs:list"), grant("bob", "nfs:list")
    async with (
        open_site(transport=api) as site,
        site.client(ann) as slow,
        site.client(bob) as quick,
        anyio.create_task_group() as calls,
    ):
        for _ in range(40):
            calls.start_soon(call, slow, "list_shares")
        await all_tasks_blocked()
        assert text_of(await call(quick, "list_vpcs")) == "No VPCs."
        assert api.under_way == 4
        api.go.set()


async def test_a_person_is_one_caller_whatever_clients_they_use(open_site: OpenSite) -> None:
    api = SlowShares()
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=Login())])
    async with (
        open_site(transport=api, verifier=issuer) as site,
        site.client(signed(client_id="one")) as one,
        site.client(signed(client_id="two")) as other,
        anyio.create_task_group() as calls,
    ):
        for client in (one, other):
            for _ in range(8):
                calls.start_soon(call, client, "list_shares")
        await all_tasks_blocked()
        assert api.under_way == 4
        api.go.set()


async def test_where_nobody_is_asked_who_they_are_every_slot_may_be_used(open_site: OpenSite) -> None:
    api = SlowShares()
    async with (
        open_site(transport=api, asks=False) as site,
        site.client() as client,
        anyio.create_task_group() as calls,
    ):
        for _ in range(40):
            calls.start_soon(call, client, "list_shares")
        await all_tasks_blocked()
        assert api.under_way == 16
        api.go.set()
