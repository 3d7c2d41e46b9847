"""Takes tokens out of what is kept of a request."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MASK", "Masking"]

MASK = "***"

# Anything shorter may be part of a word. It is masked where it is all there is of a value.
_SHORTEST = 8


def _encoded(text: str) -> str:
    """Return a pattern of a text of latin-1 characters, any of which may be percent-encoded, once or more."""
    return "".join(f"(?:{_plain(char)}|%(?:25)*(?:{_code(char.lower())}|{_code(char.upper())}))" for char in text)


def _plain(char: str) -> str:
    # In a query, a plus stands for a space.
    return r"[ +]" if char == " " else re.escape(char)


def _code(char: str) -> str:
    return f"{ord(char):02x}"


# DigitalOcean's tokens, whomever they belong to, and what begins like one.
_FORM = (
    f"{_encoded('do')}(?:[a-z]|%(?:25)*[4-7][0-9a-f])?{_encoded('_v1_')}(?:[0-9a-f]|%(?:25)*(?:3[0-9]|[46][1-6])){{8,}}"
)


class Masking:
    """Replaces these tokens, and whatever has the form of DigitalOcean's, with a word.

    Args:
        tokens: As they are sent.

    Attributes:
        tokens: The same.
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = frozenset(filter(None, tokens))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: one may begin with another.
        known = sorted(self.tokens, key=lambda token: (-len(token), token))
        return re.compile("|".join([*map(_known, known), _FORM]), re.IGNORECASE)

    def __call__(self, value: Any) -> Any:
        """Return the same text, or the same data as JSON has it, without tokens."""
        if isinstance(value, str):
            return self._pattern.sub(MASK, value)
        if isinstance(value, list):
            return [self(each) for each in value]
        if isinstance(value, dict):
            return {self(name): self(each) for name, each in value.items()}
        return value


def _known(token: str) -> str:
    # In JSON it is a text; elsewhere a character stands for each of its bytes.
    pattern = f"(?:{re.escape(token)}|{_encoded(token.encode().decode('latin-1'))})"
    return pattern if len(token) >= _SHORTEST else rf"(?<![^\s=&,;:]){pattern}(?![^\s&,;])"
