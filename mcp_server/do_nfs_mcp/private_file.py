"""Files that nobody else may read, change or replace."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["read_private", "refuse_if_replaceable"]


def read_private(path: Path) -> str:
    """Return the text of a file of this user's or root's that nobody else may change or replace, and only its group may
    read.

    Raises:
        ValueError: If it is not such a file, in words that name it.
    """
    try:
        found = path.stat()
        mode = found.st_mode
        # To open a named pipe waits until somebody writes to it.
        if not stat.S_ISREG(mode):
            raise ValueError(f"{path} is not a file")
        text = path.read_text("utf-8")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not text") from error
    # Windows has no such bits: there every file seems to be open to all.
    if mode & 0o027 and sys.platform != "win32":
        raise ValueError(f"{path} is open to others, who may neither read nor write it: chmod 640 {path}")
    # Root's are those that are mounted into a container.
    if sys.platform != "win32" and found.st_uid not in {os.geteuid(), 0}:
        raise ValueError(f"{path} belongs to another user, who may change it: chown {os.geteuid()} {path}")
    refuse_if_replaceable(path)
    return text


def refuse_if_replaceable(path: Path, others: int = stat.S_IWGRP | stat.S_IWOTH) -> None:
    """Refuse a file that others could put another in the place of: they may write to a folder on the way to it.

    Args:
        path: The file. Where symbolic links lead to it, the folders that these are in count, too.
        others: The bits of a folder's mode that let others write there.

    Raises:
        ValueError: If they could, in words that name the folder.
        OSError: If there is no such folder.
    """
    # Windows has no such bits.
    if sys.platform == "win32":
        return
    for folder in _folders_to(path.absolute()):
        found = folder.stat()
        if found.st_uid not in {os.geteuid(), 0}:
            raise ValueError(
                f"{folder} belongs to another user, who may replace {path}: keep it in a folder of your own"
            )
        open_to = found.st_mode & others
        # In a folder that is sticky nobody replaces what is another's.
        if open_to and not found.st_mode & stat.S_ISVTX:
            who = "go" if open_to & stat.S_IWGRP else "o"
            raise ValueError(f"others may write in {folder}, and so replace {path}: chmod {who}-w {folder}")


def _folders_to(path: Path) -> Iterator[Path]:
    """Give the folders that decide what an absolute path leads to."""
    for step in (path, *path.parents):
        yield step.parent
        if step.is_symlink():
            yield from _folders_to(step.parent / step.readlink())
