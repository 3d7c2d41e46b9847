from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    UnreadableItem,
    are_all,
    checked,
    checked_id,
    read_items,
)

T = TypeVar("T", bound="CreateVpcPeeringRequest")


@_attrs_define
class CreateVpcPeeringRequest:
    """Two VPCs to join."""

    name: str
    """ What to call it, unique in the team. """
    vpc_ids: list[str]
    """ The two VPCs. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        vpc_ids = self.vpc_ids

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "vpc_ids": vpc_ids,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        vpc_ids = d.pop("vpc_ids")
        if not are_all(vpc_ids, str) or "" in vpc_ids:
            vpc_ids, odd = read_items(
                lambda item: checked_id(item, "an item of vpc_ids"), vpc_ids, "vpc_ids"
            )
            unreadable += odd
        _read = cls(
            name,
            vpc_ids,
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
