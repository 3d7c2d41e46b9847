"""Waits for a change to take effect, by looking at what is changed."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
from do_nfs_client_helpers.retry_rules import polling_pauses

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.retries import no_retries
from do_nfs_mcp.api.untrusted_text import plain
from do_nfs_mcp.storage.views import View
from do_nfs_mcp.tools.service import ServiceContext, service_for

V = TypeVar("V", bound=View)

_LAST_LOOK_SECONDS = 3
# How many times in a row it may not be found: what was just made may take a moment to be.
_MAX_NOT_FOUND = 4


class _Watch(Generic[V]):
    """What the looks so far have shown.

    Attributes:
        seen: What was seen last; None if it has not been seen.
        error: What the last look failed with; None if it did not.
    """

    def __init__(self, look: Callable[[], Awaitable[V]], known: V | None) -> None:
        self.seen = known
        self.error: NfsError | None = None
        self._look = look
        self._not_found = 0

    async def look(self) -> V | None:
        """Look once.

        Returns:
            What was seen; None if the look failed.
        """
        try:
            with no_retries():
                self.seen = await self._look()
        except NfsError as error:
            # The change is under way whether it can be seen or not: the call has not failed.
            self.error = error
            self._not_found = self._not_found + 1 if error.gone else 0
            return None
        self.error, self._not_found = None, 0
        return self.seen

    @property
    def is_hopeless(self) -> bool:
        """Whether no later look will show it."""
        if self.error is None:
            return False
        return self.error.status == 401 or self.error.forbidden or self._not_found > _MAX_NOT_FOUND

    @property
    def retry_after(self) -> float:
        """For how many seconds the API refuses the next look."""
        return (self.error.retry_after if self.error else None) or 0.0

    @property
    def progress(self) -> str:
        """What to tell a person who waits."""
        status = getattr(self.seen, "status", "")
        return f"it is {plain(status)}" if status else "waiting"


async def wait_for(
    context: ServiceContext, look: Callable[[], Awaitable[V]], has_ended: Callable[[V], bool], known: V | None
) -> tuple[V | None, str]:
    """Look again and again, reporting progress, until there is nothing more to wait for or the call's time is up.

    Args:
        context: The call's.
        look: Reads what is waited for, in one request.
        has_ended: Says whether there is nothing more to wait for.
        known: What it was when it was last seen; None if it has not been seen.

    Returns:
        What was seen last, and why the wait ended early: an empty text if it did not.
    """
    service = service_for(context)
    start, seconds = service.clock(), min(service.wait_seconds, service.time_left())
    watch = _Watch(look, known)
    with anyio.move_on_after(seconds + _LAST_LOOK_SECONDS):
        for pause in polling_pauses():
            elapsed = service.clock() - start
            left = seconds - elapsed
            if left <= 0:
                break
            await context.report_progress(elapsed, seconds, watch.progress)
            if watch.retry_after > left:
                break
            await service.sleep(min(max(pause, watch.retry_after), left))
            seen = await watch.look()
            if watch.is_hopeless:
                return watch.seen, f"It could not be looked at. {watch.error}"
            if seen is not None and has_ended(seen):
                elapsed = service.clock() - start
                await context.report_progress(elapsed, elapsed, watch.progress)
                return seen, ""
    why = f"It was not there yet after {round(service.clock() - start)} s."
    return watch.seen, f"{why} The last look at it failed: {watch.error}" if watch.error else why
