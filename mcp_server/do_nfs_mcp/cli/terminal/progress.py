"""How far a call is, in a line of the terminal that is written over and over."""

import shutil
from typing import TextIO


class Progress:
    """Progress of a call, as the SDK's progress callback.

    Args:
        stream: The terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = 0

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        """Show how far the call is.

        Args:
            progress: For how many seconds it has gone on.
            total: For how many seconds it goes on at most; the same number once it has ended, None if not known.
            message: What it waits for.
        """
        most = f" of at most {total:.0f} s" if total and total > progress else " s"
        self._show(f"{progress:.0f}{most}: {message or ''}")

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._show("")
            self._stream.write("\r")
            self._stream.flush()

    def _show(self, line: str) -> None:
        # In the last column, terminals begin a new line.
        line = line[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + line.ljust(self._shown))
        self._stream.flush()
        self._shown = len(line)
