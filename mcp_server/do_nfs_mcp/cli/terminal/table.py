"""Text in columns."""

import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

_GAP = "  "


def table(rows: Sequence[Sequence[str]], *, wide: bool = False) -> str:
    """Return rows as text, as wide as the terminal at most. Words are broken only where they have to be.

    Args:
        rows: The cells of each, as many in one as in the other.
        wide: Whether it may be wider than the terminal.
    """
    at_most = sys.maxsize if wide else shutil.get_terminal_size().columns
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    longest_words = [max(len(word) for cell in column for word in cell.split() or [""]) for column in columns]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > at_most and max(widths) > 1:
        # The widest of those that can be narrower without breaking a word.
        widest = max(range(len(widths)), key=lambda at: (widths[at] > longest_words[at], widths[at]))
        widths[widest] -= 1
    wrapped = ([textwrap.wrap(cell, width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    lines = (parts for row in wrapped for parts in zip_longest(*row, fillvalue=""))
    return "\n".join(
        _GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip() for parts in lines
    )
