"""Waiting for a change to take effect, by looking at what is changed."""

from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import anyio

from do_nfs_mcp.api.errors import NfsError, plain
from do_nfs_mcp.api.retries import no_retries
from do_nfs_mcp.storage.views import View
from do_nfs_mcp.tools.service import ServiceContext, service

V = TypeVar("V", bound=View)

# Looking at a thing is one request. So many a minute are a tenth of what the account may make, at the most.
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.25, 1.6, 5.0
# How long the look at the very end may take, in seconds.
_LAST_LOOK = 3
# How many times in a row it may not be found.
_MOST_GONE = 4
# With these the token will not be let in later either.
_HOPELESS = {401, 403}


def pauses() -> Iterator[float]:
    """How long to pause before each look, in seconds: short at first, then longer."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


async def wait_for(
    context: ServiceContext, look: Callable[[], Awaitable[V]], ended: Callable[[V], bool], known: V | None
) -> tuple[V | None, str]:
    """Look again and again, telling of progress, until it has ended or the call's time is up.

    Args:
        look: Reads what is waited for, in one request.
        ended: Whether there is nothing more to wait for.
        known: What it was when it was last seen, if it was.

    Returns:
        What was seen last, and why the wait ended early: an empty text if it did not.
    """
    have = service(context)
    start, seconds = have.clock(), min(have.wait_seconds, have.time_left())
    seen, trouble, gone, told = known, "", 0, 0.0
    with anyio.move_on_after(seconds + _LAST_LOOK):
        for pause in pauses():
            elapsed = have.clock() - start
            left = seconds - elapsed
            if left <= 0:
                break
            await context.report_progress(elapsed, seconds, _progress(seen))
            if told > left:
                # Who looks before that is refused once more.
                break
            await have.sleep(min(max(pause, told), left))
            try:
                with no_retries():
                    seen = await look()
                trouble, gone, told = "", 0, 0.0
            except NfsError as error:
                # The change is under way whether it can be seen or not: this is no failure of the call.
                trouble, told = str(error), error.retry_after or 0.0
                # What was just made may take a moment to be found.
                gone = gone + 1 if error.gone else 0
                if error.status in _HOPELESS or error.forbidden or gone > _MOST_GONE:
                    return seen, f"It could not be looked at. {trouble}"
            else:
                if ended(seen):
                    await context.report_progress(seconds, seconds, _progress(seen))
                    return seen, ""
    return seen, f"It was not there yet after {round(have.clock() - start)} s." + (
        f" The last look at it failed: {trouble}" if trouble else ""
    )


def _progress(seen: View | None) -> str:
    status = getattr(seen, "status", "")
    return f"it is {plain(status)}" if status else "waiting"
