"""Servers as they are started: processes of their own, which say on stderr where they listen."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SERVER = (sys.executable, "-m", "do_nfs_mcp", "--transport", "http", "--port", "0")
SANDBOX = (sys.executable, "-m", "do_nfs_sandbox", "--port", "0")
_LISTENING = re.compile(r"listening on (http://[^\s;/]+)")


class Process:
    """A running server.

    Attributes:
        url: Where it listens.
        logged: The lines it wrote to stderr; all of them once it has ended.
    """

    def __init__(self, *command: str, **variables: str) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DIGITALOCEAN_")}
        self.popen = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment | variables,
        )
        assert self.popen.stdout is not None
        assert self.popen.stderr is not None
        self._out, self._err = self.popen.stdout, self.popen.stderr
        self.logged: list[str] = []
        for line in self._err:
            self.logged.append(line)
            if found := _LISTENING.search(line):
                self.url = found[1]
                break
        else:
            raise AssertionError(self.logged)
        self._reader = threading.Thread(target=lambda: self.logged.extend(self._err), daemon=True)
        self._reader.start()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end; gives its exit status."""
        self.popen.send_signal(number)
        status = self.popen.wait(timeout=60)
        self._reader.join(timeout=60)
        assert self._out.read() == ""
        self._out.close()
        self._err.close()
        return status


@contextmanager
def running(*command: str, **variables: str) -> Iterator[Process]:
    """Run a server while the block runs."""
    process = Process(*command, **variables)
    try:
        yield process
    finally:
        if not process._out.closed:
            process.stop(signal.SIGKILL)


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
