"""The file that the lines of the audit go to."""

import atexit
import io
import os
import stat

from do_nfs_mcp.observability.background_stderr import BackgroundStderr

__all__ = ["opened"]


def opened(path: str) -> io.TextIOBase:
    """Open a file to add lines to, which nobody else can read if it is new.

    What is no file, such as a pipe, may have nobody who reads it: it never holds up who writes.

    Raises:
        OSError: If that cannot be done. Nobody having a named pipe open to read from is a reason.
    """
    # Who opens a named pipe waits otherwise until somebody reads from it.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.set_blocking(descriptor, True)
        stream = BackgroundStderr(descriptor)
        # So that the lines of the last calls get there, and the count of those that did not.
        atexit.register(stream.close)
        return stream
    return os.fdopen(descriptor, "a", encoding="utf-8")
