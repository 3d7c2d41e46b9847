"""An ASGI application on a free port of this machine."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from anyio.from_thread import start_blocking_portal


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve the application while the block runs, and give its URL."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    with start_blocking_portal() as portal:
        portal.call(_begin, server)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            portal.call(_end, server)


async def _begin(server: uvicorn.Server) -> None:
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    # The header Date comes from here.
    await server.on_tick(0)


async def _end(server: uvicorn.Server) -> None:
    # By itself uvicorn looks ten times a second whether it may end, and a test would wait for that.
    for listener in server.servers:
        listener.close()
    for connection in tuple(server.server_state.connections):
        connection.transport.abort()
    tasks = tuple(server.server_state.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.lifespan.shutdown()
