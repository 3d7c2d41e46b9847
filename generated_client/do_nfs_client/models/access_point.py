from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_point_status import AccessPointStatus
from ..models.access_policy import AccessPolicy
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    are_all,
    as_object,
    checked,
    checked_id,
    misread,
    read_items,
    read_time,
    reason,
)

T = TypeVar("T", bound="AccessPoint")

_access_point_status = lru_cache(maxsize=100)(AccessPointStatus)


@_attrs_define
class AccessPoint:
    """A path of a share, exported under its own policy. Every share is born with one named default, on path /."""

    id: str
    """ An id, as an answer has it. """
    name: str
    """ What people call it, unique on the share. """
    share_id: str
    """ An id, as an answer has it. """
    path: str
    """ The path of the share that it exports. """
    status: AccessPointStatus
    """ Whether it can be mounted. """
    access_policy: AccessPolicy
    """ Who a client's users are on the share, and by which protocols it is mounted. """
    is_default: bool
    """ Whether it is the one the share was born with. """
    created_at: datetime.datetime
    """ A moment, to the second or finer. """
    updated_at: datetime.datetime | Literal[""]
    """ When it last changed. May be empty while it is being made. """
    vpc_id: str | Unset = UNSET
    """ An id, as an answer has it. """
    vpc_ids: list[str] = _attrs_field(factory=list)
    """ The VPCs it is reached from, where the server includes them. The default one has its share's. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        share_id = self.share_id

        path = self.path

        status = self.status.value

        access_policy = self.access_policy.to_dict()

        is_default = self.is_default

        created_at = self.created_at.isoformat()

        updated_at: Literal[""] | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        vpc_id = self.vpc_id

        vpc_ids: list[str] | Unset = UNSET
        if not isinstance(self.vpc_ids, Unset):
            vpc_ids = self.vpc_ids

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "share_id": share_id,
                "path": path,
                "status": status,
                "access_policy": access_policy,
                "is_default": is_default,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if vpc_id is not UNSET:
            field_dict["vpc_id"] = vpc_id
        if vpc_ids:
            field_dict["vpc_ids"] = vpc_ids

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
        share_id = d.pop("share_id")
        if type(share_id) is not str:
            share_id = checked_id(share_id, "share_id")
        if share_id == "":
            raise ValueError("share_id is empty")
        path = d.pop("path")
        if type(path) is not str:
            path = checked(path, str, "path")
        status = d.pop("status")
        status = _access_point_status(
            status if type(status) is str else checked(status, str, "status")
        )
        access_policy = d.pop("access_policy")
        access_policy = AccessPolicy.from_dict(as_object(access_policy, "access_policy"))
        unreadable += getattr(access_policy, "unreadable", ())
        is_default = d.pop("is_default")
        if type(is_default) is not bool:
            is_default = checked(is_default, bool, "is_default")
        created_at = d.pop("created_at")
        created_at = read_time(created_at, "created_at")
        updated_at = d.pop("updated_at")
        if updated_at != "":
            updated_at = read_time(updated_at, "updated_at")
        vpc_id = d.pop("vpc_id", UNSET)
        if (type(vpc_id) is not str or vpc_id == "") and vpc_id is not UNSET:
            try:
                vpc_id = checked_id(vpc_id, "vpc_id")
            except MISREAD as error:
                unreadable += (UnreadableItem("vpc_id", vpc_id, reason(error)),)
                vpc_id = UNSET
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
            id,
            name,
            share_id,
            path,
            status,
            access_policy,
            is_default,
            created_at,
            updated_at,
            vpc_id,
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
