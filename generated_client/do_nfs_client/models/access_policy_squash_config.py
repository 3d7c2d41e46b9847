from enum import StrEnum
from typing import Self


class AccessPolicySquashConfig(StrEnum):
    """Whose identity is replaced, no one's, root's or everyone's."""

    ALL_SQUASH = "ALL_SQUASH"
    NO_SQUASH = "NO_SQUASH"
    ROOT_SQUASH = "ROOT_SQUASH"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Make a member of a text that the contract does not name: servers add values at any time."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
