from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_policy import AccessPolicy
from ..types import (
    UNSET,
    UnreadableItem,
    Unset,
    are_all,
    as_object,
    checked,
    checked_id,
    misread,
    read_items,
)

T = TypeVar("T", bound="CreateAccessPointRequest")


@_attrs_define
class CreateAccessPointRequest:
    """An access point to make."""

    name: str
    """ What to call it, letters, digits and inner hyphens. It has to be unique on the share, as the folder that the
    path leads to has, and `default` is taken in any case.
     """
    path: str
    """ The path to export, from the root of the share but not the root itself, without `..` in it. """
    vpc_id: str
    """ An id, as an answer has it. A UUID is the same in capitals. """
    access_policy: AccessPolicy
    """ Who a client's users are on the share, and by which protocols it is mounted. """
    vpc_ids: list[str] = _attrs_field(factory=list)
    """ The VPCs it is reached from, where there are several. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        path = self.path

        vpc_id = self.vpc_id

        access_policy = self.access_policy.to_dict()

        vpc_ids: list[str] | Unset = UNSET
        if not isinstance(self.vpc_ids, Unset):
            vpc_ids = self.vpc_ids

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
        if vpc_ids:
            field_dict["vpc_ids"] = vpc_ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        path = d.pop("path")
        if type(path) is not str:
            path = checked(path, str, "path")
        vpc_id = d.pop("vpc_id")
        if type(vpc_id) is not str:
            vpc_id = checked_id(vpc_id, "vpc_id")
        if vpc_id == "":
            raise ValueError("vpc_id is empty")
        access_policy = d.pop("access_policy")
        access_policy = AccessPolicy.from_dict(as_object(access_policy, "access_policy"))
        unreadable += getattr(access_policy, "unreadable", ())
        vpc_ids = d.pop("vpc_ids", [])
        if type(vpc_ids) is not list:
            unreadable += (
                UnreadableItem("vpc_ids", vpc_ids, str(misread(vpc_ids, "vpc_ids", list))),
            )
            vpc_ids = []
        if not are_all(vpc_ids, str) or "" in vpc_ids:
            vpc_ids, odd = read_items(
                lambda item: checked_id(item, "an item of vpc_ids"), vpc_ids, "vpc_ids"
            )
            unreadable += odd
        _read = cls(
            name,
            path,
            vpc_id,
            access_policy,
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
