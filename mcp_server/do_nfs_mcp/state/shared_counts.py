"""How often something happens within a minute, counted by all servers that share a store."""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from limits.aio.storage import MemoryStorage, RedisStorage
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

__all__ = ["SharedCounts"]

T = TypeVar("T")

_AWAY_SECONDS = 1.0


class SharedCounts(RedisStorage):
    """A storage of `limits`, for its sliding window. While the store is away, each server counts for itself.

    Args:
        pool: The connections to the store.
        prefix: What all keys begin with.
        clock: A time in seconds, which only grows.
    """

    def __init__(self, pool: ConnectionPool, prefix: str, clock: Callable[[], float] = time.monotonic) -> None:
        # What it takes for a connection's options are those of redis-py's client.
        super().__init__("async+redis://", implementation="redispy", key_prefix=prefix, connection_pool=pool)  # type: ignore[arg-type]
        self._own = MemoryStorage()
        self._clock = clock
        self._away_until = 0.0

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count so many times more, unless these would be too many; return whether they were not."""
        shared, own = super().acquire_sliding_window_entry, self._own.acquire_sliding_window_entry
        return await self._either(lambda: shared(key, limit, expiry, amount), lambda: own(key, limit, expiry, amount))

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return what was counted before, for how many seconds that is kept, and the same of what is counted now."""
        shared, own = super().get_sliding_window, self._own.get_sliding_window
        return await self._either(lambda: shared(key, expiry), lambda: own(key, expiry))

    async def _either(self, shared: Callable[[], Awaitable[T]], own: Callable[[], Awaitable[T]]) -> T:
        # Not every request is to wait for a store that does not answer.
        if self._clock() >= self._away_until:
            try:
                return await shared()
            except (RedisError, OSError):
                self._away_until = self._clock() + _AWAY_SECONDS
        return await own()
