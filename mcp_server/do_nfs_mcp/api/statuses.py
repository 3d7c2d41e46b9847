"""What the statuses of shares, snapshots, access points and actions mean. An unknown one means none of this."""

from collections.abc import Iterable
from typing import TypeVar

from do_nfs_client_helpers.statuses import HasStatus, is_deleted, is_failed, is_ready

__all__ = ["HasStatus", "existing", "is_deleted", "is_failed", "is_ready"]

T = TypeVar("T", bound=HasStatus)


def existing(things: Iterable[T]) -> list[T]:
    """Return those that are not deleted, in the same order."""
    return [thing for thing in things if not is_deleted(thing)]
