"""A stderr that never stops the server: hosts exist that start one with a pipe for stderr and never read from it."""

import io
import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["background_stderr"]

# How many characters may wait to be written. Who is only slow to read misses nothing.
_MOST_WAITING = 1024 * 1024
# For how many seconds the end of the process waits for what is still to be written.
_LAST_SECONDS = 0.5


class BackgroundStderr(io.TextIOBase):
    """Writes text to a descriptor from a thread of its own, which starts with the first text.

    What comes while too much is waiting is dropped and counted, and close() tells the count.

    Args:
        descriptor: Where to write. It is not closed.
        most_waiting: How many characters may wait.
    """

    encoding = "utf-8"

    def __init__(self, descriptor: int, most_waiting: int = _MOST_WAITING) -> None:
        self._descriptor = descriptor
        self._most_waiting = most_waiting
        self._texts: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._waiting = self._dropped = 0
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Have a text written, or drop it. Returns its length at once, whatever becomes of it."""
        with self._lock:
            if self._waiting + len(text) > self._most_waiting:
                self._dropped += text.count("\n")
                return len(text)
            self._waiting += len(text)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="stderr", daemon=True)
                self._writer.start()
        self._texts.put(text)
        return len(text)

    def close(self) -> None:
        """Wait a moment for what is still to be written, and tell how many lines were dropped."""
        if self._writer:
            self._texts.put(None)
            self._writer.join(_LAST_SECONDS)
        super().close()

    def _write(self) -> None:
        while (text := self._texts.get()) is not None:
            self._write_out(text)
            with self._lock:
                self._waiting -= len(text)
        if self._dropped:
            self._write_out(f"do-nfs-mcp: {self._dropped} lines are missing above: they were not read in time.\n")

    def _write_out(self, text: str) -> None:
        left = memoryview(text.encode(errors="backslashreplace"))
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            # The reader has gone.
            self._dropped += text.count("\n")


@contextmanager
def background_stderr() -> Iterator[None]:
    """Let all that is written to sys.stderr inside go through a BackgroundStderr."""
    stderr = sys.stderr
    # Python has none where a host has closed it.
    if stderr is None:
        yield
        return
    stderr.flush()
    sys.stderr = background = BackgroundStderr(stderr.fileno())
    try:
        yield
    finally:
        sys.stderr = stderr
        background.close()
