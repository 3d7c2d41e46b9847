"""The overview is shown to whoever has its address, and takes calls from its own page alone."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin

import pytest
from do_nfs_mcp.browser.overview_site import OverviewSite

from ..support.browsing_person import http

pytestmark = pytest.mark.anyio

CALL = {"name": "get_storage_overview", "arguments": {"region": "nyc2"}}


class Site:
    """A site, and the calls that came through it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.site = OverviewSite("<script>run()</script>", self._call)
        self.url = ""

    async def _call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name != CALL["name"]:
            raise ValueError(name)
        self.calls.append((name, arguments))
        return {"structuredContent": {"total": 1}}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    site.url = await site.site.url()
    yield site
    await site.site.aclose()


def origin(url: str) -> str:
    return urljoin(url, "/").rstrip("/")


async def test_the_page_runs_its_own_script_alone(site: Site) -> None:
    async with http() as client:
        page = await client.get(site.url)
    nonce = re.search('<script nonce="(.+?)">', page.text)
    assert nonce
    policy = page.headers["content-security-policy"]
    assert f"script-src 'nonce-{nonce[1]}'" in policy
    assert "default-src 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-frame-options"] == "DENY"


async def test_a_call_of_the_page_is_made_and_answered(site: Site) -> None:
    async with http() as client:
        answer = await client.post(f"{site.url}call", json=CALL, headers={"origin": origin(site.url)})
    assert (answer.status_code, answer.json()) == (200, {"structuredContent": {"total": 1}})
    assert site.calls == [("get_storage_overview", {"region": "nyc2"})]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://evil.test"}, 403),
        ({"host": "evil.test", "origin": "http://evil.test"}, 421),
        ({"host": "localhost"}, 421),
    ],
)
async def test_what_comes_from_elsewhere_is_refused(site: Site, headers: dict[str, str], status: int) -> None:
    async with http() as client:
        answer = await client.post(f"{site.url}call", json=CALL, headers=headers)
    assert (answer.status_code, site.calls) == (status, [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 10_000,
        b'{"name": "get_storage_overview"}',
        b'{"name": "get_storage_overview", "arguments": 7}',
        b'{"name": "delete_share", "arguments": {}}',
        b'{"name": "get_storage_overview", "arguments": {"region": "' + b"x" * 20_000 + b'"}}',
    ],
)
async def test_what_is_not_a_call_of_the_page_is_refused(site: Site, content: bytes) -> None:
    async with http() as client:
        answer = await client.post(f"{site.url}call", content=content, headers={"origin": origin(site.url)})
    assert (answer.status_code, site.calls) == (400, [])


@pytest.mark.parametrize("path", ["/", "/call", "/x/", "/x/call", "/\u00e9/", "//"])
async def test_without_the_secret_there_is_nothing(site: Site, path: str) -> None:
    async with http() as client:
        found = [
            await client.get(origin(site.url) + path),
            await client.post(origin(site.url) + path, json=CALL, headers={"origin": origin(site.url)}),
            await client.get(site.url.rstrip("/")),
            await client.get(f"{site.url}other"),
        ]
    assert [(answer.status_code, site.site._token in answer.text) for answer in found] == [(404, False)] * 4
    assert site.calls == []


@pytest.mark.parametrize(
    ("method", "path", "allow"), [("GET", "call", "POST"), ("POST", "", "GET, HEAD"), ("PUT", "", "GET, HEAD")]
)
async def test_another_method_is_not_allowed(site: Site, method: str, path: str, allow: str) -> None:
    async with http() as client:
        answer = await client.request(method, site.url + path, headers={"origin": origin(site.url)})
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
