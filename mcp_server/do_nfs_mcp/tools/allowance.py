"""How many GiB may be ordered in an hour before the person is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.observability.failure import FailureKind

__all__ = ["ALLOWANCE_GIB", "Allowance"]

ALLOWANCE_GIB = 1000
_WINDOW_SECONDS = 60 * 60
# For how long after its call a question can be answered.
_ANSWER_SECONDS = 600


class Allowance:
    """What may be ordered without asking, in a rolling window of an hour over all calls of the process.

    What a person has agreed to counts, too.

    Args:
        gib: How many GiB may be ordered in an hour; None for any number.
        clock: The time, in seconds since 1970.
        call_seconds: How long a call may take.
    """

    def __init__(self, gib: int | None, clock: Callable[[], float], call_seconds: float = 0) -> None:
        self.gib = gib
        self._clock = clock
        self._asked_seconds = call_seconds + _ANSWER_SECONDS
        self._orders: list[tuple[float, int]] = []
        self._asked: dict[str, tuple[float, int]] = {}

    @property
    def taken(self) -> int:
        """How many GiB were ordered in the last hour."""
        begin = self._clock() - _WINDOW_SECONDS
        self._orders = [order for order in self._orders if order[0] > begin]
        return sum(gib for _, gib in self._orders)

    @property
    def left(self) -> int:
        """How many GiB can be ordered now without asking, where that is limited."""
        return max(0, (self.gib or 0) - self.taken)

    def covers(self, gib: int) -> bool:
        """Return whether so many GiB more can be ordered now without asking."""
        return self.gib is None or gib <= self.left

    def taken_when_asked(self, call: str) -> int:
        """Return how many GiB had been ordered within an hour when a call first asked about its own.

        For as long as it can be answered, a question stays the same: orders of other calls, of which the person was
        asked too or did not have to be, do not make an answer void.

        Args:
            call: The tool and its arguments.
        """
        now = self._clock()
        self._asked = {key: asked for key, asked in self._asked.items() if asked[0] > now - self._asked_seconds}
        _, taken = self._asked.get(call, (now, self.taken))
        self._asked[call] = now, taken
        return taken

    def forget_question(self, call: str) -> None:
        """Ask about the orders of a call anew, with what is taken by then: the question was answered."""
        self._asked.pop(call, None)

    @contextmanager
    def taking(self, gib: int, call: str, *, agreed: bool) -> Iterator[None]:
        """Count what is ordered inside. It no longer counts if it certainly was not ordered.

        Args:
            gib: How many GiB more there will be.
            call: The tool and its arguments.
            agreed: Whether a person was asked and agreed.

        Raises:
            NfsError: Nobody was asked, and meanwhile other calls have taken what was left.
        """
        if not (agreed or self.covers(gib)):
            raise NfsError("Nothing was done: meanwhile other calls have ordered what was left. Call again.")
        order = (self._clock(), gib)
        self._orders.append(order)
        self.forget_question(call)
        try:
            yield
        except NfsError as error:
            is_unknown = error.is_unknown or error.failure.kind is FailureKind.UNKNOWN_OUTCOME
            # After an hour it counts no longer anyway.
            if not is_unknown and order in self._orders:
                self._orders.remove(order)
            raise
