"""Slots that callers share, so that a caller with none gets one soon."""

from collections import defaultdict, deque
from collections.abc import Hashable

import anyio

__all__ = ["FairSlots"]

# One caller may hold one slot in so many.
_SHARE = 4


class FairSlots:
    """So many slots. A known caller holds at most a quarter of them, and takes another only if more are free than it
    holds: however much others want, one is left for a newcomer as a rule, as long as there are more slots than callers.

    A slot that is given back goes to the waiting caller who holds the fewest; of several, to who has waited longest.

    Args:
        slots: How many there are.
    """

    def __init__(self, slots: int) -> None:
        self._slots = self._free = slots
        self._held: defaultdict[Hashable, int] = defaultdict(int)
        # By caller, in the order in which each began to wait.
        self._waiting: dict[Hashable, deque[anyio.Event]] = {}

    async def take(self, caller: Hashable) -> None:
        """Wait for a slot. It is held until it is given back.

        Args:
            caller: Who it is for. None is for a caller who need not share and may hold all of them.
        """
        if self._may_take(caller):
            self._take(caller)
        else:
            await self._wait(caller)

    def _may_take(self, caller: Hashable) -> bool:
        if caller is None:
            return self._free > 0
        return self._held.get(caller, 0) < min(self._free, max(1, self._slots // _SHARE))

    def _take(self, caller: Hashable) -> None:
        self._free -= 1
        self._held[caller] += 1

    async def _wait(self, caller: Hashable) -> None:
        turn = anyio.Event()
        queue = self._waiting.setdefault(caller, deque())
        queue.append(turn)
        try:
            await turn.wait()
        except BaseException:
            if turn.is_set():
                self.give_back(caller)
            else:
                queue.remove(turn)
                if not queue:
                    del self._waiting[caller]
            raise

    def give_back(self, caller: Hashable) -> None:
        """Give back one of a caller's slots."""
        # It still counts while the next one is chosen, so that nobody comes before others by giving back.
        held = self._held.copy()
        self._free += 1
        self._held[caller] -= 1
        while ready := [other for other in self._waiting if self._may_take(other)]:
            chosen = min(ready, key=held.__getitem__)
            queue = self._waiting.pop(chosen)
            self._take(chosen)
            queue.popleft().set()
            if queue:
                # Behind the others.
                self._waiting[chosen] = queue
        # Nothing is kept of who has none.
        if not self._held[caller]:
            del self._held[caller]
