"""What became of a change whose answer was lost is found out by looking, so that none is lost and none made twice."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import TypeVar

from do_nfs_mcp.api import errors
from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.ids import HasIdAndName
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.api.retries import time_left

__all__ = ["Verdict", "change", "decide", "make"]

Sleep = Callable[[float], Awaitable[None]]

# How long to pause before each look, in seconds. What is made is listed at once; what is changed shows when it is done.
_FOR_WHAT_IS_MADE = (0, 1, 2)
_FOR_WHAT_TAKES_TIME = (0, 1, 2, 4, 8)
_MOST_SENDS = 4


A = TypeVar("A")
T = TypeVar("T", bound=HasIdAndName)


class Verdict(Enum):
    """What is known of a thing that was to be made, once it was looked for."""

    MADE = auto()
    AMBIGUOUS = auto()
    """Several things have appeared that may be it."""
    UNKNOWN = auto()
    """It is not seen, but may still come, or may be among what cannot be read."""
    NOT_MADE = auto()
    """It is not there and will not come, so it can be sent again."""


def decide(outcome: Outcome | None, appeared: int, unreadable: int) -> Verdict:
    """Say what became of a request to make a thing.

    Args:
        outcome: What is known of the request itself.
        appeared: How many things like it have appeared since it was sent.
        unreadable: How much has appeared that cannot be read, and so may be it, too.
    """
    match appeared, unreadable:
        case 0, 0 if outcome is Outcome.ENDED:
            return Verdict.NOT_MADE
        case 0, _:
            return Verdict.UNKNOWN
        case 1, 0:
            return Verdict.MADE
        case _:
            return Verdict.AMBIGUOUS


async def make(
    kind: str,
    send: Callable[[], Awaitable[A]],
    find_candidates: Callable[[], Awaitable[Listing[T]]],
    sleep: Sleep,
) -> A | T:
    """Make a thing just once.

    Args:
        kind: What it is, in the plural.
        send: Asks the API to make it.
        find_candidates: Those that are like it, whoever made them, and what may be one but cannot be read. Nobody else
            in this process may make one meanwhile.
        sleep: Waits for so many seconds.

    Returns:
        The API's answer or, if that was lost, the thing that is there now and was not before.

    Raises:
        NfsError: It was not made, or whether it was cannot be known.
    """
    before = await _before(find_candidates)

    async def new_ones() -> Listing[T]:
        return (await find_candidates()).without(before) if before else Listing()

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
            match decide(error.outcome, len(new.things), len(new.left_out)):
                case Verdict.MADE:
                    return new.things[0]
                case Verdict.AMBIGUOUS:
                    ids = [thing.id for thing in new.things]
                    raise errors.cannot_tell(failed, kind, ids, new.left_out_in_words()) from error
                case Verdict.UNKNOWN if new.left_out:
                    raise error.with_note(
                        f"What has appeared since cannot be read, and may be it: {new.left_out_in_words()}."
                    ) from error
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
    changed: Callable[[], Awaitable[Listing[T]]],
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
        if found := (await _look(error, changed, _FOR_WHAT_TAKES_TIME, sleep)).things:
            return found[0]
        if error.outcome is Outcome.MADE:
            raise
        raise error.with_note(
            f"It did not show {sum(_FOR_WHAT_TAKES_TIME)} s later, but may be under way. If it does not come, trying "
            f"again with {harmless} does no harm."
        ) from error


async def _before(find: Callable[[], Awaitable[Listing[T]]]) -> Listing[T] | None:
    """Return what is there; None for a token that may make things but not list them."""
    try:
        return await find()
    except NfsError as error:
        if error.forbidden:
            return None
        raise


async def _look(
    lost: NfsError, look: Callable[[], Awaitable[Listing[T]]], pauses: tuple[int, ...], sleep: Sleep
) -> Listing[T]:
    """Return what is there at the first look that can read any of it; otherwise what was left out at any look.

    Raises:
        NfsError: It could not be looked.
    """
    blind: NfsError | None = None
    left_out: Listing[T] = Listing()
    for pause in pauses:
        await sleep(pause)
        try:
            found = await look()
        except NfsError as error:
            blind = error
            continue
        if found.things:
            return found
        if found.left_out:
            left_out = found
        blind = None
    if blind:
        raise lost.with_note(f"It could not be looked whether it was. {blind}") from lost
    return left_out
