"""Chooses what carries requests over the network."""

from urllib.request import getproxies

import httpx


class NotSetUpError(httpx.TransportError):
    """What the environment says of certificates cannot be followed. Nothing was sent."""


def network() -> httpx.AsyncBaseTransport | None:
    """What carries requests over the network; None is httpx's own transport, which knows the ways of proxies."""
    return None if getproxies().keys() & {"http", "https", "all"} else _Direct()


class _Direct(httpx.AsyncBaseTransport):
    """Loads aiohttp for the first request: that takes a tenth of a second, and no start waits for it."""

    def __init__(self) -> None:
        self._transport: httpx.AsyncBaseTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._transport is None:
            from do_nfs_mcp.network import AiohttpTransport

            try:
                self._transport = AiohttpTransport(tls=request.url.scheme == "https")
            except OSError as error:
                raise NotSetUpError(str(error), request=request) from error
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()
