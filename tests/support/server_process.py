"""The server as a host starts it: a process of its own, spoken to over its stdin and stdout."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from do_nfs_mcp.observability.masking import Masking

from .constants import INITIALIZE_PARAMS, REQUEST_META, TOKEN


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without any token, and with these variables. In CI no browser is opened."""
    return {k: v for k, v in os.environ.items() if not k.startswith("DIGITALOCEAN_")} | {"CI": "true"} | variables


class Server:
    """A running server. Whatever it writes to stdout has to be a line of JSON-RPC."""

    def __init__(self, arguments: tuple[str, ...], variables: dict[str, str]) -> None:
        if "--sandbox" in arguments:
            # Nothing is to be done with it, nor is it to be shown.
            variables = {"DIGITALOCEAN_ACCESS_TOKEN": TOKEN} | variables
        self.tokens = [value for name, value in variables.items() if name.startswith("DIGITALOCEAN_")]
        self.said: list[bytes] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "do_nfs_mcp", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(**variables),
        )
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.logged: list[bytes] = []
        self._readers = [
            threading.Thread(target=self._read_out, daemon=True),
            threading.Thread(target=lambda: self.logged.extend(self._err), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self._ids = iter(range(1, 1_000_000))
        self.meta: dict[str, Any] = {}

    @property
    def _out(self) -> Iterator[bytes]:
        assert self.process.stdout is not None
        return iter(self.process.stdout)

    @property
    def _err(self) -> Iterator[bytes]:
        assert self.process.stderr is not None
        return iter(self.process.stderr)

    def _read_out(self) -> None:
        for line in self._out:
            self.said.append(line)
            self.lines.put(line)

    def write(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.lines.get(timeout=30))
        assert message["jsonrpc"] == "2.0"
        return message

    def send(self, method: str, params: dict[str, Any]) -> int:
        """Send a request, whose id it returns, and wait for nothing."""
        number = next(self._ids)
        params = {**params, "_meta": {**self.meta, **params.get("_meta", {})}}
        self.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())
        return number

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        number = self.send(method, params)
        answer = self.read()
        assert answer["id"] == number
        return answer

    def initialize(self, **capabilities: Any) -> dict[str, Any]:
        """Begin as clients before 2026-07-28 do."""
        params = {**INITIALIZE_PARAMS, "capabilities": capabilities}
        answer: dict[str, Any] = self.request("initialize", params)["result"]
        self.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        return answer

    def discover(self) -> dict[str, Any]:
        """Begin as clients from 2026-07-28 on do."""
        self.meta = REQUEST_META
        answer: dict[str, Any] = self.request("server/discover", {})["result"]
        return answer

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.request("tools/call", {"name": tool, "arguments": arguments})["result"]
        return answer

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def finish(self) -> int:
        """Wait for the process, which was told to end, and for all it wrote. Gives its exit code."""
        code = self.process.wait(timeout=30)
        for reader in self._readers:
            reader.join(timeout=30)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        said = b"".join([*self.said, *self.logged]).decode()
        assert Masking(*self.tokens)(said) == said, "the server has shown a token"
        return code

    @property
    def complaints(self) -> list[bytes]:
        """What was logged besides the audit of calls."""
        return [line for line in self.logged if not line.startswith(b'{"time": ')]

    def stop(self) -> str:
        """Close stdin, as a host does, and return what was logged."""
        self.close_stdin()
        assert self.finish() == 0
        assert self.lines.empty(), "the server wrote more than it was asked for"
        return b"".join(self.logged).decode()


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Start a server with these arguments and environment variables."""
    servers: list[Server] = []

    def start(*arguments: str, **variables: str) -> Server:
        servers.append(Server(arguments, variables))
        return servers[-1]

    yield start
    for server in servers:
        server.process.kill()
        server.finish()
