"""A chain of lines, in which it shows if one is missing, changed, added or moved.

Each line ends with its number in the file and with the SHA-256 of the line before, without its line feed:

    {"time": ..., "line": 7, "previous": "2bd806c9..."}

Nothing comes after the last line that would show if it is missing or changed: for that, its hash has to be known from
elsewhere. It uses no secret either: anyone who may write the file can rewrite all of it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Link", "Verdict", "last_link", "linked", "verify"]

# How much of the end of a file is read at first.
_END_BYTES = 64 * 1024


@dataclass(frozen=True)
class Link:
    """A line as the one after it sees it.

    Attributes:
        number: Its number in the file, from 1.
        hash: Its SHA-256, in hexadecimal digits.
    """

    number: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What came of looking at all lines of a file.

    Attributes:
        problems: What is wrong, a clause for each; none if every line is there as it was written, as far as the lines
            themselves can tell.
        hashes: The hash of each line, in the order of the file.
        chained: Whether any line is of a chain.
    """

    problems: list[str]
    hashes: list[str]
    chained: bool


@dataclass(frozen=True)
class _Line:
    """A line of a file. number and previous: What it says of itself; None if it is of no chain."""

    position: int
    hash: str
    number: int | None
    previous: str


def linked(line: str, last: Link | None) -> str:
    """Return a line with its place in the chain.

    Args:
        line: A JSON object that is not empty, without a line feed.
        last: The line before; None for the first.
    """
    number, previous = (last.number + 1, last.hash) if last else (1, "")
    return f'{line[:-1]}, "line": {number}, "previous": "{previous}"}}'


def last_link(read: Callable[[int], bytes], size: int) -> Link | None:
    """Return the last line of a file, whatever it is.

    Args:
        read: Returns the file's bytes from an offset on.
        size: How many bytes the file has.

    Returns:
        None if the file is empty.

    Raises:
        ValueError: If no line of the file is of a chain.
    """
    wanted = _END_BYTES
    while size:
        begin = max(0, size - wanted)
        lines = read(begin).removesuffix(b"\n").split(b"\n")
        # Where the first begins is not known.
        whole = lines[1:] if begin else lines
        for after, line in enumerate(reversed(whole)):
            number, _ = _said(line)
            if number is not None:
                return Link(number + after, _hash(whole[-1]))
        if not begin:
            raise ValueError("its lines are of no chain")
        wanted *= 8
    return None


def verify(lines: Iterable[bytes]) -> Verdict:
    """Look whether lines are all there as they were written, in their order.

    Args:
        lines: All lines of a file, with or without their line feeds.
    """
    found = []
    for position, line in enumerate(lines, 1):
        text = line.removesuffix(b"\n")
        found.append(_Line(position, _hash(text), *_said(text)))
    problems = sorted(_problems(found), key=lambda problem: problem[0])
    chained = any(line.number is not None for line in found)
    return Verdict([text for _, text in problems], [line.hash for line in found], chained)


def _problems(lines: list[_Line]) -> Iterator[tuple[int, str]]:
    """Give what is wrong, each with the number of the line that it is about."""
    places: dict[int, list[_Line]] = defaultdict(list)
    for line in lines:
        # The chain continues past lines that are not part of it.
        places[line.number or line.position].append(line)
    genuine: list[_Line] = []
    later: int | None = None
    # What the next line says is this one's hash, and whether the line after that one has the next as it is.
    expected: str | None = None
    is_vouched = False
    for number in sorted(places, reverse=True):
        if later and number < later - 1:
            yield number + 1, _missing(number + 1, later - 1)
            expected = None
        candidates = places[number]
        line = min(candidates, key=lambda each: (each.hash != expected, each.number is None))
        if line.number is None:
            yield number, f"line {number} was changed or added: it is of no chain"
        elif expected not in {None, line.hash}:
            yield number, f"line {number}{'' if is_vouched else f' or line {later}'} was changed"
        for other in candidates:
            if other is not line:
                yield number, f"line {other.position} of the file was added, in the place of line {number}"
        is_vouched = expected == line.hash
        expected = line.previous if line.number else None
        genuine.append(line)
        later = number
    if later and later > 1:
        yield 1, _missing(1, later - 1)
    for line, next_line in pairwise(sorted(genuine, key=lambda line: line.position)):
        if line.number and next_line.number and line.number > next_line.number:
            yield next_line.number, f"line {next_line.number} stands behind line {line.number}"


def _missing(first: int, last: int) -> str:
    return f"line {first} is missing" if first == last else f"lines {first} to {last} are missing"


def _said(line: bytes) -> tuple[int | None, str]:
    """Return the number and the hash that a line says of itself and of the one before; None and "" if it does not."""
    try:
        match json.loads(line):
            case {"line": int(number), "previous": str(previous)} if number > 0:
                return number, previous
    except (ValueError, RecursionError):
        pass
    return None, ""


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
