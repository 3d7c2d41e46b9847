"""What the statuses of shares, snapshots, access points and actions mean. An unknown one means none of this."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

__all__ = ["HasStatus", "existing", "is_deleted", "is_failed", "is_ready"]

_READY = frozenset({"ACTIVE", "ACCESS_POINT_ACTIVE", "COMPLETED", "completed"})
_FAILED = frozenset({"FAILED", "ACCESS_POINT_FAILED", "ACTION_FAILED", "errored"})
_DELETED = frozenset({"DELETED", "ACCESS_POINT_DELETED"})


class HasStatus(Protocol):
    """What has a status: a view, or a model of the generated client."""

    @property
    def status(self) -> str: ...


T = TypeVar("T", bound=HasStatus)


def is_ready(thing: HasStatus) -> bool:
    """Return whether it can be used or, if it is an action, has taken effect."""
    return str(thing.status) in _READY


def is_failed(thing: HasStatus) -> bool:
    """Return whether it has failed, from which nothing recovers."""
    return str(thing.status) in _FAILED


def is_deleted(thing: HasStatus) -> bool:
    """Return whether it was deleted. The API may go on showing it."""
    return str(thing.status) in _DELETED


def existing(things: Iterable[T]) -> list[T]:
    """Return those that are not deleted, in the same order."""
    return [thing for thing in things if not is_deleted(thing)]
