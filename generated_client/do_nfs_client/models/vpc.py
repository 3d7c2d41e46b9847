from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    MISREAD,
    UnreadableItem,
    checked,
    checked_id,
    read_time,
    reason,
)

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
    created_at: datetime.datetime
    """ A moment, to the second or finer. """
    urn: str = ""
    """ The same id, as do:vpc:ID. """
    description: str = ""
    """ What people say about it. """
    ip_range: str = ""
    """ Its addresses, in CIDR notation. """
    default: bool = False
    """ Whether it is the region's default one. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        region = self.region

        created_at = self.created_at.isoformat()

        urn = self.urn

        description = self.description

        ip_range = self.ip_range

        default = self.default

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "region": region,
                "created_at": created_at,
            }
        )
        field_dict["urn"] = urn
        field_dict["description"] = description
        field_dict["ip_range"] = ip_range
        field_dict["default"] = default

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        id = d.pop("id")
        if type(id) is not str:
            id = checked_id(id, "id")
        if id == "":
            raise ValueError("id is empty")
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        region = d.pop("region")
        if type(region) is not str:
            region = checked(region, str, "region")
        created_at = d.pop("created_at")
        created_at = read_time(created_at, "created_at")
        urn = d.pop("urn", "")
        if type(urn) is not str:
            try:
                urn = checked(urn, str, "urn")
            except MISREAD as error:
                unreadable += (UnreadableItem("urn", urn, reason(error)),)
                urn = ""
        description = d.pop("description", "")
        if type(description) is not str:
            try:
                description = checked(description, str, "description")
            except MISREAD as error:
                unreadable += (UnreadableItem("description", description, reason(error)),)
                description = ""
        ip_range = d.pop("ip_range", "")
        if type(ip_range) is not str:
            try:
                ip_range = checked(ip_range, str, "ip_range")
            except MISREAD as error:
                unreadable += (UnreadableItem("ip_range", ip_range, reason(error)),)
                ip_range = ""
        default = d.pop("default", False)
        if type(default) is not bool:
            try:
                default = checked(default, bool, "default")
            except MISREAD as error:
                unreadable += (UnreadableItem("default", default, reason(error)),)
                default = False
        _read = cls(
            id,
            name,
            region,
            created_at,
            urn,
            description,
            ip_range,
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
