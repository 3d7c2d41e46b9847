"""How often each caller may do something within a minute."""

import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

__all__ = ["Rate"]


class Rate:
    """Counts what happens, for each key on its own, up to so many times within a minute.

    Args:
        storage: Where the counts are kept. Replicas that share it count together.
        name: What is counted, which tells its counts from others in the same storage.
        per_minute: How many times it may happen, at least 1.
    """

    def __init__(self, storage: Storage, name: str, per_minute: int) -> None:
        self.per_minute = per_minute
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._item = RateLimitItemPerMinute(per_minute, namespace=f"do-nfs-mcp/{name}")

    async def count(self, key: str) -> bool:
        """Count one time more, unless that would be too many; return whether it was not."""
        return await self._limiter.hit(self._item, key)

    async def has_room(self, key: str) -> bool:
        """Return whether one time more would not be too many."""
        return await self._limiter.test(self._item, key)

    async def seconds_to_wait(self, key: str) -> int:
        """Return in how many seconds there is room again."""
        stats = await self._limiter.get_window_stats(self._item, key)
        # Room comes just after the moment that is told.
        return max(0, int(stats.reset_time - time.time())) + 1
