"""Chooses what carries requests over the network, and carries them without what this API has no use for."""

import logging
from functools import lru_cache
from typing import Any
from urllib.request import getproxies

import httpx
from do_nfs_client import AuthenticatedClient

from do_nfs_mcp.api.asyncio_transport import AsyncioTransport
from do_nfs_mcp.api.bounded_answers import BoundedClient
from do_nfs_mcp.api.certificates import tls_context

__all__ = ["make_client"]

logger = logging.getLogger(__name__)


def make_client(
    url: str, timeout: httpx.Timeout, max_answer_bytes: int, transport: httpx.AsyncBaseTransport | None = None
) -> AuthenticatedClient:
    """Make the generated client, whose token is set with each request. Nothing is sent yet.

    Args:
        url: Where the API is, without the /v2.
        timeout: How long connecting, and waiting for an answer, may take.
        max_answer_bytes: How large an answer may be, unpacked.
        transport: What carries requests in place of the network.
    """
    carrier = transport or network(max_answer_bytes)
    # What is for this machine is not sent to a proxy, in the clear.
    is_local = url.lower().startswith("http:")
    return AuthenticatedClient(
        base_url=url,
        token="",
        timeout=timeout,
        httpx_args={"trust_env": not is_local, "transport": carrier, "max_answer_bytes": max_answer_bytes},
        async_client=DirectClient if carrier else BoundedClient if is_local else ProxiedClient,
    )


def network(max_answer_bytes: int) -> httpx.AsyncBaseTransport | None:
    """Return what carries requests over the network; None is httpx's own transport, which knows the ways of proxies."""
    return None if getproxies().keys() & {"http", "https", "all"} else AsyncioTransport(max_answer_bytes)


# To take one apart takes longer than to send it.
_url = lru_cache(httpx.URL)


class DirectClient(BoundedClient):
    """httpx's client without cookies, redirects, logins and proxies, which take a seventh of a short call."""

    def __init__(self, *, transport: httpx.AsyncBaseTransport, **options: Any) -> None:
        super().__init__(transport=transport, **options)
        self._carrier = transport
        self._base = str(self.base_url).rstrip("/")

    async def request(self, method: str, url: httpx.URL | str, **given: Any) -> httpx.Response:
        """Send a request and read its answer. given: of httpx's arguments params, json and headers."""
        headers = self.headers
        if more := given.get("headers"):
            headers = httpx.Headers(headers)
            headers.update(more)
        request = httpx.Request(
            method,
            _url(f"{self._base}{url}"),
            params=given.get("params") or None,
            json=given.get("json"),
            headers=headers,
            extensions={"timeout": self.timeout.as_dict()},
        )
        for hook in self.event_hooks["request"]:
            await hook(request)
        response = await self._carrier.handle_async_request(request)
        response.request = request
        logger.debug("%s %s: %d", method, request.url, response.status_code)
        try:
            for hook in self.event_hooks["response"]:
                await hook(response)
            await response.aread()
        finally:
            await response.aclose()
        return response


class ProxiedClient(BoundedClient):
    """httpx's client, which knows the proxies of the environment, with certificates checked as tls_context() says."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "verify": tls_context()})
