from enum import StrEnum
from typing import Self


class Order(StrEnum):
    CLASS = "class"
    SHELF_ROW = "shelf\\row"
    THE_BEST = 'the "best"'
    TITLE = "title"
    VALUE_1 = "-title"
    VALUE_3 = "2nd"
    VALUE_4 = ""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Make a member of a text that the contract does not name: servers add values at any time."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
