"""Shows text that others wrote, such as a share's name, as data: on one line, and so that it neither acts nor hides
anything, nor changes how the sentence around it reads."""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import bidirectional, category, combining, east_asian_width, name, normalize

__all__ = ["escaped", "is_unambiguous", "plain", "quoted"]

_MAX_LENGTH = 300
# What Unicode's confusables.txt, the character's name or the eye says is like a double quote, and like a single one.
# What is written from right to left, or is a mark without a letter, is left out: it is escaped anyway.
_LIKE_DOUBLE_QUOTE = (
    "\u02ba\u02ee\u02f5\u02f6\u1425\u1cd3\u201c-\u201f\u2033\u2034\u2036\u2037\u2057\u275d\u275e\u2760\u2e42\u3003"
    "\u301d-\u301f\u309b\uff02\U0001f676-\U0001f678"
)
_LIKE_SINGLE_QUOTE = (
    "\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u02f4\u0315\u0374\u0559-\u055b\u055d\u141f-\u1421\u144a\u16cc\u1fef"
    "\u2018-\u201b\u2032\u2035\u275b\u275c\u275f\u3021\u4e36\ua78b\ua78c\uff07\uff40\U00016f51\U00016f52"
)
_SINGLE_QUOTE = f"['`{_LIKE_SINGLE_QUOTE}]"
# What Markdown would make a link, an image, code or a tag of; the backslash, which begins what is escaped; what could
# pass for the quote at the end, as two single ones could; and a space that HTML would leave out.
_ACTS = re.compile(rf"[\\`<{_LIKE_DOUBLE_QUOTE}]|\](?=[(\[:])|(?<={_SINGLE_QUOTE}){_SINGLE_QUOTE}|(?<= ) ")
_LIKE_QUOTE = re.compile(f"[{_LIKE_DOUBLE_QUOTE}{_LIKE_SINGLE_QUOTE}]")
# The letters that confusables.txt says are like a slash or a backslash, but for the kana that is in many names.
_LIKE_SLASH = "\u2cc6\u4e36\u4e3f"
_KANA = re.compile("HIRAGANA|KATAKANA")
# What counts as printable but does not show: fillers, joiners, blanks, stand-ins for what is not there, and variation
# selectors, in which a whole text can hide.
_UNSEEN = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u2d7f\u3164\ufe00-\ufe0f\uffa0\ufffc"
    r"\U0001107f\U00013440-\U00013442\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)
# What most texts are, in which nothing has to be looked for.
_INERT = re.compile(r"[A-Za-z0-9.:/@+_-]+(?: [A-Za-z0-9.:/@+_-]+)*")
_WORD = re.compile(r"[\w.:/@+-]+")
# Unicode's classes of what is written from right to left. Next to them, digits and punctuation would change places.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# Unicode's classes of marks that strike a letter through, or reach over the next character.
_REACHING = frozenset({1, 233, 234})
# More on one letter paint over the lines around it: section 5.4 of UTS #39.
_MOST_MARKS = 4


def quoted(text: str, length: int = _MAX_LENGTH) -> str:
    """Return a text in double quotes, escaped.

    Args:
        text: What somebody else wrote.
        length: How many characters of it to show, before they are escaped.
    """
    return f'"{_escaped(text[: length + 1], length)}"'


def plain(text: str, length: int = _MAX_LENGTH) -> str:
    """Return a text that should be a single word: as it is if it is one, otherwise as `quoted` does.

    Args:
        text: What somebody else wrote.
        length: How many characters of it to show, before they are escaped.
    """
    return _plain(text[: length + 1], length)


def escaped(text: str, length: int = _MAX_LENGTH) -> str:
    """Return what `quoted` puts between the quotes: each character that acts, hides or misleads as its code.

    Args:
        text: What somebody else wrote.
        length: How many characters of it to show, before they are escaped.
    """
    return _escaped(text[: length + 1], length)


def is_unambiguous(text: str) -> bool:
    """Return whether a text looks like no other, also in code: all of it shows, from left to right, and besides ASCII
    it is of letters, digits and pictures alone, none of which passes for a quote or divides a path.

    Args:
        text: What somebody else wrote.
    """
    other = (c for c in text if not c.isascii())
    return not (any(True for _ in _misleading(text)) or _LIKE_QUOTE.search(text) or any(map(_is_punctuation, other)))


# The same names, regions and statuses are shown again and again. Of a longer text, only its beginning is kept for that.
@lru_cache(maxsize=1000)
def _plain(beginning: str, length: int) -> str:
    shown = _escaped(beginning, length)
    return shown if _WORD.fullmatch(shown) else f'"{shown}"'


@lru_cache(maxsize=1000)
def _escaped(beginning: str, length: int) -> str:
    cut = beginning if len(beginning) <= length else beginning[: length - 3] + "..."
    if _INERT.fullmatch(cut):
        return cut
    shown = cut.replace('"', "'")
    to_escape = {found.start() for found in _ACTS.finditer(shown)}.union(_misleading(shown))
    return "".join(_code(c) if place in to_escape else c for place, c in enumerate(shown))


def _misleading(text: str) -> Iterator[int]:
    """Yield the places of the characters that do not show, or that change how what is around them looks."""
    if text.isascii() and text.isprintable():
        return
    # What the last letter carries, and whose marks it takes: none from the first that is not its own.
    carried, script = "", ""
    for place, character in enumerate(text):
        kind = category(character)
        strays = not character.isprintable() or bool(_UNSEEN.match(character))
        if _is_mark(character):
            apart = normalize("NFD", character)
            strays = (
                strays
                or _script(character) != script
                or len(carried) >= _MOST_MARKS
                or not set(apart).isdisjoint(carried)
                or kind == "Me"
                or combining(character) in _REACHING
                # What looks like a quote would look like another one.
                or (kind != "Mc" and bool(_LIKE_QUOTE.match(text[place - 1])))
            )
            carried += apart
        else:
            strays = strays or bidirectional(character) in _RIGHT_TO_LEFT
            carried = normalize("NFD", character)[1:]
            script = _script(character) if kind[0] == "L" else ""
        if strays:
            script = ""
            yield place


def _is_punctuation(character: str) -> bool:
    """Return whether a character is no letter, digit, mark or picture, or looks as if it were none."""
    kind = category(character)
    if kind == "Lm":
        # The others are tones and the like, many of them dots, commas and strokes.
        return not _script(character).endswith("KANA") and not name(character).endswith("ITERATION MARK")
    if kind == "So":
        return east_asian_width(character) != "W" or "\u2e80" <= character <= "\u33ff"
    apart = normalize("NFKD", character)
    return kind[0] not in "LMN" or character in _LIKE_SLASH or any(c.isascii() and not c.isalnum() for c in apart)


def _is_mark(character: str) -> bool:
    """Return whether a character is a mark, also one that Unicode has with a space for its letter."""
    first = normalize("NFKD", character)[0]
    return category(first)[0] == "M" or (first == " " != character)


def _script(character: str) -> str:
    """Return the script of a letter, or of the letters that a mark is for, by its name in Unicode."""
    full_name = name(character, "")
    # Half as wide, kana carry marks of their own.
    if full_name.startswith("HALFWIDTH KATAKANA"):
        return "HALFWIDTH KANA"
    if _KANA.search(full_name):
        return "KANA"
    # The alphabets with capitals share their marks.
    if category(character) in {"Lu", "Ll", "Lt"} or full_name.startswith("COMBINING "):
        return "ALPHABET"
    return full_name.partition(" ")[0]


def _code(character: str) -> str:
    if character.isascii() and character.isprintable():
        return f"\\x{ord(character):02x}"
    return character.encode("unicode_escape").decode()
