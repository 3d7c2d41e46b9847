"""When the next request goes: shared out by caller, and spaced when the rate limit nears its end."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from do_nfs_client_helpers.rate_limit import RateLimit, retry_after

from do_nfs_mcp.api import errors
from do_nfs_mcp.api.fair_slots import FairSlots
from do_nfs_mcp.api.retries import time_left

__all__ = ["RateLimit", "RateLimiter", "retry_after"]


class RateLimiter:
    """Lets requests go: so many at once, shared out by caller, and spaced when the last answer said that the rate limit
    nears its end.

    Args:
        max_in_flight: How many requests may be under way at once.
        clock: The time, in seconds since 1970.
        sleep: Waits for so many seconds.

    Attributes:
        rate_limit: What the last answer that told the rate limit said of it; None as long as there was none.
    """

    def __init__(
        self, max_in_flight: int, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self.rate_limit: RateLimit | None = None
        self._max_in_flight = max_in_flight
        self._slots = FairSlots(max_in_flight)
        self._clock = clock
        self._sleep = sleep
        self._last = 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of an answer."""
        self.rate_limit = RateLimit.of(headers, datetime.fromtimestamp(self._clock(), UTC)) or self.rate_limit

    @asynccontextmanager
    async def request(self, caller: Hashable = None) -> AsyncIterator[None]:
        """Wait until a request may go; it is under way inside.

        Args:
            caller: Whose it is; None if nobody was asked who they are.

        Raises:
            NfsError: The call's time ends before that.
        """
        await self._slots.take(caller)
        try:
            now = self._clock()
            pause = self.rate_limit.pause(self._last, now, self._max_in_flight) if self.rate_limit else 0.0
            if pause and pause > time_left():
                raise errors.budget_spent(pause)
            self._last = now + pause
            if pause:
                await self._sleep(pause)
            yield
        finally:
            self._slots.give_back(caller)
