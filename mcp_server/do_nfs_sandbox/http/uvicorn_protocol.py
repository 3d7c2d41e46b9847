"""A connection of uvicorn's that can also close without an answer, and whose every error is JSON."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from do_nfs_sandbox.api.answers import error_answer
from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.faults.effects import Delivery
from do_nfs_sandbox.http.asgi import DroppedError, deliver
from do_nfs_sandbox.http.pauses import pause

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from do_nfs_sandbox.http.asgi import Receive, Scope, Send

__all__ = ["SandboxProtocol"]

# How much may come of a head, or of what follows a body, before it is whole. uvicorn's parser keeps what it is sent.
_MAX_UNPARSED = 64 * 1024
# The sandbox changes to no other protocol, which HTTP lets it say by ignoring the request to.
_UPGRADE = re.compile(rb"\nupgrade:[^\n]*(?=\n)", re.IGNORECASE)
# For how many seconds a client may go on with a body that has been refused.
_LINGER = 5
_NOT_HTTP = RequestRefusedError(400, "The request is not valid HTTP.")


def _is_http(scope: Scope) -> bool:
    """Return whether its version has to be answered and, from 1.1 on, it names its host. httptools is laxer."""
    if scope["http_version"] == "1.1":
        return any(name == b"host" for name, _ in scope["headers"])
    return bool(scope["http_version"] == "1.0")


async def _refuse_http(scope: Scope, receive: Receive, send: Send) -> None:
    refusal = error_answer(_NOT_HTTP, headers={"connection": "close"})
    await deliver(send, Delivery.whole(refusal), pause)


class _CoalescingTransport:
    """A transport that holds an answer's head until its body comes: one packet for both."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self._transport, self._close = transport, close
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._parts.append(data)
        # A client waits for this one before it sends its body.
        if data.startswith(b"HTTP/1.1 100 "):
            self.flush()

    def flush(self) -> None:
        if self._parts:
            self._transport.write(b"".join(self._parts))
            self._parts.clear()

    def close(self) -> None:
        self.flush()
        self._close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class SandboxProtocol(HttpToolsProtocol):
    """uvicorn's connection, which closes where a fault says so and answers what is not HTTP."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._application: Any = self.app
        self.app = self._call
        # Whether a request has begun that has not ended, and how many bytes came since the last part that was whole.
        self._receiving = False
        self._unparsed = 0
        # The error to answer, and whether the client will send no more, once earlier requests have been answered.
        self._pending_error: RequestRefusedError | None = None
        self._input_ended = False
        # Whether the connection is to be closed once the client has sent what it is sending.
        self._lingering = False
        self._coalescing: _CoalescingTransport

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn has no other name for the exchange that is under way; self.cycle is the last that has begun.
        bound: Any = send
        cycle = bound.__self__
        coalescing = self._coalescing = cycle.transport = _CoalescingTransport(self.transport, self._close)

        async def join(message: MutableMapping[str, Any]) -> None:
            await send(message)
            if message["type"] != "http.response.start":
                coalescing.flush()

        application = self._application if _is_http(scope) else _refuse_http
        try:
            await application(scope, receive, join)
        except (DroppedError, asyncio.CancelledError):
            # To uvicorn an application that does not answer has a bug, unless nobody waits for the answer. Who
            # cancels is about to end the server, while a fault still sleeps.
            cycle.disconnected = True
            coalescing.flush()
            self.transport.close()

    def on_message_begin(self) -> None:
        self._receiving, self._unparsed = True, 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._receiving, self._unparsed = False, 0
        super().on_message_complete()
        if self._lingering:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        if self._pending_error:
            return
        self._unparsed += len(data)
        before = self._unparsed
        super().data_received(_UPGRADE.sub(b"", data))
        if self._unparsed == before > _MAX_UNPARSED:
            self._refuse(RequestRefusedError(431, "The request line and the headers are too large."))

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own may, to keep the other direction open
        """Answer a request that ends too early: who has closed one direction may still read from the other."""
        self._input_ended = True
        if self._lingering:
            self.transport.close()
            return False
        if self._receiving and not self._pending_error:
            self.send_400_response("")
        return self._busy

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        self._refuse(_NOT_HTTP)

    def on_response_complete(self) -> None:
        self._coalescing.flush()
        super().on_response_complete()
        if self._busy:
            return
        if self._pending_error:
            self._send_error(self._pending_error)
        if self._input_ended:
            self.transport.close()

    def _close(self) -> None:
        """Close the connection after an answer.

        Who is still sending gets the time for it: closing on bytes that nobody has read takes from them the answer too.
        """
        if not self._receiving or self._input_ended:
            self.transport.close()
            return
        self._lingering = True
        self.flow.resume_reading()
        self.loop.call_later(_LINGER, self.transport.close)

    @property
    def _busy(self) -> bool:
        """Whether a request that has come whole is still to be answered."""
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def _refuse(self, error: RequestRefusedError) -> None:
        if self._busy:
            self._pending_error = error
        else:
            self._send_error(error)

    def _send_error(self, error: RequestRefusedError) -> None:
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            answer = error_answer(error)
            headers = {**answer.headers, "connection": "close", "content-length": str(len(answer.content))}
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head = f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n{lines}\r\n"
            self.transport.write(head.encode() + answer.content)
        self.transport.close()
