"""The port: what uvicorn is told."""

import signal
import socket
from typing import Any

import uvicorn

from do_nfs_mcp.transports.http.bounded_protocol import BoundedProtocol

__all__ = ["serve"]

# A little less than the 5 s within which the process ends.
_LAST_SECONDS = 4


def serve(app: Any, listener: socket.socket) -> None:
    """Serve the application until the process is told to end; calls that are running then have a few seconds."""
    # uvicorn raises the signal that ended it once more when it is done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])
