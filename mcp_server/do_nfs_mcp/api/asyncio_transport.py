"""Carries httpx's requests over asyncio's connections, in a quarter of the time that httpx's own transport takes."""

import asyncio
import re
import ssl
from collections import defaultdict
from functools import partial
from typing import cast

import httptools
import httpx

from do_nfs_mcp.api.bounded_answers import MAX_HEAD_BYTES, AnswerTooLargeError, head_too_large
from do_nfs_mcp.api.certificates import tls_context

__all__ = ["AsyncioTransport", "NotSetUpError"]

_PORTS = {"http": 80, "https": 443}
# For how many seconds a connection is kept that nothing is sent over, as httpx's own transport does.
_KEEP_SECONDS = 5
# After how many seconds without an answer from one of a name's addresses the next is tried as well (RFC 8305).
_NEXT_ADDRESS_SECONDS = 0.25
# What would end a header and begin another.
_BREAKS = re.compile(rb"[\r\n\0]")


class NotSetUpError(httpx.TransportError):
    """What the environment says of certificates cannot be followed. Nothing was sent."""


class AsyncioTransport(httpx.AsyncBaseTransport):
    """Sends each request once, directly, and reads the whole answer. Fails as httpx's own transport does.

    It is for requests whose content is at hand and whose method is not HEAD. Certificates are checked as tls_context()
    says.

    Args:
        max_answer_bytes: How large an answer's content may be, as it comes. A larger one is an AnswerTooLargeError.
    """

    def __init__(self, max_answer_bytes: int) -> None:
        self._max_answer_bytes = max_answer_bytes
        self._idle: defaultdict[tuple[str, str, int], list[_Connection]] = defaultdict(list)
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the answer."""
        url, timeout = request.url, request.extensions.get("timeout", {})
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol(f"neither http nor https: {url.scheme}", request=request)
        message = _head(request) + await request.aread()
        host, port = url.raw_host.decode(), url.port or _PORTS[url.scheme]
        idle = self._idle[url.scheme, host, port]
        while idle:
            connection = idle.pop()
            if connection.is_usable:
                break
        else:
            connection = await self._connect(request, host, port, timeout.get("connect"), idle)
        return await connection.exchange(request, message, timeout.get("read"))

    async def aclose(self) -> None:
        """Close the connections that nothing is under way on."""
        for idle in self._idle.values():
            for connection in tuple(idle):
                connection.close()

    async def _connect(
        self, request: httpx.Request, host: str, port: int, seconds: float | None, idle: "list[_Connection]"
    ) -> "_Connection":
        tls = request.url.scheme == "https"
        if tls and self._tls is None:
            try:
                self._tls = tls_context()
            except OSError as error:
                raise NotSetUpError(str(error), request=request) from error
        try:
            async with asyncio.timeout(seconds):
                _, connection = await asyncio.get_running_loop().create_connection(
                    partial(_Connection, idle, self._max_answer_bytes),
                    host,
                    port,
                    ssl=self._tls if tls else None,
                    happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error), request=request) from error
        except OSError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        return connection


class _Connection(asyncio.Protocol):
    """A connection, on which one request is under way at a time.

    Args:
        idle: Where it waits for the next.
        max_answer_bytes: How large an answer's content may be.
    """

    def __init__(self, idle: "list[_Connection]", max_answer_bytes: int) -> None:
        self._idle = idle
        self._max_answer_bytes = max_answer_bytes
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._answered: asyncio.Future[None] | None = None
        # For how long nothing may be heard, and what looks at that. It outlives an answer: two for each take longer.
        self._longest_silence: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def exchange(self, request: httpx.Request, message: bytes, seconds: float | None) -> httpx.Response:
        """Send a request and read the answer.

        Args:
            request: The request.
            message: What is sent of it.
            seconds: How long the server may be silent; None for any time.
        """
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._received = self._since_content = 0
        self._ends_with_connection = self._can_go_on = self._is_packed = False
        self._answered = self._loop.create_future()
        self._watch(seconds)
        if self._transport.is_closing():
            self._end(_hung_up())
        self._transport.write(message)
        try:
            await self._answered
        except httpx.TransportError as error:
            error.request = request
            raise
        finally:
            self._answered = None
            if self.is_usable:
                self._watch(_KEEP_SECONDS)
                self._idle.append(self)
            else:
                self.close()
        content = b"".join(self._body)
        if self._is_packed:
            # The reader decompresses it.
            stream = httpx.ByteStream(content)
            return httpx.Response(self._status, headers=self._headers, stream=stream, request=request)
        return httpx.Response(self._status, headers=self._headers, content=content, request=request)

    @property
    def is_usable(self) -> bool:
        """Whether another request can be sent."""
        return self._can_go_on and not self._transport.is_closing()

    def close(self) -> None:
        """Close it, whatever is under way."""
        self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._answered is None:
            # Nothing was asked.
            self.close()
            return
        self._heard = self._loop.time()
        self._received += len(data)
        self._since_content += len(data)
        if self._received > self._max_answer_bytes + MAX_HEAD_BYTES:
            self._give_up(AnswerTooLargeError(self._max_answer_bytes))
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._give_up(httpx.RemoteProtocolError(f"The answer is no HTTP: {error}"))
        # The parser puts a line together anew with each part that comes of it.
        if self._since_content > MAX_HEAD_BYTES:
            self._give_up(head_too_large())

    def eof_received(self) -> None:
        if self._ends_with_connection:
            self._end()

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._idle:
            self._idle.remove(self)
        if self._timer:
            self._timer.cancel()
        self._end(httpx.ReadError(str(error)) if error else _hung_up())

    # What httptools calls.

    def on_message_begin(self) -> None:
        if self._answered is None or self._answered.done():
            raise httpx.RemoteProtocolError("This is a second answer to one request.")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value.strip()))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()
        names = {name.lower() for name, _ in self._headers}
        self._ends_with_connection = names.isdisjoint({b"content-length", b"transfer-encoding"})
        self._is_packed = b"content-encoding" in names

    def on_body(self, part: bytes) -> None:
        self._body.append(part)
        self._since_content = 0

    def on_message_complete(self) -> None:
        if self._status < 200:
            # The answer itself is still to come.
            self._headers.clear()
            self._ends_with_connection = False
        else:
            self._can_go_on = self._parser.should_keep_alive()
            self._end()

    def _watch(self, seconds: float | None) -> None:
        """Take silence for the end from now on if it lasts for so many seconds; None for never."""
        self._heard, self._longest_silence = self._loop.time(), seconds
        if seconds is not None and not (self._timer and self._timer.when() <= self._heard + seconds):
            self._look_in(seconds)

    def _look_in(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self._timer, seconds = None, self._longest_silence
        if seconds is None:
            return
        left = self._heard + seconds - self._loop.time()
        if left > 0:
            self._look_in(left)
        elif self._answered:
            self._end(httpx.ReadTimeout(f"The server was silent for {seconds:g} s."))
        else:
            self.close()

    def _give_up(self, error: httpx.TransportError) -> None:
        """Fail, and read nothing more."""
        self._end(error)
        self.close()

    def _end(self, error: httpx.TransportError | None = None) -> None:
        """Let the request that is under way, if there is one, have what has come of its answer, or an error."""
        if self._answered is None or self._answered.done():
            return
        if error:
            self._answered.set_exception(error)
        else:
            self._answered.set_result(None)


def _hung_up() -> httpx.TransportError:
    return httpx.RemoteProtocolError("The server hung up before its answer ended.")


def _head(request: httpx.Request) -> bytes:
    lines = [
        b"%b %b HTTP/1.1" % (request.method.encode(), request.url.raw_path),
        *(b"%b: %b" % header for header in request.headers.raw),
    ]
    if any(map(_BREAKS.search, lines)):
        raise httpx.LocalProtocolError("A header has a line break in it.", request=request)
    return b"\r\n".join([*lines, b"", b""])
