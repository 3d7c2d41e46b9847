"""Files with secrets in them, which are read only if nobody else can read them."""

import os
import stat
from pathlib import Path

__all__ = ["read_private"]


def read_private(path: Path) -> str:
    """Return the text of a file that only its owner may change and only its owner and group may read.

    Raises:
        ValueError: If it is not such a file, in words that name it.
    """
    try:
        mode = path.stat().st_mode
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
    return text
