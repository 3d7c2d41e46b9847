from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.action import Action
from ..types import (
    as_object,
)

T = TypeVar("T", bound="ActionEnvelope")


@_attrs_define
class ActionEnvelope:
    action: Action
    """ An action as the account-wide endpoint reports it, which differs from the way NFS operations do. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        action = self.action.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        action = d.pop("action")
        action = Action.from_dict(as_object(action, "action"))
        _read = cls(
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
