"""What the server's speed rests on, held without a clock."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_mcp.storage.views import ShareView, View
from do_nfs_mcp.tools import tool
from do_nfs_mcp.tools.tool import NfsTool
from do_nfs_sandbox import Sandbox, SandboxTransport
from mcp import Client

from ..support.clock import Clock
from ..support.constants import TOKEN
from ..support.raw_server import raw_server, says
from ..support.server_process import Server

NONE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"shares":[]}'
HEAVY = {
    "do_nfs_client",
    "do_nfs_mcp.browser",
    "do_nfs_mcp.observability.audit_chain",
    "do_nfs_mcp.observability.audit_file",
    "do_nfs_mcp.transports.http",
    "do_nfs_sandbox.state.store",
    "httpx",
    "jsonschema",
    "jsonschema_rs",
    "limits",
    "redis",
    "sqlite3",
    "uvicorn.protocols",
    "webbrowser",
    "yaml",
}
"""What takes long to load, or much memory, and is not needed before something asks for it."""


def imported(logged: str) -> set[str]:
    return {line.rpartition("|")[2].strip() for line in logged.splitlines() if line.startswith("import time:")}


def test_nothing_heavy_is_loaded_to_wake_and_to_refuse_a_call(start: Callable[..., Server]) -> None:
    server = start(PYTHONPROFILEIMPORTTIME="1", DIGITALOCEAN_TOKEN=TOKEN)
    server.initialize()
    assert server.call("no_such_tool")["isError"]
    loaded = imported(server.stop())
    assert "do_nfs_mcp.server" in loaded
    assert loaded & HEAVY == set()


def test_heavy_modules_are_loaded_when_they_are_needed(start: Callable[..., Server], nfs_sandbox_url: str) -> None:
    server = start("--sandbox", PYTHONPROFILEIMPORTTIME="1")
    server.initialize()
    assert not server.call("list_shares")["isError"]
    assert imported(server.stop()) >= {"do_nfs_sandbox.state.store", "jsonschema_rs"}
    server = start("--api-url", nfs_sandbox_url, PYTHONPROFILEIMPORTTIME="1", DIGITALOCEAN_TOKEN=TOKEN)
    server.initialize()
    assert not server.call("list_shares")["isError"]
    assert imported(server.stop()) >= {"do_nfs_client", "httpx"}


@pytest.mark.anyio
async def test_a_call_makes_one_request_and_all_calls_share_a_connection() -> None:
    async with raw_server(says(NONE)) as api:
        server = build_server(lambda: NfsApi.connect(api.url, TOKEN))
        async with Client(server) as client:
            for calls in range(1, 6):
                assert not (await client.call_tool("list_shares")).is_error
                assert len(api.heads) == calls
        assert api.connections == 1


@pytest.mark.anyio
async def test_a_result_is_made_into_data_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[View] = []
    real = View.model_dump

    def counted(view: View, **options: Any) -> Any:
        made.append(view)
        return real(view, **options)

    def unexpected(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(View, "model_dump", counted)
    monkeypatch.setattr(View, "model_dump_json", unexpected)
    async with raw_server(says(NONE)) as api, Client(build_server(lambda: NfsApi.connect(api.url, TOKEN))) as client:
        assert not (await client.call_tool("list_shares")).is_error
    assert len(made) == 1


@pytest.mark.anyio
async def test_only_the_shown_part_of_a_long_list_is_made_into_views(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ShareView] = []
    real = ShareView.of

    def counted(share: Any, **options: Any) -> ShareView:
        made.append(real(share, **options))
        return made[-1]

    monkeypatch.setattr(ShareView, "of", counted)
    with Sandbox(seed={"scenario": "many", "shares": 50}) as sandbox:
        transport = SandboxTransport(sandbox)
        server = build_server(lambda: NfsApi.connect("http://sandbox", TOKEN, transport=transport))
        async with Client(server) as client:
            listed = await client.call_tool("list_shares", {"limit": 3})
    assert listed.structured_content["total"] == 50
    assert [view.name for view in made] == [share["name"] for share in listed.structured_content["shares"]]


@pytest.mark.anyio
async def test_the_schema_of_a_result_is_made_once_and_no_start_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[type[View]] = []
    real = View.model_json_schema.__func__  # type: ignore[attr-defined]  # The class method's own function.

    def counted(view: type[View], /, **options: Any) -> Any:
        made.append(view)
        return real(view, **options)

    monkeypatch.setattr(View, "model_json_schema", classmethod(counted))
    tool._schema.cache_clear()
    NfsTool.of.cache_clear()
    async with Client(build_server(lambda: NfsApi.connect("http://127.0.0.1:1", TOKEN)), cache=None) as client:
        assert made == []
        for _ in range(2):
            await client.list_tools()
            assert 0 < len(made) == len(set(made))


class Watch:
    """What the process did outside of itself while `on`, as Python's audit events tell. Such a hook stays for good."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, _: tuple[Any, ...]) -> None:
        if self.on and event.partition(".")[0] in {"open", "socket", "subprocess", "sqlite3", "import", "os"}:
            self.seen.append(event)


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.fixture
def watching(watch: Watch) -> Iterator[Watch]:
    watch.seen.clear()
    yield watch
    watch.on = False


@pytest.mark.anyio
async def test_listing_tools_does_nothing_but_answer(watching: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    server = build_server(lambda: NfsApi.connect("http://127.0.0.1:1", TOKEN, sleep=clock.sleep))
    async with Client(server, cache=None) as client:
        await client.list_tools()
        monkeypatch.setattr(NfsTool, "from_function", None)
        for _ in range(2):
            watching.on = True
            assert (await client.list_tools()).tools
            watching.on = False
            assert watching.seen == []
        watching.on = True
        assert (await client.call_tool("list_shares")).is_error
        watching.on = False
        assert "socket.connect" in watching.seen
