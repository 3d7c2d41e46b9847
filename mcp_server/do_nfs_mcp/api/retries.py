"""When a request is sent again, and after how long: only what cannot be done twice by it, and only if there is time."""

import anyio
from do_nfs_client_helpers.retry_rules import max_attempts, may_send_again, no_retries, pause_between_attempts

from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.operations import Operation

__all__ = ["no_retries", "pause_before_retry", "time_left"]

# What is left of a call's time after a pause has to be enough for an answer.
_ANSWER_SECONDS = 1


def pause_before_retry(operation: Operation, error: NfsError, attempts: int) -> float | None:
    """Return for how many seconds to pause before a request is sent again; None if it is not to be.

    Args:
        operation: What is asked for.
        error: What the last attempt ended with.
        attempts: How many there were.
    """
    if attempts >= max_attempts() or not _may_help(operation, error):
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
