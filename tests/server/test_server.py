"""The server takes one connection as the SDK's own stdio transport gives it one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from do_nfs_mcp import NfsApi, build_server
from mcp.server.lowlevel import Server
from mcp.server.mcpserver import server as sdk
from mcp.shared.message import SessionMessage

pytestmark = pytest.mark.anyio


async def test_serving_a_connection_is_what_the_sdk_does_over_stdio(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails if the SDK comes to run another server than `serve` does, or to run it otherwise."""
    to_server, incoming = anyio.create_memory_object_stream[SessionMessage | Exception]()
    outgoing, from_server = anyio.create_memory_object_stream[SessionMessage]()
    runs: list[Any] = []

    async def run(*given: Any, **named: Any) -> None:
        runs.append((given, named))

    @asynccontextmanager
    async def stdio() -> AsyncIterator[Any]:
        yield incoming, outgoing

    monkeypatch.setattr(Server, "run", run)
    monkeypatch.setattr(sdk, "stdio_server", stdio)
    server = build_server(lambda: NfsApi.unavailable("There is no API."))
    with to_server, incoming, outgoing, from_server:
        await server.run_stdio_async()
        await server.serve(incoming, outgoing)
    sdks, ours = runs
    assert sdks == ours
