from enum import StrEnum
from typing import Self


class ShareStatus(StrEnum):
    """CREATING is not usable yet, ACTIVE can be mounted, INACTIVE exists but is attached to no VPC, FAILED could
    not be made.
    """

    ACTIVE = "ACTIVE"
    CREATING = "CREATING"
    DELETED = "DELETED"
    FAILED = "FAILED"
    INACTIVE = "INACTIVE"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Make a member of a text that the contract does not name: servers add values at any time."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
