"""The sandbox on a port."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.server import ServerState

from do_nfs_sandbox.http.uvicorn_protocol import SandboxProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from do_nfs_sandbox.http.sandbox import Sandbox

__all__ = ["config", "listen", "serve"]


def config(sandbox: Sandbox, **options: Any) -> uvicorn.Config:
    """Make the configuration with which uvicorn serves a sandbox.

    Args:
        sandbox: What is served.
        options: More of `uvicorn.Config`'s arguments.
    """
    return uvicorn.Config(
        sandbox,
        http=SandboxProtocol,
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        **options,
    )


def listen(host: str, port: int) -> socket.socket:
    """Open a socket that listens.

    Args:
        host: A name or an address of this machine.
        port: The port; 0 is any free one.

    Raises:
        OSError: If it cannot listen there.
    """
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listener = socket.create_server((host, port), family=family, backlog=1024)
    # Connections inherit it. Without it an answer's second packet waits 40 ms for the first to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def serve(sandbox: Sandbox) -> Iterator[str]:
    """Serve a sandbox on a free port of 127.0.0.1, in a thread, while the block runs.

    Args:
        sandbox: What is served.

    Yields:
        Its URL, such as `http://127.0.0.1:8181`.
    """
    # Without uvicorn's Server: it looks for the end ten times a second only, which a test would have to wait for.
    # Without a logging configuration: the process belongs to someone's tests.
    settings, state = config(sandbox, log_config=None), ServerState()
    listener = listen("127.0.0.1", 0)
    loop = asyncio.new_event_loop()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: SandboxProtocol(settings, state, {}), sock=listener)

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
