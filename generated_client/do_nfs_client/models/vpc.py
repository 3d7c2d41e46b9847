from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset, checked

T = TypeVar("T", bound="Vpc")


@_attrs_define
class Vpc:
    """A private network."""

    id: str
    """ An id, as an answer has it. """
    name: str
    """ What people call it. """
    region: str
    """ The slug of the region it is in. """
    urn: str | Unset = UNSET
    """ The same id, as do:vpc:ID. """
    description: str | Unset = UNSET
    """ What people say about it. """
    ip_range: str | Unset = UNSET
    """ Its addresses, in CIDR notation. """
    default: bool | Unset = UNSET
    """ Whether it is the region's default one. """
    created_at: datetime.datetime | Unset = UNSET
    """ A moment, to the second or finer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        region = self.region

        urn = self.urn

        description = self.description

        ip_range = self.ip_range

        default = self.default

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "region": region,
            }
        )
        if urn is not UNSET:
            field_dict["urn"] = urn
        if description is not UNSET:
            field_dict["description"] = description
        if ip_range is not UNSET:
            field_dict["ip_range"] = ip_range
        if default is not UNSET:
            field_dict["default"] = default
        if created_at is not UNSET:
            field_dict["created_at"] = created_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        id = d.pop("id")
        if type(id) is not str:
            id = checked(id, str, "id")
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        region = d.pop("region")
        if type(region) is not str:
            region = checked(region, str, "region")
        urn = d.pop("urn", UNSET)
        if type(urn) is not str and urn is not UNSET:
            urn = checked(urn, str, "urn")
        description = d.pop("description", UNSET)
        if type(description) is not str and description is not UNSET:
            description = checked(description, str, "description")
        ip_range = d.pop("ip_range", UNSET)
        if type(ip_range) is not str and ip_range is not UNSET:
            ip_range = checked(ip_range, str, "ip_range")
        default = d.pop("default", UNSET)
        if type(default) is not bool and default is not UNSET:
            default = checked(default, bool, "default")
        created_at = d.pop("created_at", UNSET)
        if created_at is not UNSET:
            created_at = datetime.datetime.fromisoformat(created_at)
        _read = cls(
            id,
            name,
            region,
            urn,
            description,
            ip_range,
            default,
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
