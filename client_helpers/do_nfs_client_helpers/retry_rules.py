"""Which requests may be sent again, and after how long: only what cannot be done twice by it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = [
    "is_idempotent",
    "max_attempts",
    "may_send_again",
    "no_retries",
    "pause_between_attempts",
    "polling_pauses",
]

_MAX_ATTEMPTS = 6
_TEMPORARY = frozenset({429, 500, 502, 503, 504})
# In seconds. It doubles with each attempt.
_FIRST_JITTER, _LONGEST_JITTER = 0.25, 8.0
# Each look is one request. So many a minute are a tenth of what the account may make, at the most.
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.25, 1.6, 5.0


_no_retries: ContextVar[bool] = ContextVar("no_retries", default=False)


@contextmanager
def no_retries() -> Iterator[None]:
    """Have requests made inside not sent again: a poll is repeated anyway, at a rate and within a time of its own."""
    token = _no_retries.set(True)
    try:
        yield
    finally:
        _no_retries.reset(token)


def max_attempts() -> int:
    """Return how often a request is sent at most."""
    return 1 if _no_retries.get() else _MAX_ATTEMPTS


def is_idempotent(method: str) -> bool:
    """Return whether a request does no more when it is carried out twice. A create does."""
    return method in {"GET", "HEAD", "OPTIONS", "DELETE"}


def may_send_again(method: str, status: int | None, *, was_sent: bool = True) -> bool:
    """Return whether it is safe to send a request again, and of use.

    Args:
        method: The HTTP method.
        status: The HTTP status of the answer; None if there was none.
        was_sent: Whether anything of it can have reached the API.
    """
    if not was_sent or status == 429:
        return True
    return is_idempotent(method) and (status is None or status in _TEMPORARY)


def pause_between_attempts(attempts: int, retry_after: float | None, seconds_left: float) -> float | None:
    """Return for how many seconds to pause before a request is sent again; None if there is no time for it.

    Args:
        attempts: How often it was sent.
        retry_after: In how many seconds the API said to come back, if it did.
        seconds_left: How many seconds there are.
    """
    # The jitter keeps requests that were refused together from coming back together.
    jitter = random.uniform(0, min(_FIRST_JITTER * 2 ** (attempts - 1), _LONGEST_JITTER))
    pause = (retry_after or 0) + jitter
    return pause if pause <= seconds_left else None


def polling_pauses() -> Iterator[float]:
    """Yield how many seconds to pause before each look at what changes: few at first, then more."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
