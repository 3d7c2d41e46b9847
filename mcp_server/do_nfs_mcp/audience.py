"""Who reads what the server says: a model that works for a person or, at a terminal, that person.

Most words are for both. Where a model is told what to ask its person, or what the operator has to do, the
person reads it about themselves.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from shlex import quote

__all__ = ["argument", "call_of", "for_reader", "operator_has_to", "read_by_a_person"]

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
    """Return the words for this reader.

    Args:
        model: What a model reads, which works for a person.
        person: What that person reads.
    """
    return person if _a_person_reads.get() else model


def argument(name: str, value: object) -> str:
    """Return an argument of a tool as this reader writes it, such as `keep_last: 0` or, at a terminal, `keep_last=0`.

    Args:
        name: The argument's name.
        value: Its value, of any type that JSON has.
    """
    return for_reader(f"{name}: {_text(value)}", quote(f"{name}={_text(value)}"))


def call_of(tool: str, **arguments: object) -> str:
    """Return a call in words, such as "get_share with share data" or, at a terminal, "`get_share share=data`".

    Args:
        tool: The tool's name.
        arguments: By name, as `argument` takes them; at least one.
    """
    given = ", ".join(f"{name} {_text(value)}" for name, value in arguments.items())
    typed = " ".join([tool, *(argument(name, value) for name, value in arguments.items())])
    return for_reader(f"{tool} with {given}", f"`{typed}`")


def operator_has_to(step: str, *, and_restart: bool = False) -> str:
    """Return a sentence on what to do to the server.

    Args:
        step: What the operator has to do, such as "check --api-url".
        and_restart: Whether the server has to be restarted then, unless it runs for one call alone.
    """
    restarted = " and restart it" if and_restart else ""
    return for_reader(f"The server's operator has to {step}{restarted}.", f"{step[0].upper()}{step[1:]}.")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
