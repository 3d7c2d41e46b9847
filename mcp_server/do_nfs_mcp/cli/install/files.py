"""Configuration files are read and written as they are, whole or not at all."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from do_nfs_mcp.cli.install.format import ConfigurationError

__all__ = ["BYTE_ORDER_MARK", "back_up", "backup_of", "make_private", "read", "remove", "write"]

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What some editors on Windows begin a text with. Claude Desktop takes no configuration that has it."""


def backup_of(path: Path) -> Path:
    """Return where a configuration is kept as it was before the entry came.

    It is never kept with the entry, which may have a token.
    """
    path = Path(os.path.realpath(path))
    return path.with_name(f"{path.name}.do-nfs-mcp.bak")


def read(path: Path) -> str | None:
    """Return the text of a file with its line ends and its byte order mark; None if there is no such file.

    Raises:
        ConfigurationError: If it is not UTF-8.
        OSError: If it cannot be read.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise ConfigurationError("is not text in UTF-8") from None


def write(path: Path, text: str) -> None:
    """Give a file this text. A program that reads it meanwhile finds the whole old text or the whole new one.

    Raises:
        OSError: If it cannot be written; it is as it was.
    """
    # A link stays one: people keep their configuration in a repository and link to it.
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, text.encode(), like=path)


def back_up(path: Path) -> None:
    """Keep a file as it is in its backup.

    Raises:
        OSError: If that cannot be done.
    """
    _write(backup_of(path), path.read_bytes(), like=path)


def make_private(path: Path) -> None:
    """Let only its owner read and write a file, if there is one. On Windows, where modes do not say that, do nothing.

    Raises:
        OSError: If that cannot be done.
    """
    if os.name != "nt" and path.exists():
        path.chmod(path.stat().st_mode & 0o600)


def remove(path: Path) -> None:
    """Take a file away.

    Raises:
        OSError: If that cannot be done.
    """
    Path(os.path.realpath(path)).unlink()


def _write(path: Path, content: bytes, *, like: Path) -> None:
    """Write a file whole, with the permissions of another; for its owner only if there is no such."""
    if like.exists() and not os.access(like, os.W_OK):
        # To replace it would take no permission but the folder's.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            Path(name).chmod(like.stat().st_mode & 0o777)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise
