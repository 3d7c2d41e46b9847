"""A store as it is run: Debian's Redis, set up as docs/http.md says, in a folder and on a port of its own."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .processes import free_port

PASSWORD = "5ca1ab1e" * 4


WITH_PASSWORD = ("--requirepass", PASSWORD)
SETTINGS = (*WITH_PASSWORD, "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction")


class Store:
    """A server of Redis.

    Attributes:
        url: Where it listens, for --state.
        password_file: The file that its password is in, for --state-password-file.
    """

    def __init__(self, folder: Path, settings: Sequence[str] = SETTINGS) -> None:
        self._port = free_port()
        own = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(folder)]
        # A file of settings would have to come first.
        self._arguments = [*settings, *own]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD)
        self.password_file.chmod(0o600)
        self.start()

    def start(self) -> None:
        """Start it, or start it again with what it kept."""
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed: scripts/test --system does it"
        self._process = subprocess.Popen([program, *self._arguments], stdout=subprocess.DEVNULL)
        while not self._answers():
            assert self._process.poll() is None

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End it."""
        self._process.send_signal(number)
        self._process.wait(timeout=60)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=60) as connection:
                connection.sendall(f"AUTH {PASSWORD}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answers:
                    return [answers.readline() for _ in range(2)] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
