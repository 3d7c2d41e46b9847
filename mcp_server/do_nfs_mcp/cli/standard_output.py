"""What is printed on stdout, for any reader, however early it stops reading."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["reader_may_leave", "say", "write_no_more"]


def say(text: str) -> None:
    """Print a text on stdout. It is not an error if the reader, such as `head`, stops early.

    Args:
        text: What to print.

    Raises:
        OSError: If it cannot be written for another reason, such as a full disk.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        write_no_more()


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Let the process end with its own exit code even if nobody reads to the end what the block prints."""
    try:
        yield
    except BrokenPipeError:
        write_no_more()
        sys.exit(0)
    finally:
        try:
            # A command may be started without a stdout.
            if sys.stdout:
                sys.stdout.flush()
        except BrokenPipeError:
            write_no_more()


def write_no_more() -> None:
    """Keep Python from trying again, when the process ends, to write what is left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
