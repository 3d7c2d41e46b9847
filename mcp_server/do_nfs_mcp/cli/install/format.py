"""What a format of configurations has to be able to do."""

from typing import Any, Protocol

__all__ = ["ConfigurationError", "Format", "Keys"]

Keys = tuple[str, ...]
"""Where something is: the names to follow from the top."""


class ConfigurationError(Exception):
    """A configuration cannot be read or changed.

    Args:
        problem: What is the matter with it, and what to do about it, in words that go on after its name: "is not
            valid JSON (line 1, ...)". The text of the exception is the whole sentence.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(f"The configuration {problem}.")
        self.problem = problem


class Format(Protocol):
    """Text in which names have values. Each method raises ConfigurationError for a text it cannot take."""

    @property
    def empty(self) -> str:
        """A text with nothing in it."""

    def read(self, text: str) -> dict[str, Any]:
        """Return all that the text says."""

    def put(self, text: str, keys: Keys, value: Any) -> str:
        """Return the text with this value there, and otherwise as it was."""

    def remove(self, text: str, keys: Keys) -> str:
        """Return the text without what is there, and otherwise as it was."""
