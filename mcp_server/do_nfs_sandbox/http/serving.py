"""The sandbox on a port: what uvicorn is told, and what it does not do by itself."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.http.asgi import DroppedError, error_content, json_answer, send_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from do_nfs_sandbox.http.asgi import Receive, Scope, Send
    from do_nfs_sandbox.http.sandbox import Sandbox


# How much may come of a head, or of what follows a body, before it is whole. uvicorn's parser keeps what it is sent.
_MAX_UNFINISHED = 64 * 1024
# The sandbox changes to no other protocol, which HTTP lets it say by ignoring the request to.
_UPGRADE = re.compile(rb"\nupgrade:[^\n]*(?=\n)", re.IGNORECASE)


_NOT_HTTP = RequestRefusedError(400, "The request is not valid HTTP.")


def _is_http(scope: Scope) -> bool:
    """Whether it is of a version that a server must answer and, from 1.1 on, names its host. httptools is laxer."""
    if scope["http_version"] == "1.1":
        return any(name == b"host" for name, _ in scope["headers"])
    return bool(scope["http_version"] == "1.0")


async def _refuse_http(scope: Scope, receive: Receive, send: Send) -> None:
    await send_answer(send, json_answer(_NOT_HTTP.status, error_content(_NOT_HTTP), {"connection": "close"}))


class _Joined:
    """A transport that holds an answer's head until its body comes: one packet for both."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
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
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(HttpToolsProtocol):
    """uvicorn's connection, which can also close without an answer, and whose every error is JSON."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._application: Any = self.app
        self.app = self._call
        # Whether a request has begun that has not ended, and how much has come since something was whole.
        self._under_way = False
        self._unfinished = 0
        # What is to be said, and whether to close, once the requests before have been answered.
        self._owed: RequestRefusedError | None = None
        self._ended = False
        self._joined: _Joined

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn has no other name for the exchange that is under way; self.cycle is the last that has begun.
        bound: Any = send
        cycle = bound.__self__
        joined = self._joined = cycle.transport = _Joined(self.transport)

        async def join(message: MutableMapping[str, Any]) -> None:
            await send(message)
            if message["type"] != "http.response.start":
                joined.flush()

        application = self._application if _is_http(scope) else _refuse_http
        try:
            await application(scope, receive, join)
        except (DroppedError, asyncio.CancelledError):
            # To uvicorn an application that does not answer has a bug, unless nobody waits for the answer. Who
            # cancels is about to end the server, while a fault still sleeps.
            cycle.disconnected = True
            joined.close()

    def on_message_begin(self) -> None:
        self._under_way, self._unfinished = True, 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._under_way, self._unfinished = False, 0
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        if self._owed:
            return
        self._unfinished += len(data)
        before = self._unfinished
        super().data_received(_UPGRADE.sub(b"", data))
        if self._unfinished == before > _MAX_UNFINISHED:
            self._refuse(RequestRefusedError(431, "The request line and the headers are too large."))

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own may, to keep the other direction open
        """Answers a request that ends too early: who has closed one direction may still read from the other."""
        self._ended = True
        if self._under_way and not self._owed:
            self.send_400_response("")
        return self._busy

    def send_400_response(self, msg: str) -> None:
        """Answers what is not HTTP."""
        self._refuse(_NOT_HTTP)

    def on_response_complete(self) -> None:
        self._joined.flush()
        super().on_response_complete()
        if self._busy:
            return
        if self._owed:
            self._say(self._owed)
        if self._ended:
            self.transport.close()

    @property
    def _busy(self) -> bool:
        """Whether a request that has come whole is still to be answered."""
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def _refuse(self, error: RequestRefusedError) -> None:
        if self._busy:
            self._owed = error
        else:
            self._say(error)

    def _say(self, error: RequestRefusedError) -> None:
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            answer = json_answer(error.status, error_content(error))
            headers = {**answer.headers, "connection": "close", "content-length": str(len(answer.content))}
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head = f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n{lines}\r\n"
            self.transport.write(head.encode() + answer.content)
        self.transport.close()


def config(sandbox: Sandbox, **options: Any) -> uvicorn.Config:
    """How uvicorn serves the sandbox. options: more of uvicorn.Config's."""
    return uvicorn.Config(
        sandbox,
        http=Protocol,
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        **options,
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any free one. Raises OSError."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listener = socket.create_server((host, port), family=family, backlog=1024)
    # Connections inherit it. Without it an answer's second packet waits 40 ms for the first to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def serve(sandbox: Sandbox) -> Iterator[str]:
    """Serves the sandbox on a free port of 127.0.0.1, in a thread, while the block runs. Gives the URL.

    Without uvicorn's Server: it looks for the end ten times a second only, which a test would have to wait for.
    """
    # No logging configuration: the process belongs to someone's tests.
    settings, state = config(sandbox, log_config=None), ServerState()
    listener = listen("127.0.0.1", 0)
    loop = asyncio.new_event_loop()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: Protocol(settings, state, {}), sock=listener)

    async def stop() -> None:
        server.close()
        for task in state.tasks:
            task.cancel()
        for connection in state.connections:
            connection.transport.abort()
        await asyncio.gather(*state.tasks, return_exceptions=True)
        # What the closed transports have still to do.
        await asyncio.sleep(0)

    thread = threading.Thread(target=loop.run_forever, name="do-nfs-sandbox", daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(start(), loop).result()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            asyncio.run_coroutine_threadsafe(stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        listener.close()
