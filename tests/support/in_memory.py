"""The server in memory, with both versions of the protocol; the sandbox has a clock that a test moves."""

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_sandbox import Sandbox
from mcp import Client
from mcp.client import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp_types import CallToolResult, ElicitRequestFormParams, ElicitResult

TOKEN = "dop_v1_" + "c0ffee00" * 8
VPC = "796c6fe3-2a1d-4da2-9f3e-38239827dc91"
OTHER_VPC = "8f14e45f-ceea-467f-9a3c-1d2b3c4d5e6f"


@pytest.fixture(autouse=True)
def logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What a test logs, at every level, holds no token."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    shown = [caplog.handler.format(record) for phase in ("setup", "call") for record in caplog.get_records(phase)]
    assert TOKEN not in "\n".join(shown)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_767_225_600.0

    def __call__(self) -> float:
        return self.now

    def pass_time(self, seconds: float = 10) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        """Sleep without taking any time but this clock's. Others come to their turn."""
        self.now += seconds
        await anyio.lowlevel.checkpoint()


class Person:
    """Who is asked. Agrees to everything, as it has to be agreed to, unless a test says otherwise.

    Attributes:
        asked: The questions so far.
        answer: What makes the answer to a question from its text and the names of its fields.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[str, list[str]], ElicitResult] = self.agree

    @staticmethod
    def agree(question: str, fields: list[str]) -> ElicitResult:
        if fields == ["confirm"]:
            return ElicitResult(action="accept", content={"confirm": True})
        assert fields == ["name"]
        found = re.match(r'Delete share "([^"]+)"', question)
        assert found
        return ElicitResult(action="accept", content={"name": found[1]})

    async def __call__(self, context: Any, params: Any) -> ElicitResult:
        assert isinstance(params, ElicitRequestFormParams)
        assert TOKEN not in params.model_dump_json()
        self.asked.append(params.message)
        return self.answer(params.message, list(params.requested_schema["properties"]))


class Assistant:
    """A host with a model in it, which calls tools and reads what comes back."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        result = await self.client.call_tool(tool, arguments)
        assert isinstance(result, CallToolResult)
        assert TOKEN not in result.model_dump_json()
        return result

    async def succeed(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool that has to succeed, and return its structured content."""
        result = await self.call(tool, **arguments)
        assert not result.is_error, text_of(result)
        assert result.structured_content is not None
        return result.structured_content

    async def fail(self, tool: str, **arguments: Any) -> str:
        """Call a tool that has to fail, and return what it says: one paragraph without secrets or traceback."""
        result = await self.call(tool, **arguments)
        said = text_of(result)
        assert result.is_error, said
        assert result.structured_content is None
        assert "\n" not in said
        assert len(said) < 900
        assert "Traceback" not in said
        return said


def text_of(result: CallToolResult) -> str:
    (block,) = result.content
    assert block.type == "text"
    return block.text


@pytest.fixture(params=["legacy", "2026-07-28"])
def protocol_version(request: pytest.FixtureRequest) -> str:
    """The version of the protocol that a test runs on: with the initialize handshake, or without."""
    return str(request.param)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(ready_after=2, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def sent() -> list[httpx.Request]:
    """The requests that reached the API, in order."""
    return []


Connect = Callable[..., AbstractAsyncContextManager[Assistant]]


@pytest.fixture
def connect(
    protocol_version: str, sandbox: Sandbox, clock: Clock, person: Person, sent: list[httpx.Request]
) -> Connect:
    """Connect an assistant to a server; `transport` answers in place of the sandbox, `asks` is whether the host can
    ask the person, `shows_pages` whether it shows MCP Apps, and options are more of build_server's."""

    class Recording(httpx.AsyncBaseTransport):
        def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
            self.inner = inner

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            sent.append(request)
            return await self.inner.handle_async_request(request)

    @asynccontextmanager
    async def connect(
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        token: str | None = TOKEN,
        read_only: bool = False,
        asks: bool = True,
        shows_pages: bool = False,
        **options: Any,
    ) -> AsyncIterator[Assistant]:
        recording = Recording(transport or httpx.ASGITransport(app=sandbox))

        def api() -> NfsApi:
            if token is None:
                return NfsApi.unavailable("There is no token. Set DIGITALOCEAN_ACCESS_TOKEN.")
            return NfsApi.connect(
                "http://api.test",
                token,
                read_only=read_only,
                transport=recording,
                clock=clock,
                sleep=clock.sleep,
            )

        server = build_server(api, read_only=read_only, **{"clock": clock, "sleep": clock.sleep, **options})
        pages = [advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})] if shows_pages else []
        callback = person if asks else None
        async with Client(server, mode=protocol_version, elicitation_callback=callback, extensions=pages) as client:
            yield Assistant(client)

    return connect


@pytest.fixture
async def assistant(connect: Connect) -> AsyncIterator[Assistant]:
    async with connect() as assistant:
        yield assistant


@pytest.fixture
async def share(assistant: Assistant, clock: Clock, sent: list[httpx.Request]) -> dict[str, Any]:
    """An ACTIVE share named data, 100 GiB in atl1."""
    share = (await assistant.succeed("create_share", name="data", region="atl1", size_gib=100, vpc_ids=[VPC]))["share"]
    sent.clear()
    assert isinstance(share, dict)
    return share
