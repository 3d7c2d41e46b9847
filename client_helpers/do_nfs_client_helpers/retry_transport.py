"""Transports for httpx that send a request again where that is safe and may help, by the rules of the server.

They are asked for: the client alone sends each request once.
"""

import time
from collections.abc import Awaitable, Callable, Mapping

import anyio
import httpx

from do_nfs_client_helpers.rate_limit import retry_after
from do_nfs_client_helpers.retry_rules import max_attempts, may_send_again, pause_between_attempts

__all__ = ["NOTHING_SENT", "AsyncRetryTransport", "RetryTransport"]

NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""What httpx raises before anything of a request has left."""

_SECONDS = 60.0


class _Attempts:
    """The attempts to send one request, and the time there is for them."""

    def __init__(self, method: str, seconds: float, clock: Callable[[], float]) -> None:
        self._method = method
        self._clock = clock
        self._until = clock() + seconds
        self._made = 0

    def pause_after(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Return for how many seconds to pause after an answer before the next attempt; None if it is the last."""
        return self._pause(status, retry_after(status, headers, self._clock()), was_sent=True)

    def pause_after_failure(self, error: httpx.TransportError) -> float | None:
        """Return the same after a request that was not answered."""
        return self._pause(None, None, was_sent=not isinstance(error, NOTHING_SENT))

    def _pause(self, status: int | None, retry_after: float | None, *, was_sent: bool) -> float | None:
        self._made += 1
        if self._made >= max_attempts() or not may_send_again(self._method, status, was_sent=was_sent):
            return None
        return pause_between_attempts(self._made, retry_after, self._until - self._clock())


class RetryTransport(httpx.BaseTransport):
    """Sends a request again, up to six times in all, if it was not carried out or does no more when carried out twice.

    That is: what was not sent or was answered 429, whatever it is; and a GET or DELETE whose answer was lost or is a
    500, 502, 503 or 504. A create whose answer was lost is never sent again: it may have been carried out. A deletion
    that is sent again and finds nothing is answered 404. The looks of `wait_for_share` and its like are sent once each:
    they look again themselves, within their own time.

    Args:
        transport: What carries the requests; httpx's own unless given, which knows no proxies of the environment.
        seconds: For how many seconds a request is tried at most. What the API lets come back later is not waited for.
        sleep: Waits for so many seconds.
        clock: The time, in seconds since 1970.

    Example:
        The sandbox refuses the first request and answers the second:

        >>> from do_nfs_client import AuthenticatedClient
        >>> from do_nfs_client.api.shares import list_shares
        >>> from do_nfs_client_helpers import RetryTransport
        >>> from do_nfs_sandbox import Fault, Sandbox, SandboxTransport
        >>> token = "dop_v1_" + "0" * 64
        >>> with Sandbox(seed="examples") as sandbox:
        ...     fault = sandbox.add_fault(Fault("status", operation="list_shares", status=503))
        ...     args = {"transport": RetryTransport(SandboxTransport(sandbox))}
        ...     with AuthenticatedClient(base_url="http://sandbox", token=token, httpx_args=args) as client:
        ...         [share.name for share in list_shares.sync(client=client).shares]
        ['sammy-share-drive', 'sammy-old-drive']
    """

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        seconds: float = _SECONDS,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._transport = transport or httpx.HTTPTransport()
        self._seconds = seconds
        self._sleep = sleep
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, as httpx asks for it. Raises httpx.TransportError if the last attempt got no answer."""
        attempts = _Attempts(request.method, self._seconds, self._clock)
        while True:
            try:
                response = _whole(self._transport.handle_request(request))
                pause = attempts.pause_after(response.status_code, response.headers)
                if pause is None:
                    return response
            except httpx.TransportError as error:
                pause = attempts.pause_after_failure(error)
                if pause is None:
                    raise
            self._sleep(pause)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class AsyncRetryTransport(httpx.AsyncBaseTransport):
    """The same as RetryTransport for calls that do not block. sleep: As asyncio.sleep."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        seconds: float = _SECONDS,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._transport = transport or httpx.AsyncHTTPTransport()
        self._seconds = seconds
        self._sleep = sleep
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, as httpx asks for it. Raises httpx.TransportError if the last attempt got no answer."""
        attempts = _Attempts(request.method, self._seconds, self._clock)
        while True:
            try:
                response = await _whole_async(await self._transport.handle_async_request(request))
                pause = attempts.pause_after(response.status_code, response.headers)
                if pause is None:
                    return response
            except httpx.TransportError as error:
                pause = attempts.pause_after_failure(error)
                if pause is None:
                    raise
            await self._sleep(pause)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


def _whole(response: httpx.Response) -> httpx.Response:
    """Return an answer with its body, which can be lost on the way as well."""
    try:
        assert isinstance(response.stream, httpx.SyncByteStream)
        body = b"".join(response.stream)
    finally:
        response.close()
    return _with_body(response, body)


async def _whole_async(response: httpx.Response) -> httpx.Response:
    try:
        assert isinstance(response.stream, httpx.AsyncByteStream)
        body = b"".join([part async for part in response.stream])
    finally:
        await response.aclose()
    return _with_body(response, body)


def _with_body(response: httpx.Response, body: bytes) -> httpx.Response:
    return httpx.Response(
        response.status_code, headers=response.headers, stream=httpx.ByteStream(body), extensions=response.extensions
    )
