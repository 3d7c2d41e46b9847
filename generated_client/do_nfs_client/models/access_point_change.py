from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_point import AccessPoint
from ..models.share_action import ShareAction
from ..types import (
    as_object,
)

T = TypeVar("T", bound="AccessPointChange")


@_attrs_define
class AccessPointChange:
    access_point: AccessPoint
    """ A path of a share, exported under its own policy. Every share is born with one named default, on path /.
     """
    action: ShareAction
    """ A change of a share, a snapshot or an access point, as NFS operations report it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        access_point = self.access_point.to_dict()

        action = self.action.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "access_point": access_point,
                "action": action,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        access_point = d.pop("access_point")
        access_point = AccessPoint.from_dict(as_object(access_point, "access_point"))
        action = d.pop("action")
        action = ShareAction.from_dict(as_object(action, "action"))
        _read = cls(
            access_point,
            action,
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
