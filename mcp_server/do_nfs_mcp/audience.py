"""Who reads what the server says: a model that works for a person or, at a terminal, that person.

Most words are for both. Where a model is told what to ask its person, or what whoever runs the server has to do, the
person reads it about themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["for_reader", "operator_has_to", "read_by_a_person"]

_a_person_reads: ContextVar[bool] = ContextVar("a_person_reads", default=False)


@contextmanager
def read_by_a_person() -> Iterator[None]:
    """Write what is said inside for the person at the terminal, who also runs the server."""
    token = _a_person_reads.set(True)
    try:
        yield
    finally:
        _a_person_reads.reset(token)


def for_reader(model: str, person: str) -> str:
    """Return the words for whoever reads.

    Args:
        model: What a model reads, which works for a person.
        person: What that person reads.
    """
    return person if _a_person_reads.get() else model


def operator_has_to(step: str, *, and_restart: bool = False) -> str:
    """Return a sentence on what to do to the server.

    Args:
        step: What whoever runs it has to do, such as "check --api-url".
        and_restart: Whether the server has to be restarted then, unless it runs for one call alone.
    """
    restarted = " and restart it" if and_restart else ""
    return for_reader(f"Whoever runs this server has to {step}{restarted}.", f"{step[0].upper()}{step[1:]}.")
