"""Colours on a terminal that has them."""

import os
import re
import sys

__all__ = ["coloured"]

_COLOURS = {"ACTIVE": 32, "CREATING": 33, "INACTIVE": 33, "FAILED": 31, "failed": 31}
_STATUS = re.compile(rf"(?<=  )({'|'.join(_COLOURS)})(?=  |$)", re.MULTILINE)
_HEADING = re.compile(r"(?<![A-Z]\n)^[A-Z][A-Z ]*(  +[A-Z][A-Z ]*)+$|^[A-Z][a-z]+(?: [a-z]+)*$", re.MULTILINE)


def coloured(text: str) -> str:
    """Return a text of tables and facts with statuses in colour and headings in bold, where stdout shows that.

    It does not where the variable NO_COLOR is set (https://no-color.org), TERM is dumb, or no terminal reads it.

    Args:
        text: The text.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not (sys.stdout and sys.stdout.isatty()):
        return text
    text = _HEADING.sub("\x1b[1m\\g<0>\x1b[0m", text)
    return _STATUS.sub(lambda found: f"\x1b[{_COLOURS[found[1]]}m{found[1]}\x1b[0m", text)
