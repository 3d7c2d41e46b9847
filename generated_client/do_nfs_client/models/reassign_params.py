from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    checked_id,
)

T = TypeVar("T", bound="ReassignParams")


@_attrs_define
class ReassignParams:
    old_vpc_id: str
    """ An id, as an answer has it. A UUID is the same in capitals. """
    new_vpc_id: str
    """ An id, as an answer has it. A UUID is the same in capitals. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        old_vpc_id = self.old_vpc_id

        new_vpc_id = self.new_vpc_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "old_vpc_id": old_vpc_id,
                "new_vpc_id": new_vpc_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        old_vpc_id = d.pop("old_vpc_id")
        if type(old_vpc_id) is not str:
            old_vpc_id = checked_id(old_vpc_id, "old_vpc_id")
        if old_vpc_id == "":
            raise ValueError("old_vpc_id is empty")
        new_vpc_id = d.pop("new_vpc_id")
        if type(new_vpc_id) is not str:
            new_vpc_id = checked_id(new_vpc_id, "new_vpc_id")
        if new_vpc_id == "":
            raise ValueError("new_vpc_id is empty")
        _read = cls(
            old_vpc_id,
            new_vpc_id,
        )
        if d:
            _read.additional_properties = d
        return _read

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
