from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    checked,
    read_time,
)

T = TypeVar("T", bound="VpcMember")


@_attrs_define
class VpcMember:
    """What is in a VPC."""

    urn: str
    """ Its kind and its id, as do:KIND:ID. """
    name: str
    """ What people call it. """
    created_at: datetime.datetime
    """ A moment, to the second or finer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        urn = self.urn

        name = self.name

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "urn": urn,
                "name": name,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        urn = d.pop("urn")
        if type(urn) is not str:
            urn = checked(urn, str, "urn")
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        created_at = d.pop("created_at")
        created_at = read_time(created_at, "created_at")
        _read = cls(
            urn,
            name,
            created_at,
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
