"""What is remembered from one call to the next, wherever it is kept."""

from typing import Protocol

from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.audience import for_reader

__all__ = ["WINDOW_SECONDS", "State", "StateUnavailableError"]

WINDOW_SECONDS = 60 * 60
"""For how long an order counts."""


class StateUnavailableError(NfsError):
    """The store that servers share cannot be used. Nothing was sent to the API."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was done: the store in which servers share what was ordered and answered (--state) cannot be used "
            "just now. Calls that order something or ask a person are refused until it can be; all others work. Try "
            "again in a minute. If it still fails then, "
            + for_reader("the operator has to repair the store.", "repair the store."),
            outcome=Outcome.UNSENT,
        )


class State(Protocol):
    """What calls remember for others.

    Each method is carried out as a whole, also if several servers share the store, and raises a `StateUnavailableError`
    if the store cannot be used.
    """

    async def take(self, gib: int, most: int | None) -> str | None:
        """Count an order for an hour, unless with it more would count than there may be.

        Args:
            gib: How many GiB it is.
            most: How many GiB may count with it; None for any number.

        Returns:
            The order's id; None if it does not count.
        """
        ...

    async def give_back(self, order: str) -> None:
        """Count an order no longer.

        Args:
            order: Its id.
        """
        ...

    async def taken(self) -> int:
        """Return how many GiB count now."""
        ...

    async def keep(self, key: str, value: str, seconds: float) -> str:
        """Keep a value for so many seconds from now on, unless another is kept under the key: then keep that so long.

        Args:
            key: What it is found by, of any length.
            value: The value.
            seconds: For how long.

        Returns:
            What is kept now.
        """
        ...

    async def find(self, key: str) -> str | None:
        """Return what is kept under a key; None if nothing is."""
        ...

    async def forget(self, key: str) -> None:
        """Keep nothing under a key any more."""
        ...

    async def aclose(self) -> None:
        """Close the connections, if there are any."""
        ...
