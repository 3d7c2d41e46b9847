from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_point import AccessPoint
from ..types import (
    UnreadableItem,
    read_items,
)

T = TypeVar("T", bound="AccessPointList")


@_attrs_define
class AccessPointList:
    access_points: list[AccessPoint]
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        access_points = []
        for access_points_item_data in self.access_points:
            access_points_item = access_points_item_data.to_dict()
            access_points.append(access_points_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "access_points": access_points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        d = {
            name: value for name, value in d.items() if value is not None or name == "access_points"
        }
        unreadable: tuple[UnreadableItem, ...] = ()
        access_points = d.pop("access_points")
        if access_points is None:
            access_points = []
        access_points, odd = read_items(AccessPoint.from_dict, access_points, "access_points", dict)
        unreadable += odd
        _read = cls(
            access_points,
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
