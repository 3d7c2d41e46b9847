"""What a person has just refused, by a no or by closing the question, so that nobody asks them until they give in."""

import json
from contextlib import suppress

from do_nfs_mcp.api.callers import caller_principal
from do_nfs_mcp.state.shared_state import State, StateUnavailableError

__all__ = ["RecentRefusals"]

_SECONDS = 60


class RecentRefusals:
    """The questions that were refused in the last minute, each for the caller whose person did so.

    Args:
        state: Where they are kept.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, question: str) -> None:
        """Note that the person refused what a question asks for. While that cannot be kept, nothing is asked at all."""
        with suppress(StateUnavailableError):
            await self._state.keep(_key(question), "no", _SECONDS)

    async def include(self, question: str) -> bool:
        """Return whether the person refused just this in the last minute.

        Raises:
            StateUnavailableError: That cannot be told.
        """
        return await self._state.find(_key(question)) is not None


def _key(question: str) -> str:
    return json.dumps(["refused", caller_principal(), question])
