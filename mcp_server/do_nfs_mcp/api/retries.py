"""When a request is sent again, and after how long: only what cannot be done twice by it, and only if there is time."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import anyio
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from do_nfs_mcp.api.errors import NfsError, Outcome, is_idempotent, is_mutating

_ATTEMPTS = 6
_FULL_JITTER = wait_random_exponential(multiplier=0.25, max=8)
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


def retrying(operation: str, sleep: Callable[[float], Awaitable[None]]) -> AsyncRetrying:
    """What calls a function that sends the request of an operation, and calls it again while that is safe and may help.

    Args:
        operation: The operation's name in the contract.
        sleep: Waits for so many seconds.
    """

    def may_help(error: BaseException) -> bool:
        if not isinstance(error, NfsError):
            return False
        if error.nothing_done:
            return True
        # A success that cannot be read says of a deletion that it may be done, which the next answer tells.
        lost = {Outcome.ENDED, Outcome.OPEN, *([Outcome.ACCEPTED] if is_mutating(operation) else [])}
        is_temporary = error.status in _TEMPORARY or (error.status is None and error.outcome in lost)
        return is_temporary and is_idempotent(operation)

    return AsyncRetrying(
        retry=retry_if_exception(may_help),
        wait=_pause,
        stop=_is_enough,
        sleep=sleep,
        reraise=True,
    )


def time_left() -> float:
    """For how many seconds the call that this is a part of can still go on."""
    return anyio.current_effective_deadline() - anyio.current_time() - _ANSWER_SECONDS


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    # The jitter on top keeps those that were refused together from coming back together.
    told = error.retry_after if isinstance(error, NfsError) else None
    return (told or 0) + _FULL_JITTER(state)


def _is_enough(state: RetryCallState) -> bool:
    attempts = 1 if _no_retries.get() else _ATTEMPTS
    return state.attempt_number >= attempts or bool(state.upcoming_sleep > time_left())
