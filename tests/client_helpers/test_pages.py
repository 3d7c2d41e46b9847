"""Every page of a list is read, and no link leads anywhere but to where lists are asked for."""

from typing import Any

import httpx
import pytest
from do_nfs_client import AuthenticatedClient
from do_nfs_client.api.shares import list_shares
from do_nfs_client.api.snapshots import list_snapshots
from do_nfs_client.api.vpcs import list_vpcs
from do_nfs_client_helpers import async_pages, pages
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.api_answers import SHARE
from ..support.constants import TOKEN


class PagedApi:
    """An API that answers lists of shares in pages. next_urls: What each page says the next one is, by its number."""

    def __init__(self, next_urls: dict[str, str]) -> None:
        self.asked: list[httpx.URL] = []
        self._next_urls = next_urls

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        page = request.url.params.get("page", "1")
        url = self._next_urls.get(page)
        body: dict[str, Any] = {"shares": [{**SHARE, "id": f"id-{page}", "name": f"n{page}"}], "meta": {"total": 3}}
        return httpx.Response(200, json=body | {"links": {"pages": {"next": url}} if url else {}})

    @property
    def client(self) -> AuthenticatedClient:
        args = {"transport": httpx.MockTransport(self)}
        return AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args)


THREE = {"1": "https://api.test/v2/nfs?page=2&region=atl1", "2": "https://api.test/v2/nfs?page=3&region=atl1"}


def names(found: list[Any]) -> list[str]:
    return [share.name for page in found for share in page.shares]


def test_each_page_is_asked_for_as_the_one_before_says() -> None:
    api = PagedApi(THREE)
    assert names(list(pages(list_shares.sync, client=api.client, region="atl1"))) == ["n1", "n2", "n3"]
    assert [dict(url.params) for url in api.asked] == [
        {"region": "atl1"},
        {"region": "atl1", "page": "2"},
        {"region": "atl1", "page": "3"},
    ]


@pytest.mark.anyio
async def test_pages_are_asked_for_without_blocking() -> None:
    found = [page async for page in async_pages(list_shares.asyncio, client=PagedApi(THREE).client, region="atl1")]
    assert names(found) == ["n1", "n2", "n3"]


def test_a_page_is_asked_for_only_when_the_one_before_was_taken() -> None:
    api = PagedApi(THREE)
    for _ in pages(list_shares.sync, client=api.client):
        break
    assert len(api.asked) == 1


def test_a_filter_that_a_link_does_not_repeat_stays() -> None:
    api = PagedApi({"1": "https://api.test/v2/nfs?page=2"})
    assert names(list(pages(list_shares.sync, client=api.client, region="atl1"))) == ["n1", "n2"]
    assert dict(api.asked[1].params) == {"region": "atl1", "page": "2"}


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.test/v2/nfs?page=2",
        "http://api.test/v2/nfs?page=2",
        "https://api.test@elsewhere.test/?page=2",
        "//elsewhere.test?page=2",
        "https://api.test/v2/droplets?page=2#?page=3",
        "/v2/../account?page=2",
        "?page=2",
    ],
)
def test_a_link_leads_nowhere_else(url: str) -> None:
    api = PagedApi({"1": url})
    assert names(list(pages(list_shares.sync, client=api.client))) == ["n1", "n2"]
    assert [str(asked) for asked in api.asked] == ["https://api.test/v2/nfs", "https://api.test/v2/nfs?page=2"]


BACK = (
    *(
        "https://api.test/v2/nfs?page=1",
        "https://api.test/v2/nfs?region=atl1&page=1&per_page=20",
        "?page=",
        "?per_page=9",
    ),
    *("https://[", "x", "https://api.test/v2/nfs", "https://api.test/v2/nfs#page=2", "/?"),
)


@pytest.mark.anyio
@pytest.mark.parametrize("url", BACK)
async def test_a_link_that_names_no_other_page_ends_the_walk_and_is_told_of(url: str) -> None:
    api = PagedApi({"1": url})
    for found in (
        list(pages(list_shares.sync, client=api.client, region="atl1")),
        [page async for page in async_pages(list_shares.asyncio, client=api.client, region="atl1")],
    ):
        assert names(found) == ["n1"]
        assert [(odd.field, odd.item, odd.reason) for odd in found[0].unreadable] == [
            ("next", url, "it leads to no page that was not read already")
        ]
    assert [dict(asked.params) for asked in api.asked] == [{"region": "atl1"}] * 2


@pytest.mark.parametrize(
    "url", ["?page=1", "?page=2", "?page=2&per_page=1", "https://elsewhere.test/?page=2", "?page=1&page=2"]
)
def test_a_link_that_leads_back_after_a_while_is_told_of_where_it_is(url: str) -> None:
    api = PagedApi({"1": "?page=2", "2": url})
    first, second = pages(list_shares.sync, client=api.client)
    assert (names([first, second]), first.unreadable) == (["n1", "n2"], ())
    assert [odd.item for odd in second.unreadable] == [url]


@pytest.mark.anyio
async def test_a_server_that_always_names_one_more_page_does_not_make_a_walk_endless() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        return httpx.Response(200, json={"shares": [SHARE], "links": {"pages": {"next": f"?page={page + 1}"}}})

    args = {"transport": httpx.MockTransport(answer)}
    client = AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args)
    for found in (
        list(pages(list_shares.sync, client=client)),
        [page async for page in async_pages(list_shares.asyncio, client=client)],
    ):
        assert [[odd.item for odd in page.unreadable] for page in found] == [[], ["?page=3"]]


def test_the_last_page_has_nothing_that_cannot_be_read() -> None:
    assert [page.unreadable for page in pages(list_shares.sync, client=PagedApi(THREE).client)] == [(), (), ()]


def test_a_walk_may_begin_on_any_page() -> None:
    with Sandbox(seed="team") as sandbox:
        args = {"transport": SandboxTransport(sandbox)}
        client = AuthenticatedClient(base_url="http://sandbox", token=TOKEN, httpx_args=args)
        found = list(pages(list_vpcs.sync, client=client, per_page=5, page=2))
    assert [len(page.vpcs) for page in found] == [5, 2]
    assert [page.unreadable for page in found] == [(), ()]


@pytest.mark.parametrize("operation", [list_shares.sync, list_snapshots.sync])
def test_a_list_that_is_answered_whole_has_one_page(operation: Any) -> None:
    with Sandbox(seed="team") as sandbox:
        args = {"transport": SandboxTransport(sandbox)}
        client = AuthenticatedClient(base_url="http://sandbox", token=TOKEN, httpx_args=args)
        assert len(list(pages(operation, client=client))) == 1


def test_all_vpcs_of_the_sandbox_are_on_its_pages() -> None:
    with Sandbox(seed="team") as sandbox:
        args = {"transport": SandboxTransport(sandbox)}
        client = AuthenticatedClient(base_url="http://sandbox", token=TOKEN, httpx_args=args)
        whole = list_vpcs.sync(client=client, per_page=200).vpcs
        in_twos = [vpc for page in pages(list_vpcs.sync, client=client, per_page=2) for vpc in page.vpcs]
    assert len(whole) > 2
    assert in_twos == whole
