"""What the port is told."""

import signal
import socket
from typing import Any

import pytest
import uvicorn
from do_nfs_mcp.transports.http.bounded_protocol import BoundedProtocol
from do_nfs_mcp.transports.http.uvicorn_runner import serve


def test_calls_have_4_seconds_to_end_and_neither_requests_nor_the_server_s_name_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[tuple[uvicorn.Config, list[socket.socket] | None]] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
        ran.append((server.config, sockets))

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    app: Any = object()
    with socket.socket() as listener:
        serve(app, listener)
        ((config, sockets),) = ran
        assert (config.app, sockets) == (app, [listener])
    # The process ends within 5 s.
    assert config.timeout_graceful_shutdown == 4
    assert (config.access_log, config.server_header, config.log_config) == (False, False, None)
    assert (config.http, config.ws, config.lifespan) == (BoundedProtocol, "none", "on")
