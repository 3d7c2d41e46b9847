"""What a person has just refused, by a no or by closing the question, so that nobody asks them until they give in."""

from collections.abc import Callable

from do_nfs_mcp.api.callers import caller_principal

__all__ = ["RecentRefusals"]

_SECONDS = 60


class RecentRefusals:
    """The questions that were refused in the last minute, each for the caller whose person did so.

    Args:
        clock: The time, in seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._refused: dict[tuple[object, str], float] = {}

    def add(self, question: str) -> None:
        """Note that the person refused what a question asks for."""
        self._refused[caller_principal(), question] = self._clock()

    def __contains__(self, question: str) -> bool:
        """Return whether the person refused just this in the last minute."""
        begin = self._clock() - _SECONDS
        self._refused = {key: since for key, since in self._refused.items() if since > begin}
        return (caller_principal(), question) in self._refused
