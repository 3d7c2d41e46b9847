"""How many GiB may be ordered in an hour before the person is asked."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.state.shared_state import State, StateUnavailableError

__all__ = ["ALLOWANCE_GIB", "Allowance"]

logger = logging.getLogger(__name__)

ALLOWANCE_GIB = 1000
# For how long after its call a question can be answered.
_ANSWER_SECONDS = 600


class Allowance:
    """What may be ordered without asking, in a rolling window of an hour over all calls that share a state.

    What a person has agreed to counts, too. If the state cannot be used, what needs it raises a
    `StateUnavailableError`.

    Args:
        gib: How many GiB may be ordered in an hour; None for any number.
        state: What was ordered, and what a call asked.
        call_seconds: How long a call may take.
    """

    def __init__(self, gib: int | None, state: State, call_seconds: float = 0) -> None:
        self.gib = gib
        self._state = state
        self._asked_seconds = call_seconds + _ANSWER_SECONDS

    async def left(self) -> int | None:
        """Return how many GiB can be ordered now without asking; None for any number."""
        return None if self.gib is None else max(0, self.gib - await self._state.taken())

    async def taken_when_asked(self, call: str, now: datetime) -> tuple[int, str]:
        """Return how many GiB had been ordered within an hour when a call first asked about its own, and when that was.

        For as long as it can be answered, a question stays the same: orders of other calls, of which the person was
        asked too or did not have to be, do not make an answer void.

        Args:
            call: The tool and its arguments.
            now: What time it is, in UTC.
        """
        asked = f"{await self._state.taken()} {now:%H:%M}"
        taken, when = (await self._state.keep(_question(call), asked, self._asked_seconds)).split()
        return int(taken), when

    async def forget_question(self, call: str) -> None:
        """Ask about the orders of a call anew, with what is taken by then: the question was answered.

        If the state cannot be used, the question is forgotten as time passes.
        """
        if self.gib is not None:
            with suppress(StateUnavailableError):
                await self._state.forget(_question(call))

    @asynccontextmanager
    async def taking(self, gib: int, call: str, *, agreed: bool) -> AsyncIterator[None]:
        """Count what is ordered inside. It no longer counts if it certainly was not ordered.

        Args:
            gib: How many GiB more there will be.
            call: The tool and its arguments.
            agreed: Whether a person was asked and agreed.

        Raises:
            NfsError: Nobody was asked, and meanwhile other calls have taken what was left.
        """
        if self.gib is None:
            yield
            return
        await self.forget_question(call)
        order = await self._state.take(gib, None if agreed else self.gib)
        if order is None:
            raise NfsError("Nothing was done: meanwhile other calls have ordered what was left. Try again.")
        try:
            yield
        except NfsError as error:
            if not (error.is_unknown or error.failure.kind is FailureKind.UNKNOWN_OUTCOME):
                await self._give_back(order)
            raise

    async def _give_back(self, order: str) -> None:
        try:
            await self._state.give_back(order)
        except StateUnavailableError:
            # What the call says is what became of it. The order counts for an hour, as if it had been made.
            logger.warning("An order that was not made counts all the same: it cannot be given back")


def _question(call: str) -> str:
    return f"asked {call}"
