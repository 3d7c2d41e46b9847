"""The file that the lines of the audit go to."""

import atexit
import errno
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from do_nfs_mcp.observability.background_stderr import BackgroundStderr
from do_nfs_mcp.private_file import refuse_if_replaceable

__all__ = ["AuditFile", "opened"]


class AuditFile(io.TextIOBase):
    """Adds lines to a file, each whole or not at all. Other processes may add theirs meanwhile.

    Args:
        descriptor: The file, open for reading and adding. It is closed with this.
        chained: Whether each line carries the hash of the one before.
        synced: Whether a line is on the disk when write() returns. A device has no such thing.

    Raises:
        OSError: If the file cannot be locked, or lines cannot be chained to those that are there.
    """

    def __init__(self, descriptor: int, *, chained: bool = False, synced: bool = False) -> None:
        self._descriptor = descriptor
        self._chained = chained
        self._synced = synced
        # What cannot be done is found out now, not by the first line.
        try:
            with _locked(descriptor):
                if chained:
                    self._linked("{}", os.fstat(descriptor).st_size)
        except OSError:
            self.close()
            raise

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Add a line, which ends with a line feed. Returns its length.

        Raises:
            OSError: It was not added.
        """
        with _locked(self._descriptor):
            found = os.fstat(self._descriptor)
            if not found.st_nlink:
                raise FileNotFoundError(errno.ENOENT, "the file was deleted")
            added = self._linked(text, found.st_size) if self._chained else text
            if found.st_size and self._read(found.st_size - 1) != b"\n":
                # The process that wrote last was killed in the middle of a line.
                added = "\n" + added
            try:
                self._add(added.encode())
                if self._synced and stat.S_ISREG(found.st_mode):
                    os.fsync(self._descriptor)
            except OSError:
                # Part of a line cannot be read.
                with suppress(OSError):
                    os.ftruncate(self._descriptor, found.st_size)
                raise
        return len(text)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()

    def _add(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]

    def _linked(self, text: str, size: int) -> str:
        # Not for those who chain nothing.
        from do_nfs_mcp.observability.audit_chain import last_link, linked

        try:
            last = last_link(self._read, size)
        except ValueError as error:
            raise OSError(errno.EINVAL, f"nothing can be chained to it: {error}") from error
        return linked(text.removesuffix("\n"), last) + "\n"

    def _read(self, begin: int) -> bytes:
        os.lseek(self._descriptor, begin, os.SEEK_SET)
        parts = []
        while part := os.read(self._descriptor, 1024 * 1024):
            parts.append(part)
        return b"".join(parts)


def opened(path: str, *, chained: bool = False, required: bool = False) -> io.TextIOBase:
    """Open a file to add lines to, which nobody else can read if it is new.

    What is not a file, such as a pipe, may have no reader: unless lines are required, it never holds up who
    writes.

    Args:
        path: The file. It is opened this once: whatever becomes of the path later, lines go where they went.
        chained: Whether each line carries the hash of the one before.
        required: Whether write() may return only when a line is kept.

    Raises:
        OSError: If that cannot be done, or if others could write there or put another file in its place. Nobody having
            a named pipe open to read from is a reason.
    """
    if Path(path).is_symlink():
        raise OSError(errno.ELOOP, "it is a symbolic link, which could lead elsewhere tomorrow; name the file itself")
    try:
        # On Ubuntu a group of the system's may write to /var/log.
        refuse_if_replaceable(Path(path), stat.S_IWOTH)
    except ValueError as error:
        raise PermissionError(errno.EPERM, str(error)) from error
    # Who opens a named pipe to read as well is a reader, of whom there may be no other.
    access = os.O_WRONLY if Path(path).is_fifo() else os.O_RDWR
    # Who opens a named pipe waits otherwise until somebody reads from it.
    flags = os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, access | flags, 0o600)
    try:
        found = os.fstat(descriptor)
        _check_access(found)
        is_file, is_device = stat.S_ISREG(found.st_mode), stat.S_ISCHR(found.st_mode)
        if not is_file and (chained or (required and not is_device)):
            raise OSError(errno.EINVAL, "it is not a regular file, so its lines may be lost")
    except OSError:
        os.close(descriptor)
        raise
    if is_file or required:
        return AuditFile(descriptor, chained=chained, synced=required)
    if sys.platform != "win32":
        os.set_blocking(descriptor, True)
    stream = BackgroundStderr(descriptor)
    # So that the lines of the last calls get there, and the count of those that did not.
    atexit.register(stream.close)
    return stream


def _check_access(found: os.stat_result) -> None:
    """Raise OSError if others than the owner may write there, or if the owner is another."""
    # Windows has no such bits: there every file seems to be open to all. A device is nobody's.
    if sys.platform == "win32" or stat.S_ISCHR(found.st_mode):
        return
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(errno.EPERM, "others may write there, and change its lines; chmod go-w takes that away")
    if found.st_uid not in {os.geteuid(), 0}:
        raise PermissionError(errno.EPERM, "it belongs to another user, who may change its lines")


@contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Keep out other processes that add lines to the file.

    The lock is one that only who may write can take, so that no reader can hold the server up.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    fcntl.lockf(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.lockf(descriptor, fcntl.LOCK_UN)
