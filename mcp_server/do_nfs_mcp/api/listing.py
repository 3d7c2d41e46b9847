"""What the API lists: what can be read of it and what cannot, since that may be what is meant, too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import HasIdAndName, as_uuid
from do_nfs_mcp.api.unreadable import first_in_words, hides_things, in_words, is_link, known_of
from do_nfs_mcp.api.untrusted_text import plain, quoted

if TYPE_CHECKING:
    # It would bring httpx, which the server needs only for its first call.
    from do_nfs_client.types import UnreadableItem

__all__ = ["Listing"]

T = TypeVar("T", bound=HasIdAndName)

_DELETED = ("DELETED", "ACCESS_POINT_DELETED")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list of the API, as far as it can be read.

    Attributes:
        things: What can be read.
        left_out: What cannot: things and links to more, of which nobody knows whether they are meant.
    """

    things: Sequence[T] = ()
    left_out: Sequence["UnreadableItem"] = ()

    @classmethod
    def of(cls, things: Sequence[T], unreadable: Iterable["UnreadableItem"]) -> Self:
        """Make one of what an answer has and what of it cannot be read, be it no more than the total."""
        return cls(things, [item for item in unreadable if hides_things(item)])

    def named(self, name: str) -> "Listing[T]":
        """Return what has a name or, as it cannot be read, may have it. What is known to be deleted has none."""
        return Listing(
            [thing for thing in self.things if thing.name == name],
            [item for item in self.left_out if _may_be_named(item, name)],
        )

    def without(self, before: "Listing[T]") -> "Listing[T]":
        """Return what was not there before. A link to more that cannot be read may hide it at any time."""
        known = {thing.id for thing in before.things} | {_key(item) for item in before.left_out if not is_link(item)}
        return Listing(
            [thing for thing in self.things if thing.id not in known],
            [item for item in self.left_out if _key(item) not in known],
        )

    def in_region(self, region: str) -> "Listing[T]":
        """Return the same without what was left out and is known to be in another region. region: Its slug."""
        return Listing(self.things, [item for item in self.left_out if _known_text(item, "region") in (None, region)])

    def unnamed(self) -> "Listing[T]":
        """Return the same without the names of what was left out: anything that is in it may have any name."""
        return Listing(
            self.things,
            [
                type(item)(item.field, {"id": _known_text(item, "id")}, item.reason)
                for item in self.left_out
                if _known_text(item, "status") not in _DELETED
            ],
        )

    def has_left_out(self, thing_id: str) -> bool:
        """Return whether something of this id was left out."""
        return any(_known_text(item, "id") == thing_id for item in self.left_out)

    def left_out_in_words(self) -> str:
        """Return what was left out, each as its kind with its name and id as far as these can be read."""
        return first_in_words([in_words(item) for item in self.left_out])

    def check_only_one(self, noun: str, name: str, found: T) -> None:
        """Check that nothing that was left out may be meant, where something is to be changed.

        Args:
            noun: What it is, such as a share.
            name: What it was found by: its id, which is its own, or its name.
            found: What was found.

        Raises:
            NfsError: Something may be.
        """
        others = self.named(name)
        if found.id not in (name, as_uuid(name)) and others.left_out:
            raise NfsError(
                f"Nothing was done: {noun} {plain(found.id)} is named {quoted(name)}, and so may be what cannot be "
                f"read: {others.left_out_in_words()}. Give the id of the one that is meant."
            )


def _known_text(item: "UnreadableItem", field: str) -> str | None:
    value = known_of(item.item).get(field)
    return value if isinstance(value, str) and value else None


def _key(item: "UnreadableItem") -> str:
    return _known_text(item, "id") or repr(item)


def _may_be_named(item: "UnreadableItem", name: str) -> bool:
    return _known_text(item, "name") in (None, name) and _known_text(item, "status") not in _DELETED
