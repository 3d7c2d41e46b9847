from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.vpc_peering_status import VpcPeeringStatus
from ..types import (
    UnreadableItem,
    are_all,
    checked,
    checked_id,
    read_items,
    read_time,
)

T = TypeVar("T", bound="VpcPeering")

_vpc_peering_status = lru_cache(maxsize=100)(VpcPeeringStatus)


@_attrs_define
class VpcPeering:
    """Two VPCs that are joined."""

    id: str
    """ An id, as an answer has it. """
    name: str
    """ What people call it. """
    vpc_ids: list[str]
    """ The two VPCs. """
    status: VpcPeeringStatus
    """ Whether it is in use. """
    created_at: datetime.datetime
    """ A moment, to the second or finer. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        vpc_ids = self.vpc_ids

        status = self.status.value

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "vpc_ids": vpc_ids,
                "status": status,
                "created_at": created_at,
            }
        )

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
        vpc_ids = d.pop("vpc_ids")
        if not are_all(vpc_ids, str) or "" in vpc_ids:
            vpc_ids, odd = read_items(
                lambda item: checked_id(item, "an item of vpc_ids"), vpc_ids, "vpc_ids"
            )
            unreadable += odd
        status = d.pop("status")
        status = _vpc_peering_status(
            status if type(status) is str else checked(status, str, "status")
        )
        created_at = d.pop("created_at")
        created_at = read_time(created_at, "created_at")
        _read = cls(
            id,
            name,
            vpc_ids,
            status,
            created_at,
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
