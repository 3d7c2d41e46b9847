"""The server in memory, with both versions of the protocol; the sandbox has a clock that a test moves."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_sandbox import Sandbox
from mcp import Client
from mcp.client import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp_types import CallToolResult

from .calling import call, text_of
from .clock import Clock
from .constants import NEW_SHARE, PROTOCOL_VERSIONS, TOKEN
from .person import Person


@pytest.fixture(autouse=True)
def logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What a test logs, at every level, holds no token."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    # What the handlers have made of each, of which there are many.
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    assert not [record for record in records if TOKEN in f"{record.message} {record.exc_text} {record.stack_info}"]


class Assistant:
    """A host with a model in it, which calls tools and reads what comes back."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        result = await call(self.client, tool, **arguments)
        assert TOKEN not in result.model_dump_json()
        return result

    async def succeed(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool that has to succeed, and return its structured content."""
        result = await self.call(tool, **arguments)
        assert not result.is_error, text_of(result)
        assert isinstance(result.structured_content, dict)
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


@pytest.fixture(params=PROTOCOL_VERSIONS)
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


class Recording(httpx.AsyncBaseTransport):
    """Notes each request in `sent` and passes it on."""

    def __init__(self, inner: httpx.AsyncBaseTransport, sent: list[httpx.Request]) -> None:
        self.inner, self.sent = inner, sent

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return await self.inner.handle_async_request(request)


Connect = Callable[..., AbstractAsyncContextManager[Assistant]]


@pytest.fixture
def connect(
    protocol_version: str,
    sandbox: Sandbox,
    clock: Clock,
    person: Person,
    sent: list[httpx.Request],
    prompts_and_resources_made_once: None,
) -> Connect:
    """Connect an assistant to a server; `transport` answers in place of the sandbox, `asks` is whether the host can
    ask the person, `shows_pages` whether it shows MCP Apps, and options are more of build_server's."""

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
        recording = Recording(transport or httpx.ASGITransport(app=sandbox), sent)

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
    share = (await assistant.succeed("create_share", **NEW_SHARE))["share"]
    sent.clear()
    assert isinstance(share, dict)
    return share
