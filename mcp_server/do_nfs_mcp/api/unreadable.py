"""What the API answered and cannot be read. It is left out, and whatever a call says, it says that, too."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from do_nfs_mcp.api.untrusted_text import escaped, plain, quoted

if TYPE_CHECKING:
    from do_nfs_client.types import UnreadableItem

__all__ = [
    "first_in_words",
    "hides_things",
    "in_words",
    "is_link",
    "known_of",
    "note_link",
    "note_unreadable",
    "noting_unreadable",
    "unreadable",
    "unreadable_text",
    "with_unreadable",
]

_MOST_NAMED = 10
_NOUNS = {
    "shares": "share",
    "snapshots": "snapshot",
    "access_points": "access point",
    "vpcs": "VPC",
    "share": "share",
    "snapshot": "snapshot",
    "access_point": "access point",
    "action": "action",
}
# Without them, further pages are not found.
_LINKS = dict.fromkeys(("links", "pages", "next"), "the link to more, which may be missing here")

# By what is said of each, the field that it is from: a list may be read several times.
_noted: ContextVar[dict[str, str] | None] = ContextVar("unreadable", default=None)


@contextmanager
def noting_unreadable() -> Iterator[None]:
    """Keep what is noted inside."""
    token = _noted.set({})
    try:
        yield
    finally:
        _noted.reset(token)


def note_unreadable(answer: Any, masked: Callable[[str], str]) -> None:
    """Note what could not be read of an answer.

    Args:
        answer: A model of the generated client.
        masked: Takes tokens out of a text.
    """
    noted = _noted.get()
    if noted is None:
        return
    for noun, thing in _things_in(answer):
        for found in getattr(thing, "unreadable", ()):
            what = _described(found.field, found.item, noun, thing)
            noted[masked(f"{what}: {escaped(found.reason, 100)}")] = found.field


def note_link(found: "UnreadableItem") -> None:
    """Note a link to more of a list that leads to no more of it."""
    noted = _noted.get()
    if noted is not None:
        noted[f"{_described(found.field, found.item, '', None)}: {found.reason}"] = found.field


def unreadable(field: str = "") -> list[str]:
    """Return what was noted so far, each in words.

    Args:
        field: The field that it is from, such as `shares`; an empty text for all.
    """
    return [words for words, of in (_noted.get() or {}).items() if field in ("", of)]


def with_unreadable(data: dict[str, Any]) -> dict[str, Any]:
    """Return a result as data, with what was noted."""
    found = unreadable()
    return {**data, "unreadable": found} if found else data


def unreadable_text() -> str:
    """Return the same as a sentence; an empty text if there is nothing."""
    found = unreadable()
    return f"Left out, since it cannot be read: {first_in_words(found)}." if found else ""


def first_in_words(found: Sequence[str]) -> str:
    """Return the first of what cannot be read, and how many more there are."""
    more = f"; and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return "; ".join(found[:_MOST_NAMED]) + more


def is_link(found: "UnreadableItem") -> bool:
    """Return whether what could not be read leads to more of a list."""
    return found.field in _LINKS


def hides_things(found: "UnreadableItem") -> bool:
    """Return whether what could not be read is a thing or leads to more: not a field of a thing or a list's total."""
    return found.field in _NOUNS or is_link(found)


def in_words(found: "UnreadableItem") -> str:
    """Return what could not be read: its kind with its name and id, as far as these can be read."""
    return _described(found.field, found.item, "", None)


def known_of(item: Any) -> dict[str, Any]:
    """Return the fields of something that could not be read, as the API sent them; none if it is not an object."""
    return item if isinstance(item, dict) else {}


def _things_in(answer: Any) -> Iterator[tuple[str, Any]]:
    """Yield an answer, without a noun, and each thing in it that may have been read in part, with the noun for it."""
    yield "", answer
    for field, noun in _NOUNS.items():
        found = getattr(answer, field, None) or []
        for thing in found if isinstance(found, list) else [found]:
            yield noun, thing
            if noun == "share":
                for point in thing.access_points:
                    yield "access point", point


def _described(field: str, item: Any, noun: str, thing: Any) -> str:
    """Return what could not be read, as a thing of its own or as a field of the thing that it is in."""
    if field in _NOUNS:
        return _named(_NOUNS[field], item)
    if not noun:
        return _LINKS.get(field, field)
    return f"{field} of {_named(noun, {name: getattr(thing, name, None) for name in ('name', 'id')})}"


def _named(noun: str, item: Any) -> str:
    known = known_of(item)
    name, thing_id = known.get("name"), known.get("id")
    words = [
        noun,
        quoted(name, 60) if isinstance(name, str) and name else "",
        f"({plain(thing_id, 64)})" if isinstance(thing_id, str) and thing_id else "",
    ]
    return " ".join(filter(None, words))
