"""What became of a change whose answer was lost is found out by looking, so that none is lost and none made twice."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import UUID

from do_nfs_mcp.api import errors
from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.retries import time_left

Sleep = Callable[[float], Awaitable[None]]

# How long to pause before each look, in seconds. What is made is listed at once; what is changed shows when it is done.
_FOR_WHAT_IS_MADE = (0, 1, 2)
_FOR_WHAT_TAKES_TIME = (0, 1, 2, 4, 8)
_MOST_SENDS = 4


class HasId(Protocol):
    """What can be made."""

    id: UUID


A = TypeVar("A")
T = TypeVar("T", bound=HasId)


async def make(
    kind: str,
    send: Callable[[], Awaitable[A]],
    there: Callable[[], Awaitable[list[T]]],
    sleep: Sleep,
) -> A | T:
    """Make a thing just once.

    Args:
        kind: What it is, in the plural.
        send: Asks the API to make it.
        there: Those that are like it, whoever made them. Nobody else in this process may make one meanwhile.
        sleep: Waits for so many seconds.

    Returns:
        The API's answer or, if that was lost, the thing that is there now and was not before.

    Raises:
        NfsError: It was not made, or whether it was cannot be known.
    """
    try:
        before: set[UUID] | None = {thing.id for thing in await there()}
    except NfsError as error:
        # A token that may make things but not list them.
        if error.status != 403:
            raise
        before = None
    times = 0
    while True:
        times += 1
        try:
            return await send()
        except NfsError as error:
            if before is None or error.outcome is None or not error.outcome.is_unknown:
                raise
            is_over = error.outcome is Outcome.ENDED
            pauses = _FOR_WHAT_IS_MADE if is_over else _FOR_WHAT_TAKES_TIME
            new = await _look(error, lambda: _but(there, before), pauses, sleep)
            if len(new) == 1:
                return new[0]
            if new:
                raise errors.cannot_tell(kind, [str(thing.id) for thing in new]) from error
            if not is_over:
                raise error.with_note(f"It was not there {sum(pauses)} s later.") from error
            # What the API said to wait, less what has passed.
            pause = max(0.0, (error.retry_after or 0.0) - sum(pauses))
            if times == _MOST_SENDS or pause > time_left():
                raise errors.not_made(error, times) from error
            await sleep(pause)


async def change(send: Callable[[], Awaitable[A]], changed: Callable[[], Awaitable[list[T]]], sleep: Sleep) -> A | T:
    """Change a thing. It is never sent again: a change may be under way for long before it shows.

    Args:
        send: Asks the API to change it.
        changed: The thing, if it is as it is to become; else nothing.
        sleep: Waits for so many seconds.

    Returns:
        The API's answer or, if that was lost, the thing as it is now.

    Raises:
        NfsError: It was not changed, or whether it was cannot be known.
    """
    try:
        return await send()
    except NfsError as error:
        if error.outcome is None or not error.outcome.is_unknown:
            raise
        if found := await _look(error, changed, _FOR_WHAT_TAKES_TIME, sleep):
            return found[0]
        raise error.with_note(
            f"It did not show {sum(_FOR_WHAT_TAKES_TIME)} s later, but may be under way. If it does not come, calling "
            "again with the same values does no harm."
        ) from error


async def _but(there: Callable[[], Awaitable[list[T]]], before: set[UUID]) -> list[T]:
    return [thing for thing in await there() if thing.id not in before]


async def _look(
    lost: NfsError, look: Callable[[], Awaitable[list[T]]], pauses: tuple[int, ...], sleep: Sleep
) -> list[T]:
    """What is there at the first look that finds anything, or nothing.

    Raises:
        NfsError: It could not be looked.
    """
    blind: NfsError | None = None
    for pause in pauses:
        await sleep(pause)
        try:
            found = await look()
        except NfsError as error:
            blind = error
            continue
        if found:
            return found
        blind = None
    if blind:
        raise lost.with_note(f"It could not be looked whether it was. {blind}") from lost
    return []
