"""How many requests a token may make: so many an hour and so many a minute, in sliding windows."""

from __future__ import annotations

import math
from collections import OrderedDict, deque

__all__ = ["RateLimit"]

_HOUR, _MINUTE = 3600, 60
# Any token in DigitalOcean's format is accepted, so their number needs a bound. The one idle longest is forgotten.
_MAX_TOKENS = 1000


class RateLimit:
    """The requests that each token has made of those it may.

    Args:
        limits: How many requests a token has in an hour and in a minute; None for no limit.

    Raises:
        ValueError: If a limit is below 1.
    """

    def __init__(self, limits: tuple[int, int] | None) -> None:
        if limits is not None and min(limits) < 1:
            raise ValueError("limits must be at least 1 request an hour and 1 a minute")
        self._limits = limits
        self._requests: OrderedDict[bytes, deque[float]] = OrderedDict()

    def spend(self, token: bytes | None, now: float) -> tuple[dict[str, str], int]:
        """Count one request, unless it is refused for its rate.

        Args:
            token: Whose request it is, None if nobody's.
            now: When it came, in seconds since 1970.

        Returns:
            The ratelimit headers of its answer, and for how many seconds the token has to wait before another
            request is allowed; 0 if this one is.
        """
        if self._limits is None:
            return _headers(5000, 4999, now + _HOUR), 0
        per_hour, per_minute = self._limits
        if token is None:
            return _headers(per_hour, per_hour, now + _HOUR), 0
        times = self._requests.setdefault(token, deque())
        self._requests.move_to_end(token)
        if len(self._requests) > _MAX_TOKENS:
            self._requests.popitem(last=False)
        while times and times[0] <= now - _HOUR:
            times.popleft()
        free_at = now
        if len(times) >= per_hour:
            free_at = times[0] + _HOUR
        if len(times) >= per_minute:
            free_at = max(free_at, times[-per_minute] + _MINUTE)
        if free_at <= now:
            times.append(now)
        return _headers(per_hour, per_hour - len(times), times[0] + _HOUR), math.ceil(free_at - now)


def _headers(limit: int, remaining: int, reset: float) -> dict[str, str]:
    return {
        "ratelimit-limit": str(limit),
        "ratelimit-remaining": str(remaining),
        "ratelimit-reset": str(int(reset)),
    }
