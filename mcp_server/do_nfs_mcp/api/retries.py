"""When a request is sent again, and after how long: only what cannot be done twice by it, and only if there is time."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import anyio

from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.operations import Operation

__all__ = ["no_retries", "pause_before_retry", "time_left"]

_ATTEMPTS = 6
# In seconds. It doubles with each attempt.
_FIRST_JITTER, _LONGEST_JITTER = 0.25, 8.0
_TEMPORARY = {429, 500, 502, 503, 504}
# What is left of a call's time after a pause has to be enough for an answer.
_ANSWER_SECONDS = 1

_no_retries: ContextVar[bool] = ContextVar("no_retries", default=False)


@contextmanager
def no_retries() -> Iterator[None]:
    """Requests made inside are not sent again: whoever polls has a next time, and a rate to keep to."""
    token = _no_retries.set(True)
    try:
        yield
    finally:
        _no_retries.reset(token)


def pause_before_retry(operation: Operation, error: NfsError, attempts: int) -> float | None:
    """Return for how many seconds to pause before a request is sent again; None if it is not to be.

    Args:
        operation: What is asked for.
        error: What the last attempt ended with.
        attempts: How many there were.
    """
    most = 1 if _no_retries.get() else _ATTEMPTS
    if attempts >= most or not _may_help(operation, error):
        return None
    # The jitter keeps requests that were refused together from coming back together.
    jitter = random.uniform(0, min(_FIRST_JITTER * 2 ** (attempts - 1), _LONGEST_JITTER))
    pause = (error.retry_after or 0) + jitter
    return pause if pause <= time_left() else None


def time_left() -> float:
    """For how many seconds the call that this is a part of can still go on."""
    return anyio.current_effective_deadline() - anyio.current_time() - _ANSWER_SECONDS


def _may_help(operation: Operation, error: NfsError) -> bool:
    """Return whether it is safe to send the request again, and of use."""
    if error.nothing_done:
        return True
    # A success that cannot be read says of a deletion that it may be done, which the next answer tells.
    lost = {Outcome.ENDED, Outcome.OPEN, *([Outcome.ACCEPTED] if operation.is_mutating else [])}
    is_temporary = error.status in _TEMPORARY or (error.status is None and error.outcome in lost)
    return is_temporary and operation.is_idempotent
