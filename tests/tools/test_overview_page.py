"""The page that hosts of MCP Apps show with the overview, as far as no browser is needed; tests/system needs one."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib import resources
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_mcp.storage.mounting import Os, Style
from do_nfs_mcp.storage.overview import ProblemKind
from do_nfs_mcp.storage.views import ShareView, SnapshotView
from do_nfs_mcp.tools.overview_page import INVENTORY, PAGE, inventory
from do_nfs_sandbox import Sandbox
from mcp import Client
from mcp.client import advertise
from mcp.server.apps import EXTENSION_ID
from mcp_types import TextResourceContents

from ..support.calling import text_of
from ..support.constants import TOKEN
from ..support.in_memory import Assistant, Connect
from ..support.serving import serving

pytestmark = pytest.mark.anyio

HTML = (resources.files("do_nfs_mcp.tools") / "overview.html").read_text("utf-8")
MIME_TYPE = "text/html;profile=mcp-app"
MOST_BYTES = 40_000


@pytest.fixture
async def viewer(connect: Connect) -> AsyncIterator[Assistant]:
    """An assistant in a host that shows pages."""
    async with connect(shows_pages=True) as assistant:
        yield assistant


async def test_the_page_is_listed_and_read_as_an_app(assistant: Assistant) -> None:
    (listed,) = [r for r in (await assistant.client.list_resources()).resources if str(r.uri) == PAGE]
    assert (listed.mime_type, bool(listed.title), bool(listed.description)) == (MIME_TYPE, True, True)
    (content,) = (await assistant.client.read_resource(PAGE)).contents
    assert isinstance(content, TextResourceContents)
    assert (content.mime_type, content.text) == (MIME_TYPE, HTML)


async def test_a_server_that_is_discovered_says_that_it_has_pages() -> None:
    # With the older handshake servers name no extensions.
    async with Client(build_server(lambda: NfsApi.unavailable("There is no token.")), mode="auto") as client:
        assert client.server_capabilities.extensions == {EXTENSION_ID: {}}


async def test_the_overview_alone_has_a_page(assistant: Assistant) -> None:
    pages = {tool.name: tool.meta for tool in (await assistant.client.list_tools()).tools if tool.meta}
    assert pages == {"get_storage_overview": {"ui": {"resourceUri": PAGE}}}


async def test_a_model_reads_the_same_whether_or_not_its_host_shows_pages(
    assistant: Assistant, viewer: Assistant, sandbox: Sandbox
) -> None:
    sandbox.seed("team")
    without, shown = await assistant.call("get_storage_overview"), await viewer.call("get_storage_overview")
    assert INVENTORY in (shown.meta or {})
    assert INVENTORY not in (without.meta or {})
    assert text_of(without) == text_of(shown)
    assert without.structured_content == shown.structured_content


async def test_the_page_gets_each_share_and_snapshot(viewer: Assistant, sandbox: Sandbox) -> None:
    sandbox.seed("team")
    found = (await viewer.call("get_storage_overview", region="nyc2")).meta
    assert found is not None
    assert found[INVENTORY]["now"] == "2026-01-01T00:00:00+00:00"
    state = sandbox.state()
    there = {share["id"] for share in state["shares"] if share["region"] == "nyc2"}
    assert {share["id"] for share in found[INVENTORY]["shares"]} == there
    taken = [snapshot["name"] for snapshot in state["snapshots"] if snapshot["share_id"] in there]
    assert sorted(snapshot["name"] for snapshot in found[INVENTORY]["snapshots"]) == sorted(taken)


async def test_a_thousand_shares_reach_the_page_and_the_model_reads_little(viewer: Assistant, sandbox: Sandbox) -> None:
    sandbox.seed({"scenario": "many", "shares": 1000})
    result = await viewer.call("get_storage_overview")
    assert result.meta is not None
    assert len(result.meta[INVENTORY]["shares"]) == 1000
    assert len(text_of(result)) < 1000


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_host_that_comes_over_http_without_a_session_gets_the_page_s_data_too(
    sandbox: Sandbox, mode: str
) -> None:
    def connect() -> NfsApi:
        return NfsApi.connect("http://api.test", TOKEN, transport=httpx.ASGITransport(app=sandbox))

    pages = [advertise(EXTENSION_ID, {"mimeTypes": [MIME_TYPE]})]
    with serving(build_server(connect).streamable_http_app(stateless_http=True)) as url:
        async with Client(f"{url}/mcp", mode=mode, extensions=pages) as client:
            assert INVENTORY in ((await client.call_tool("get_storage_overview")).meta or {})


async def test_a_failure_has_nothing_for_the_page(connect: Connect) -> None:
    async with connect(shows_pages=True, token=None) as viewer:
        result = await viewer.call("get_storage_overview")
    assert result.is_error
    assert INVENTORY not in (result.meta or {})


def test_the_page_gets_the_largest_of_very_many_shares_and_the_newest_of_very_many_snapshots() -> None:
    def of(number: int, **more: Any) -> dict[str, Any]:
        """What a share and a snapshot have in common. The last is gone."""
        made = datetime.fromtimestamp(number, UTC)
        status = "DELETED" if number == 2500 else "ACTIVE"
        item = {"id": str(UUID(int=number)), "name": str(number), "region": "r", "status": status, "created_at": made}
        return {**item, "size_gib": number, **more}

    shares = [ShareView(**of(number, vpc_ids=[])) for number in range(2501)]
    snapshots = [SnapshotView(**of(number, share_id=str(UUID(int=1)))) for number in range(2501)]
    found = inventory(shares, snapshots, datetime.now(UTC))
    for kind in ("shares", "snapshots"):
        assert [int(item["name"]) for item in found[kind]] == list(range(2499, 499, -1))


def test_the_page_is_one_small_file_that_names_no_other() -> None:
    assert len(HTML.encode()) <= MOST_BYTES
    assert not re.search(r"""https?:|\bsrc\s*=|@import|url\(|\bimport\b|href="(?!data:,")""", HTML)


def test_the_page_never_makes_markup_or_code_of_a_text() -> None:
    makers = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b|Function\("
    )
    assert not re.search(makers, HTML)


def test_the_page_offers_every_way_to_mount_and_knows_every_problem() -> None:
    assert listed("STYLES") == list(get_args(Style))
    assert sorted(listed("SYSTEMS")) == sorted(get_args(Os))
    found = re.search(r"const PROBLEMS = \{(.*?)\};", HTML, re.DOTALL)
    assert found
    assert re.findall(r"(\w+): \"", found[1]) == list(get_args(ProblemKind))


def listed(constant: str) -> list[str]:
    """What an array of the page's script has."""
    found = re.search(rf"const {constant} = \[(.*?)\];", HTML)
    assert found
    return re.findall(r'"([^"]+)"', found[1])
