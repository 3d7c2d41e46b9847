"""Prometheus reads at /metrics, without a token, what a server over HTTP has done."""

import httpx
import pytest
from do_nfs_mcp.observability.metrics import Metrics
from do_nfs_mcp.tools import SPECS
from do_nfs_sandbox import Sandbox

from ...support.api_answers import CALLS
from ...support.calling import call
from ...support.constants import NEW_SHARE
from ...support.http_site import INITIALIZE, Grant, OpenSite

pytestmark = pytest.mark.anyio


@pytest.fixture
def metrics() -> Metrics:
    return Metrics([tool.name for tool in SPECS])


def lines(page: str) -> set[str]:
    return {line for line in page.splitlines() if not line.startswith("#")}


async def test_calls_requests_and_refused_logins_are_shown_to_anyone_who_asks(
    open_site: OpenSite, metrics: Metrics, grant: Grant, sandbox: Sandbox
) -> None:
    token = grant("ann", "nfs:list", "nfs:create", "nfs:read")
    async with open_site(metrics=metrics) as site, site.raw() as http:
        async with site.client(token) as client:
            await call(client, "create_share", **NEW_SHARE)
            sandbox.add_fault("status", status=404, operation="list_shares")
            await call(client, "list_shares")
        assert (await http.post("/mcp", json=INITIALIZE)).status_code == 401
        answer = await http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert lines(answer.text) >= {
        'do_nfs_mcp_calls_total{outcome="done",tool="create_share"} 1.0',
        'do_nfs_mcp_calls_total{outcome="not_found",tool="list_shares"} 1.0',
        'do_nfs_mcp_api_requests_total{operation="create_share",status="201"} 1.0',
        'do_nfs_mcp_api_requests_total{operation="list_shares",status="404"} 1.0',
        'do_nfs_mcp_refused_logins_total{status="401"} 1.0',
    }
    for written in (token, "ann", "data"):
        assert f'"{written}"' not in answer.text


async def test_a_request_that_is_not_answered_is_counted_as_such(open_site: OpenSite, metrics: Metrics) -> None:
    async def break_off(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("", request=request)

    async with open_site(metrics=metrics, asks=False, transport=httpx.MockTransport(break_off)) as site:
        async with site.client() as client:
            await call(client, "create_access_point", **CALLS["create_access_point"])
        async with site.raw() as http:
            page = (await http.get("/metrics")).text
    (counted,) = {line.rpartition(" ")[0] for line in lines(page) if "api_requests" in line}
    assert 'status="none"' in counted


async def test_it_takes_the_place_of_no_other_page(open_site: OpenSite, metrics: Metrics) -> None:
    async with open_site(metrics=metrics, asks=False) as site, site.raw() as http:
        for path in ("/metrics", "/healthz", "/readyz"):
            assert (await http.get(path)).status_code == 200
        assert (await http.post("/mcp", json=INITIALIZE)).status_code == 200


async def test_there_is_no_such_page_unless_it_is_wanted(open_site: OpenSite) -> None:
    async with open_site() as site, site.raw() as http:
        assert (await http.get("/metrics")).status_code == 404
