from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_policy import AccessPolicy
from ..types import (
    checked,
)

T = TypeVar("T", bound="CreateAccessPointRequest")


@_attrs_define
class CreateAccessPointRequest:
    """An access point to make."""

    name: str
    """ What to call it, letters, digits and inner hyphens. It has to be unique on the share, as the path has, and
    `default` is taken in any case.
     """
    path: str
    """ The path to export, from the root of the share but not the root itself, without `..` in it. """
    vpc_id: str
    """ An id, as an answer has it. A UUID is the same in capitals. """
    access_policy: AccessPolicy
    """ Who a client's users are on the share, and by which protocols it is mounted. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        path = self.path

        vpc_id = self.vpc_id

        access_policy = self.access_policy.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "path": path,
                "vpc_id": vpc_id,
                "access_policy": access_policy,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        path = d.pop("path")
        if type(path) is not str:
            path = checked(path, str, "path")
        vpc_id = d.pop("vpc_id")
        if type(vpc_id) is not str:
            vpc_id = checked(vpc_id, str, "vpc_id")
        access_policy = d.pop("access_policy")
        access_policy = AccessPolicy.from_dict(access_policy)
        _read = cls(
            name,
            path,
            vpc_id,
            access_policy,
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
