from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    checked,
    reason,
)

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
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
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
        unreadable: tuple[UnreadableItem, ...] = ()
        name = d.pop("name", UNSET)
        if type(name) is not str and name is not UNSET:
            try:
                name = checked(name, str, "name")
            except MISREAD as error:
                unreadable += (UnreadableItem("name", name, reason(error)),)
                name = UNSET
        description = d.pop("description", UNSET)
        if type(description) is not str and description is not UNSET:
            try:
                description = checked(description, str, "description")
            except MISREAD as error:
                unreadable += (UnreadableItem("description", description, reason(error)),)
                description = UNSET
        default = d.pop("default", UNSET)
        if type(default) is not bool and default is not UNSET:
            try:
                default = checked(default, bool, "default")
            except MISREAD as error:
                unreadable += (UnreadableItem("default", default, reason(error)),)
                default = UNSET
        _read = cls(
            name,
            description,
            default,
        )
        if unreadable:
            _read.unreadable = unreadable
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
