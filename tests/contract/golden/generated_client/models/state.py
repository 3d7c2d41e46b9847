from enum import StrEnum
from typing import Self


class State(StrEnum):
    """Where it is, in the librarian's \"\"\"words\"\"\" and with a \\backslash."""

    LOST = "LOST"
    ON_LOAN = "on loan"
    ON_SHELF = "on-shelf"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Make a member of a text that the contract does not name: servers add values at any time."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
