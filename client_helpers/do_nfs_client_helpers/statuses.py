"""What the statuses of shares, snapshots, access points and actions mean. An unknown one means none of this."""

from typing import Protocol

__all__ = ["HasStatus", "is_deleted", "is_failed", "is_ready"]

_READY = frozenset({"ACTIVE", "ACCESS_POINT_ACTIVE", "COMPLETED", "completed"})
_FAILED = frozenset({"FAILED", "ACCESS_POINT_FAILED", "ACTION_FAILED", "errored"})
_DELETED = frozenset({"DELETED", "ACCESS_POINT_DELETED"})


class HasStatus(Protocol):
    """What has a status, such as a model of the client."""

    @property
    def status(self) -> str: ...


def is_ready(thing: HasStatus) -> bool:
    """Return whether it can be used or, if it is an action, has taken effect."""
    return str(thing.status) in _READY


def is_failed(thing: HasStatus) -> bool:
    """Return whether it has failed, from which nothing recovers."""
    return str(thing.status) in _FAILED


def is_deleted(thing: HasStatus) -> bool:
    """Return whether it was deleted. The API may go on showing it."""
    return str(thing.status) in _DELETED
