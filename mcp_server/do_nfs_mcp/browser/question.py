"""A question to the person, and what has become of it."""

import math
import secrets
from dataclasses import dataclass, field

import anyio

__all__ = ["Asked", "NoBrowserError", "OtherQuestionError", "Question"]


class NoBrowserError(Exception):
    """No browser could be started."""


class OtherQuestionError(Exception):
    """The person has another question before them."""


@dataclass(frozen=True)
class Question:
    """What the person is asked.

    Attributes:
        text: What they would agree to.
        label: What the field is called that they fill in or, without one, the yes.
        hint: What goes with the label.
        typed: What they may type for a yes; None if there is no field and a yes is enough.
    """

    text: str
    label: str
    hint: str
    typed: frozenset[str] | None = None


@dataclass(eq=False)
class Asked:
    """A question that has been asked.

    Attributes:
        question: The question.
        token: The secret in the address of its page.
        answer: What the person said: True is yes; None if they have not answered.
        over: Set once nobody can answer it any more.
        callers: How many calls wait for the answer.
        viewers: How many pages wait with the person for its end.
        was_shown: Whether a browser has fetched its page.
        expires: When it is forgotten, in seconds since 1970.
    """

    question: Question
    token: str = field(default_factory=secrets.token_urlsafe, repr=False)
    answer: bool | None = None
    over: anyio.Event = field(default_factory=anyio.Event)
    callers: int = 0
    viewers: int = 0
    was_shown: bool = False
    expires: float = math.inf

    @property
    def is_open(self) -> bool:
        """Whether its page is open in the browser, or about to be; a page that was closed again is not."""
        return not self.over.is_set() and (self.callers > 0 or self.viewers > 0 or not self.was_shown)
