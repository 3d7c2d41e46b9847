from enum import StrEnum
from typing import Self


class ShareTier(StrEnum):
    """The tier it runs on. Answers spell it differently from requests."""

    PERFORMANCE_TIER_HIGH = "PERFORMANCE_TIER_HIGH"
    PERFORMANCE_TIER_STANDARD = "PERFORMANCE_TIER_STANDARD"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Make a member of a text that the contract does not name: servers add values at any time."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
