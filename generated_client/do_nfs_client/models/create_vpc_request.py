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

T = TypeVar("T", bound="CreateVpcRequest")


@_attrs_define
class CreateVpcRequest:
    """A VPC to make."""

    name: str
    """ What to call it, unique in the account. """
    region: str
    """ The slug of the region to put it in, such as atl1. """
    description: str | Unset = UNSET
    """ What to say about it. """
    ip_range: str | Unset = UNSET
    """ Its addresses, in CIDR notation: private ones (RFC 1918), from /16 to /28, which overlap with no other
    VPC's. Left out, a /20 that is free is taken.
     """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        region = self.region

        description = self.description

        ip_range = self.ip_range

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "region": region,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if ip_range is not UNSET:
            field_dict["ip_range"] = ip_range

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        region = d.pop("region")
        if type(region) is not str:
            region = checked(region, str, "region")
        description = d.pop("description", UNSET)
        if type(description) is not str and description is not UNSET:
            try:
                description = checked(description, str, "description")
            except MISREAD as error:
                unreadable += (UnreadableItem("description", description, reason(error)),)
                description = UNSET
        ip_range = d.pop("ip_range", UNSET)
        if type(ip_range) is not str and ip_range is not UNSET:
            try:
                ip_range = checked(ip_range, str, "ip_range")
            except MISREAD as error:
                unreadable += (UnreadableItem("ip_range", ip_range, reason(error)),)
                ip_range = UNSET
        _read = cls(
            name,
            region,
            description,
            ip_range,
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
