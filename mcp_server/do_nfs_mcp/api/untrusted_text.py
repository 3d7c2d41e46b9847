"""Shows text that others wrote, such as a share's name, as data: on one line, and with nothing in it that acts."""

import re

__all__ = ["escaped", "plain", "quoted"]

_MAX_LENGTH = 300
# What Markdown would make a link, an image, code or a tag of; the backslash, which begins what is escaped; and what
# counts as printable but does not show: fillers, and variation selectors, in which a whole text can hide.
_ACTS = re.compile(
    r"[\\`<]|\](?=[(\[:])|"
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# What most texts are, in which nothing has to be looked for.
_INERT = re.compile(r"[A-Za-z0-9 .:/@+_-]*")
_WORD = re.compile(r"[\w.:/@+-]+")
_INERT_WORD = re.compile(r"[A-Za-z0-9.:/@+_-]+")


def quoted(text: str, length: int = _MAX_LENGTH) -> str:
    """Return a text in double quotes, escaped.

    Args:
        text: What somebody else wrote.
        length: How many characters of it to show, before they are escaped.
    """
    return f'"{escaped(text, length)}"'


def plain(text: str, length: int = _MAX_LENGTH) -> str:
    """Return a text that should be a single word: as it is if it is one, otherwise as `quoted` does.

    Args:
        text: What somebody else wrote.
        length: How many characters of it to show, before they are escaped.
    """
    if len(text) <= length and _INERT_WORD.fullmatch(text):
        return text
    shown = escaped(text, length)
    return shown if _WORD.fullmatch(shown) else f'"{shown}"'


def escaped(text: str, length: int = _MAX_LENGTH) -> str:
    """Return what `quoted` puts between the quotes: each character that acts, or that nobody sees, as its code.

    Args:
        text: What somebody else wrote.
        length: How many characters of it to show, before they are escaped.
    """
    if len(text) <= length and _INERT.fullmatch(text):
        return text
    shown = text if len(text) <= length else text[: length - 3] + "..."
    inert = _ACTS.sub(lambda found: _code(found[0]), shown.replace('"', "'"))
    return inert if inert.isprintable() else "".join(c if c.isprintable() else _code(c) for c in inert)


def _code(character: str) -> str:
    if character in "\\`<]":
        return f"\\x{ord(character):02x}"
    return character.encode("unicode_escape").decode()
