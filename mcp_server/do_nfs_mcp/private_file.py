"""Files with secrets in them, which are read only if nobody else can read them."""

import os
import stat
from pathlib import Path

__all__ = ["read_private"]


def read_private(path: Path) -> str:
    """Return the text of a file of this user's or root's that nobody else may change, and only its group may read.

    Raises:
        ValueError: If it is not such a file, in words that name it.
    """
    try:
        found = path.stat()
        mode = found.st_mode
        # To open a named pipe waits until somebody writes to it.
        if not stat.S_ISREG(mode):
            raise ValueError(f"{path} is no file")
        text = path.read_text("utf-8")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text") from error
    # Windows has no such bits: there every file seems to be open to all.
    if mode & 0o027 and os.name != "nt":
        raise ValueError(f"{path} is open to others, who may neither read nor write it: chmod 640 {path}")
    # Root's are those that are mounted into a container.
    if os.name != "nt" and found.st_uid not in {os.geteuid(), 0}:
        raise ValueError(f"{path} belongs to another user, who may change it: chown {os.geteuid()} {path}")
    return text
