"""The sandbox on a port: what uvicorn is told, and what it does not do by itself."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from .asgi import DroppedError, error_content, json_answer
from .errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .app import Sandbox
    from .asgi import Receive, Scope, Send


# uvicorn's own parser of this kind has no limit, and keeps what it is sent.
_MAX_HEAD = 64 * 1024


class Protocol(HttpToolsProtocol):
    """uvicorn's connection, which can also close without an answer, and whose every error is JSON."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._application: Any = self.app
        self.app = self._call
        # Whether a request has begun that has not ended, and how much of its head has come.
        self._under_way = False
        self._head = 0
        # What is to be said once the requests before have been answered.
        self._owed: ApiError | None = None

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        except (DroppedError, asyncio.CancelledError):
            # To uvicorn an application that does not answer has a bug, unless nobody waits for the answer. Who
            # cancels is about to end the server, while a fault still sleeps.
            self.cycle.disconnected = True
            self.transport.close()

    def on_message_begin(self) -> None:
        self._under_way, self._head = True, 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._under_way = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head:
            self._head += len(data)
            if self._head > _MAX_HEAD:
                self._refuse(ApiError(431, "The request line and the headers are too large."))

    def eof_received(self) -> None:
        """Answers a request that ends too early: who has closed one direction may still read from the other."""
        if self._under_way:
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:
        """Answers what is not HTTP."""
        error = ApiError(400, "The request is not valid HTTP.")
        if self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            self._refuse(error)
        else:
            self._owed = error

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._owed and self.cycle.response_complete:
            self._refuse(self._owed)

    def _refuse(self, error: ApiError) -> None:
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            answer = json_answer(error.status, error_content(error))
            headers = {**answer.headers, "connection": "close"}
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
