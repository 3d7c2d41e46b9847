"""What became of a change whose answer was lost is found out by looking, so that none is lost and none made twice."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Protocol, TypeVar

from do_nfs_mcp.api import errors
from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.retries import time_left

__all__ = ["Verdict", "change", "decide", "make"]

Sleep = Callable[[float], Awaitable[None]]

# How long to pause before each look, in seconds. What is made is listed at once; what is changed shows when it is done.
_FOR_WHAT_IS_MADE = (0, 1, 2)
_FOR_WHAT_TAKES_TIME = (0, 1, 2, 4, 8)
_MOST_SENDS = 4


class HasId(Protocol):
    """What can be made."""

    id: str


A = TypeVar("A")
T = TypeVar("T", bound=HasId)


class Verdict(Enum):
    """What is known of a thing that was to be made, once it was looked for."""

    MADE = auto()
    AMBIGUOUS = auto()
    """Several things have appeared that may be it."""
    UNKNOWN = auto()
    """It is not there, but may still come."""
    NOT_MADE = auto()
    """It is not there and will not come, so it can be sent again."""


def decide(outcome: Outcome | None, appeared: int) -> Verdict:
    """Say what became of a request to make a thing.

    Args:
        outcome: What is known of the request itself.
        appeared: How many things like it have appeared since it was sent.
    """
    match appeared:
        case 0:
            return Verdict.NOT_MADE if outcome is Outcome.ENDED else Verdict.UNKNOWN
        case 1:
            return Verdict.MADE
        case _:
            return Verdict.AMBIGUOUS


async def make(
    kind: str,
    send: Callable[[], Awaitable[A]],
    find_candidates: Callable[[], Awaitable[list[T]]],
    sleep: Sleep,
) -> A | T:
    """Make a thing just once.

    Args:
        kind: What it is, in the plural.
        send: Asks the API to make it.
        find_candidates: Those that are like it, whoever made them. Nobody else in this process may make one meanwhile.
        sleep: Waits for so many seconds.

    Returns:
        The API's answer or, if that was lost, the thing that is there now and was not before.

    Raises:
        NfsError: It was not made, or whether it was cannot be known.
    """
    before = await _ids(find_candidates)

    async def new_ones() -> list[T]:
        return [thing for thing in await find_candidates() if before is None or thing.id not in before]

    failed: list[NfsError] = []
    while True:
        try:
            return await send()
        except NfsError as error:
            failed.append(error)
            if before is None or not (error.is_unknown or error.outcome is Outcome.MADE):
                raise
            pauses = _FOR_WHAT_IS_MADE if error.outcome is Outcome.ENDED else _FOR_WHAT_TAKES_TIME
            new = await _look(error, new_ones, pauses, sleep)
            match decide(error.outcome, len(new)):
                case Verdict.MADE:
                    return new[0]
                case Verdict.AMBIGUOUS:
                    raise errors.cannot_tell(failed, kind, [thing.id for thing in new]) from error
                case Verdict.UNKNOWN if error.outcome is Outcome.MADE:
                    raise
                case Verdict.UNKNOWN:
                    raise error.with_note(f"It was not there {sum(pauses)} s later.") from error
                case Verdict.NOT_MADE:
                    # What the API said to wait, less what has passed.
                    pause = max(0.0, (error.retry_after or 0.0) - sum(pauses))
                    if len(failed) == _MOST_SENDS or pause > time_left():
                        raise errors.not_made(failed) from error
                    await sleep(pause)


async def change(
    send: Callable[[], Awaitable[A]],
    changed: Callable[[], Awaitable[list[T]]],
    sleep: Sleep,
    harmless: str = "the same values",
) -> A | T:
    """Change a thing. It is never sent again: a change may be under way for long before it shows.

    Args:
        send: Asks the API to change it.
        changed: The thing, if it is as it is to become; else nothing.
        sleep: Waits for so many seconds.
        harmless: The arguments with which it can be tried again, in words.

    Returns:
        The API's answer or, if that was lost, the thing as it is now.

    Raises:
        NfsError: It was not changed, or whether it was cannot be known.
    """
    try:
        return await send()
    except NfsError as error:
        if not (error.is_unknown or error.outcome is Outcome.MADE):
            raise
        if found := await _look(error, changed, _FOR_WHAT_TAKES_TIME, sleep):
            return found[0]
        if error.outcome is Outcome.MADE:
            raise
        raise error.with_note(
            f"It did not show {sum(_FOR_WHAT_TAKES_TIME)} s later, but may be under way. If it does not come, trying "
            f"again with {harmless} does no harm."
        ) from error


async def _ids(find: Callable[[], Awaitable[list[T]]]) -> set[str] | None:
    """Return the ids of what is there; None for a token that may make things but not list them."""
    try:
        return {thing.id for thing in await find()}
    except NfsError as error:
        if error.forbidden:
            return None
        raise


async def _look(
    lost: NfsError, look: Callable[[], Awaitable[list[T]]], pauses: tuple[int, ...], sleep: Sleep
) -> list[T]:
    """Return what is there at the first look that finds anything, or nothing.

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
