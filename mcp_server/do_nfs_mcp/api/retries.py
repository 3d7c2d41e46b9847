"""When a request is sent again, and after how long: only what cannot be done twice by it, and only if there is time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import anyio
from do_nfs_client_helpers.retry_rules import MAX_ATTEMPTS, may_send_again, pause_between_attempts

from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.operations import Operation

__all__ = ["no_retries", "pause_before_retry", "time_left"]

# What is left of a call's time after a pause has to be enough for an answer.
_ANSWER_SECONDS = 1

_no_retries: ContextVar[bool] = ContextVar("no_retries", default=False)


@contextmanager
def no_retries() -> Iterator[None]:
    """Requests made inside are not sent again: a poll is repeated anyway, and has a rate to keep to."""
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
    most = 1 if _no_retries.get() else MAX_ATTEMPTS
    if attempts >= most or not _may_help(operation, error):
        return None
    return pause_between_attempts(attempts, error.retry_after, time_left())


def time_left() -> float:
    """For how many seconds the call that this is a part of can still go on."""
    return anyio.current_effective_deadline() - anyio.current_time() - _ANSWER_SECONDS


def _may_help(operation: Operation, error: NfsError) -> bool:
    """Return whether it is safe to send the request again, and of use."""
    # A success that cannot be read says of a deletion that it may be done, which the next answer tells.
    lost = {Outcome.UNSENT, Outcome.ENDED, Outcome.OPEN, *([Outcome.ACCEPTED] if operation.is_mutating else [])}
    if error.status is None and error.outcome not in lost:
        return False
    return may_send_again(operation.method, error.status, was_sent=error.outcome is not Outcome.UNSENT)
