from enum import StrEnum
from typing import Self


class AccessPointStatus(StrEnum):
    """Whether it can be mounted."""

    ACCESS_POINT_ACTIVE = "ACCESS_POINT_ACTIVE"
    ACCESS_POINT_CREATING = "ACCESS_POINT_CREATING"
    ACCESS_POINT_DELETED = "ACCESS_POINT_DELETED"
    ACCESS_POINT_FAILED = "ACCESS_POINT_FAILED"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Make a member of a text that the contract does not name: servers add values at any time."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
