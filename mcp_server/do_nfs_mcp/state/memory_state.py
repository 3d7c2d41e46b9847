"""What one process remembers for itself."""

from collections.abc import Callable
from uuid import uuid4

from do_nfs_mcp.state.shared_state import WINDOW_SECONDS

__all__ = ["MemoryState"]


class MemoryState:
    """A `State` of this process alone.

    Args:
        clock: The time, in seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # By id, when it no longer counts, and its GiB.
        self._orders: dict[str, tuple[float, int]] = {}
        # By key, when it is forgotten, and the value.
        self._kept: dict[str, tuple[float, str]] = {}

    async def take(self, gib: int, most: int | None) -> str | None:
        """Count an order for an hour, unless with it more would count than there may be."""
        if most is not None and await self.taken() + gib > most:
            return None
        order = uuid4().hex
        self._orders[order] = self._clock() + WINDOW_SECONDS, gib
        return order

    async def give_back(self, order: str) -> None:
        """Count an order no longer."""
        self._orders.pop(order, None)

    async def taken(self) -> int:
        """Return how many GiB count now."""
        now = self._clock()
        self._orders = {order: counts for order, counts in self._orders.items() if counts[0] > now}
        return sum(gib for _, gib in self._orders.values())

    async def keep(self, key: str, value: str, seconds: float) -> str:
        """Keep a value, unless another is kept under the key: then keep that."""
        now = self._clock()
        self._kept = {known: kept for known, kept in self._kept.items() if kept[0] > now}
        _, kept = self._kept.get(key, (now, value))
        self._kept[key] = now + seconds, kept
        return kept

    async def find(self, key: str) -> str | None:
        """Return what is kept under a key; None if nothing is."""
        expires, value = self._kept.get(key, (0.0, ""))
        return value if expires > self._clock() else None

    async def forget(self, key: str) -> None:
        """Keep nothing under a key any more."""
        self._kept.pop(key, None)

    async def aclose(self) -> None:
        """Do nothing: there are no connections."""
