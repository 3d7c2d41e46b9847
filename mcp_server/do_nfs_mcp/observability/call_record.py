"""What is noted of a call while it is answered: its requests, what they change, and what a person was asked.

Code that records something need not know whether the call is audited: if it is not, nothing is kept.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "CallRecord",
    "Thing",
    "note_answer",
    "note_change",
    "note_names",
    "note_question",
    "note_reply",
    "note_request",
    "note_unasked",
    "recording",
]

Thing = dict[str, str]
"""A share, a snapshot or an access point: `kind`, and `id`, `name` and `share_id` as far as they are known."""


@dataclass
class CallRecord:
    """What was noted of a call.

    Attributes:
        announce: Writes down what the next request is to change; None if that need not be written first.
        requests: The method of each request and, as far as they are known, the status and the id of its answer.
        changes: What was to be changed, in the order in which it was sent, each with its `result`.
        names: The names that the call has read, by id.
        question: What a person was asked, by whom, and what they answered; None if nobody was.
    """

    announce: Callable[[Thing], None] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Thing] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    question: dict[str, str] | None = None

    def named(self, thing: Thing) -> Thing:
        """Return a thing with its name, if the call has read that."""
        name = self.names.get(thing.get("id", ""))
        return thing | {"name": name} if name and "name" not in thing else thing


_record: ContextVar[CallRecord | None] = ContextVar("record", default=None)


@contextmanager
def recording(announce: Callable[[Thing], None] | None = None) -> Iterator[CallRecord]:
    """Keep what is noted inside; where it is kept already, in the same record. announce: The record's."""
    if record := _record.get():
        record.announce = announce or record.announce
        yield record
        return
    record = CallRecord(announce)
    token = _record.set(record)
    try:
        yield record
    finally:
        _record.reset(token)


def note_request(method: str) -> None:
    """Note a request to the API that is not answered yet."""
    if record := _record.get():
        record.requests.append({"method": method})


def note_answer(method: str, status: int, request_id: str) -> None:
    """Note the answer to the last such request."""
    record = _record.get()
    for noted in reversed(record.requests if record else ()):
        if noted == {"method": method}:
            noted |= {"status": status, **({"id": request_id} if request_id else {})}
            return


def note_names(names: Iterable[tuple[str, str]]) -> None:
    """Note the names of things by their ids."""
    if record := _record.get():
        record.names.update(names)


def note_change(thing: Thing) -> Thing:
    """Note what the next request is to change, before it is sent.

    Args:
        thing: As far as it is known by then.

    Returns:
        What is noted. What becomes known later, such as the id of something new, can be added to it.

    Raises:
        OSError: It has to be written down first and cannot be. Nothing may be sent.
    """
    record = _record.get()
    if record is None:
        return thing
    if record.announce:
        record.announce(record.named(thing))
    for change in record.changes:
        if thing.items() <= change.items():
            # It is sent again.
            return change
    record.changes.append(thing)
    return thing


def note_question(text: str, by: Literal["host", "browser"]) -> None:
    """Note that a person is asked. by: Who asks them."""
    if record := _record.get():
        record.question = {"text": text, "by": by}


def note_unasked() -> None:
    """Note that the person was not asked after all."""
    if record := _record.get():
        record.question = None


def note_reply(answer: Literal["yes", "no", "closed", "wrong name"], typed: str | None = None) -> None:
    """Note what the person answered. typed: What they typed, if they were to type something."""
    record = _record.get()
    if record and record.question:
        record.question |= {"answer": answer, **({} if typed is None else {"typed": typed})}
