"""What a text decodes to, by the encodings in which an API could send something back, and where in the text it stands.

Nothing is known of where in a text something encoded begins, so that each place is tried. What decodes to no sense is
given all the same: who asks looks for something in it.
"""

import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

__all__ = ["Decoded", "decodings"]

Match = re.Match[str]

_DIGIT = "[0-9A-Fa-f]"
_PERCENT = re.compile(rf"%(?:[uU]({_DIGIT}{{4}})|({_DIGIT}{{2}}))")
_BACKSLASH = re.compile(
    rf"\\(?:[uU]\{{0*({_DIGIT}{{1,5}})\}}|U000({_DIGIT}{{5}})|[uU]({_DIGIT}{{4}})|[xX]({_DIGIT}{{2}})|(?P<itself>.))"
)
# From the first of the blanks before it alone: a long row of them without a break is looked at once.
_LINE_BREAK = re.compile(r"(?<![ \t])[ \t]*+[\r\n]\s*+")
_UNSEEN = {"n": "\n", "r": "\r", "t": "\t"}
# Base64 and base64url at once.
_STANDARD = str.maketrans("-_", "+/")


class Decoded(Protocol):
    """What a text decodes to."""

    @property
    def text(self) -> str:
        """What it decodes to. Of bytes, each is a character."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the encoded text that stands which decodes to these characters."""


def decodings(text: str, least: int) -> Iterator[Decoded]:
    """Give what a text decodes to, by one encoding at a time.

    Args:
        text: The text, of which any part may be encoded.
        least: How many bytes are looked for, at least. What fewer are encoded in is left out.
    """
    # Whatever encodes, it makes characters of ASCII that show, and lines of them.
    for part in _runs(r"\t\n\r -~", least).finditer(text):
        for signs, unit, decode in _UNITS:
            if any(sign in part[0] for sign in signs) and (decoded := _Unescaped(part, unit, decode)).text != part[0]:
                yield decoded
    for letters in _runs("0-9A-Fa-f", 2 * least).finditer(text):
        yield from (_Unpacked(letters, begin, _from_hex, bits=4) for begin in range(2))
    for letters in _runs("0-9A-Za-z+/_-", -(-4 * least // 3)).finditer(text):
        yield from (_Unpacked(letters, begin, _from_base64, bits=6) for begin in range(4))


@lru_cache
def _runs(letters: str, least: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![{letters}])[{letters}]{{{least},}}+")


def _by_number(found: Match) -> str:
    return chr(int(next(filter(None, found.groups())), 16))


def _by_backslash(found: Match) -> str:
    itself = found["itself"]
    return _UNSEEN.get(itself, itself) if itself else _by_number(found)


# What each has one of, what it looks like, and what it stands for.
_UNITS: tuple[tuple[str, re.Pattern[str], Callable[[Match], str]], ...] = (
    ("%", _PERCENT, _by_number),
    ("\\", _BACKSLASH, _by_backslash),
    ("\r\n", _LINE_BREAK, lambda _: ""),
)


@dataclass
class _Unescaped:
    """A part of a text with what is escaped in its own place. unit: What an escape is; decode: What it stands for."""

    part: Match
    unit: re.Pattern[str]
    decode: Callable[[Match], str]

    @cached_property
    def text(self) -> str:
        return self.unit.sub(self.decode, self.part[0])

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self._places[start], self._places[end]

    @cached_property
    def _places(self) -> list[int]:
        """Where in the text each character begins, and where the last one ends."""
        places: list[int] = []
        end, stop = self.part.span()
        for found in self.unit.finditer(self.part.string, end, stop):
            places += range(end, found.start())
            places += [found.start()] * len(self.decode(found))
            end = found.end()
        return [*places, *range(end, stop + 1)]


@dataclass
class _Unpacked:
    """The bytes that letters stand for. begin: How many are left out; bits: What one stands for."""

    letters: Match
    begin: int
    decode: Callable[[str], bytes]
    bits: int

    @cached_property
    def text(self) -> str:
        return self.decode(self.letters[0][self.begin :]).decode("latin-1")

    def span(self, start: int, end: int) -> tuple[int, int]:
        first = self.letters.start() + self.begin
        return first + 8 * start // self.bits, first + (8 * end - 1) // self.bits + 1


def _from_hex(letters: str) -> bytes:
    return bytes.fromhex(letters[: len(letters) // 2 * 2])


def _from_base64(letters: str) -> bytes:
    return binascii.a2b_base64(letters.translate(_STANDARD) + "A" * (-len(letters) % 4))
