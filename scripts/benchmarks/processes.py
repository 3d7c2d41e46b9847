"""The servers as processes: one that says its port, one that is spoken to over stdio, one that listens."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

# No server is waited for longer. Long enough for the most calls in a row.
SECONDS = 1200
SANDBOX_SAYS = r"http://127\.0\.0\.1:(\d+)"
PROTOCOL_VERSION = "2025-11-25"
INITIALIZE = {"protocolVersion": PROTOCOL_VERSION, "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def message(number: int, method: str, **params: Any) -> dict[str, Any]:
    """A request of JSON-RPC."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def sandbox(*arguments: str) -> list[str]:
    """The command of a sandbox on a free port."""
    return [sys.executable, "-m", "do_nfs_sandbox", "--port", "0", *arguments]


@contextmanager
def running(command: list[str], says: str = SANDBOX_SAYS) -> Iterator[int]:
    """Run a server until the block ends, and give the port that it says it listens on."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(says, line):
                break
        else:
            sys.exit(f"{command[0]} did not start")
        yield int(found[1])
    finally:
        process.kill()
        process.communicate()


@contextmanager
def listening(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """Run a server that listens on this port until the block ends, and give its process id."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            sys.exit(f"{command} did not start")
        yield process.pid
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Stdio:
    """A server that is spoken to over its stdin and stdout, with blocking reads: nothing is cheaper.

    Attributes:
        started_ms: From the start of the process to its answer to initialize.
        process: Its id.
        refused: How many of its answers were errors.
    """

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.refused = 0
        self._start = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self._watch = threading.Timer(SECONDS, self._process.kill)
        self._watch.daemon = True
        self._watch.start()
        self.request("initialize", **INITIALIZE)
        self.started_ms = self.since_start_ms
        self.process = self._process.pid
        self._write(json.dumps(INITIALIZED).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        self._process.kill()
        self._process.communicate()

    @property
    def since_start_ms(self) -> float:
        """How long ago the process was started."""
        return (time.perf_counter() - self._start) * 1000

    def request(self, method: str, **params: Any) -> bytes:
        """Send a request and return the line that answers it."""
        self._write(json.dumps(message(1, method, **params)).encode())
        return self._answer()

    def call_ms(self, tool: str) -> float:
        """How long a call of a tool without arguments takes."""
        line = json.dumps(message(2, "tools/call", name=tool, arguments={})).encode()
        start = time.perf_counter()
        self._write(line)
        self._answer()
        return (time.perf_counter() - start) * 1000

    def calls_a_second(self, tool: str, count: int, in_flight: int) -> float:
        """The rate of so many calls, so many of them under way at any time."""
        calls = (json.dumps(message(n, "tools/call", name=tool, arguments={})).encode() for n in range(10, 10 + count))
        start = time.perf_counter()
        waiting = 0
        for line in calls:
            if waiting == in_flight:
                self._answer()
                waiting -= 1
            self._write(line)
            waiting += 1
        for _ in range(waiting):
            self._answer()
        return count / (time.perf_counter() - start)

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> bytes:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            wrong = b'"isError":true' in line or b'"error":{' in line
            self.refused += wrong
            if wrong or b'"result":' in line:
                return line
        sys.exit(f"{self._process.args!r} ended")


def memory_mb(process: int, which: str) -> float:
    """VmRSS, what a process has now, or VmHWM, the most that it had; in MB, on Linux."""
    found = re.search(rf"{which}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1]) / 1024


def processor_ms(process: int) -> float:
    """How long a process has been at work, which does not depend on what else the machine does. On Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def environment(token: str) -> dict[str, str]:
    """This environment, with a token under the names that servers look for and with no other."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("DIGITALOCEAN_")}
    return others | {"DIGITALOCEAN_ACCESS_TOKEN": token, "DIGITALOCEAN_API_TOKEN": token}
