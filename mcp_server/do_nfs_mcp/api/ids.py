"""Tells the ids of things from their names."""

from collections.abc import Iterable
from typing import Protocol, TypeVar
from uuid import UUID

__all__ = ["HasIdAndName", "as_uuid", "meant_by"]


class HasIdAndName(Protocol):
    """What has an id and a name."""

    id: str
    name: str


T = TypeVar("T", bound=HasIdAndName)


def as_uuid(text: str) -> str | None:
    """Return the id that the text is by its form alone, as the API writes it; None if it may be a name.

    The API promises no form of its ids. Nearly all are UUIDs; any other has to be looked for, as a name has.
    """
    # UUID() also takes braces, URNs and bare digits, any of which may be a share's name.
    try:
        found = str(UUID(text))
    except ValueError:
        return None
    return found if found == text.lower() else None


def meant_by(text: str, things: Iterable[T]) -> list[T]:
    """Return the things that a text means: the one that has it as its id or else those that have it as their name.

    Naming a thing like the UUID of another does not make it the other: such a text is only ever an id.
    """
    things, uuid = list(things), as_uuid(text)
    of_id = [thing for thing in things if thing.id in (text, uuid)]
    return of_id if of_id or uuid else [thing for thing in things if thing.name == text]
