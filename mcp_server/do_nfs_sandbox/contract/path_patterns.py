"""Which paths of the contract a shell pattern can match."""

from __future__ import annotations

import fnmatch
import re

__all__ = ["can_match"]

# What a parameter stands for: a character, and any number of more.
_ONE, _MORE = "{one}", "{more}"
_OF_IDS = re.compile("[A-Za-z0-9_~-]")


def can_match(pattern: str, path: str) -> bool:
    """Return whether a pattern matches a path, whatever its parameters are.

    Args:
        pattern: A pattern as `fnmatch` has it, such as `/v2/nfs/*`, whose stars match slashes too.
        path: A path of the contract, such as `/v2/nfs/{nfs_id}/actions`, whose parameters are ids.
    """
    parts = re.findall(r"\{\w+\}|.", re.sub(r"\{\w+\}", _ONE + _MORE, path))
    # Up to where in the path the pattern, as far as it has been read, can have matched.
    reached = {0}
    for piece in re.findall(r"\*|\[!?\]?[^\]]*\]|.", pattern, re.DOTALL):
        reached = _after_more(parts, reached)
        if piece == "*":
            reached = set(range(min(reached), len(parts) + 1))
        else:
            reached = {
                at if parts[at] == _MORE else at + 1 for at in reached if at < len(parts) and _fits(piece, parts[at])
            }
        if not reached:
            return False
    return len(parts) in _after_more(parts, reached)


def _after_more(parts: list[str], reached: set[int]) -> set[int]:
    return reached | {at + 1 for at in reached if at < len(parts) and parts[at] == _MORE}


def _fits(piece: str, part: str) -> bool:
    if part not in (_ONE, _MORE):
        return fnmatch.fnmatchcase(part, piece)
    return len(piece) > 1 or piece == "?" or bool(_OF_IDS.match(piece))
