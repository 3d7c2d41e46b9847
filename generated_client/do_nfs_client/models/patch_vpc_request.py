from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset, checked

T = TypeVar("T", bound="PatchVpcRequest")


@_attrs_define
class PatchVpcRequest:
    """What to change of a VPC."""

    name: str | Unset = UNSET
    """ What to call it, unique in the account. """
    description: str | Unset = UNSET
    """ What to say about it. """
    default: bool | Unset = UNSET
    """ True makes it the region's default one; false changes nothing. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        description = self.description

        default = self.default

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if default is not UNSET:
            field_dict["default"] = default

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        name = d.pop("name", UNSET)
        if type(name) is not str and name is not UNSET:
            name = checked(name, str, "name")
        description = d.pop("description", UNSET)
        if type(description) is not str and description is not UNSET:
            description = checked(description, str, "description")
        default = d.pop("default", UNSET)
        if type(default) is not bool and default is not UNSET:
            default = checked(default, bool, "default")
        _read = cls(
            name,
            description,
            default,
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
