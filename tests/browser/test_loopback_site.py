"""The site of both pages on this machine: its end."""

from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from do_nfs_mcp.browser.loopback_site import LoopbackSite
from starlette.requests import Request
from starlette.responses import Response

from ..support.browsing_person import http

pytestmark = pytest.mark.anyio


async def test_closing_it_ends_what_is_being_answered() -> None:
    begun, ended = anyio.Event(), anyio.Event()

    async def respond(request: Request) -> Response:
        begun.set()
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()
        return Response()

    site = LoopbackSite(respond)
    origin = await site.origin()

    async def ask() -> None:
        async with http() as client:
            with pytest.raises(httpx.TransportError):
                await client.get(origin)

    async with anyio.create_task_group() as asking:
        asking.start_soon(ask)
        await begun.wait()
        await site.aclose()
    assert ended.is_set()


async def test_closing_it_ends_connections_on_which_nothing_was_asked() -> None:
    async def respond(request: Request) -> Response:
        return Response()

    site = LoopbackSite(respond)
    address = urlsplit(await site.origin())
    async with await anyio.connect_tcp(str(address.hostname), address.port or 0) as silent:
        # By when another has been answered, this one has been taken.
        async with http() as client:
            await client.get(address.geturl())
        await site.aclose()
        with anyio.fail_after(30), pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await silent.receive()
