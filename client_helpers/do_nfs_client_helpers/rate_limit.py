"""How many requests the account may make, and when to come back, as an answer of the API says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

__all__ = ["RateLimit", "retry_after"]

_HEADERS = ("limit", "remaining", "reset")
# So much of the limit is its end, and requests then go at most so many seconds apart.
_END = 0.02
_LONGEST_SPACE = 5.0
# Some thirty years, as good as for ever.
_LONGEST_WAIT = 1e9


@dataclass(frozen=True)
class RateLimit:
    """How many requests the account may make, as an answer of the API said.

    Attributes:
        limit: How many an hour.
        remaining: How many are left of these.
        reset: When the oldest of them no longer counts, if the answer said so.
        seen: When the answer came.
    """

    limit: int
    remaining: int
    reset: datetime | None
    seen: datetime

    @classmethod
    def of(cls, headers: Mapping[str, str], seen: datetime) -> Self | None:
        """Read it from the headers of an answer; None if they do not say it."""
        limit, remaining, reset = (_number(headers.get(f"ratelimit-{name}", "")) for name in _HEADERS)
        if limit is None or remaining is None:
            return None
        return cls(limit, remaining, None if reset is None else datetime.fromtimestamp(reset, UTC), seen)

    def pause(self, last: float, now: float, in_flight: int) -> float:
        """Return how many seconds the next request has to wait.

        Args:
            last: When the one before it went, or will go, in seconds since 1970.
            now: The time, likewise.
            in_flight: How many requests may be under way of which the answer did not know.
        """
        until = self.reset.timestamp() - now if self.reset else 0.0
        if until <= 0 or self.remaining > max(self.limit * _END, in_flight):
            return 0.0
        space = min(until / max(self.remaining, 1), _LONGEST_SPACE)
        return max(0.0 if self.remaining else until, last + space - now)


def retry_after(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return in how many seconds an answer says to come back; None if it does not.

    Args:
        status: The answer's HTTP status.
        headers: Its headers: both forms of Retry-After count and, for a 429, the reset of the rate limit.
        now: The time, in seconds since 1970.
    """
    header = headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        return min(float(header), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        limit = RateLimit.of(headers, datetime.fromtimestamp(now, UTC))
        if status != 429 or limit is None or limit.reset is None or limit.remaining:
            return None
        moment = limit.reset
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    return min(max(0.0, seconds), _LONGEST_WAIT)


def _number(text: str) -> int | None:
    # So few digits that it is a moment, too.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 11 else None
