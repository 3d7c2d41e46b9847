from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.snapshot_status import SnapshotStatus
from ..types import (
    checked,
    checked_id,
    read_time,
)

T = TypeVar("T", bound="Snapshot")

_snapshot_status = lru_cache(maxsize=100)(SnapshotStatus)


@_attrs_define
class Snapshot:
    """A share's content at one moment, readable under `.snapshot` of the mounted share."""

    id: str
    """ An id, as an answer has it. """
    name: str
    """ What people call it. """
    share_id: str
    """ An id, as an answer has it. """
    region: str
    """ The slug of the region it is in. """
    size_gib: int
    """ Its size in GiB. """
    status: SnapshotStatus
    """ Whether it can be read yet. """
    created_at: datetime.datetime
    """ A moment, to the second or finer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        share_id = self.share_id

        region = self.region

        size_gib = self.size_gib

        status = self.status.value

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "share_id": share_id,
                "region": region,
                "size_gib": size_gib,
                "status": status,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
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
        region = d.pop("region")
        if type(region) is not str:
            region = checked(region, str, "region")
        size_gib = d.pop("size_gib")
        if type(size_gib) is not int:
            size_gib = checked(size_gib, int, "size_gib")
        status = d.pop("status")
        status = _snapshot_status(status if type(status) is str else checked(status, str, "status"))
        created_at = d.pop("created_at")
        created_at = read_time(created_at, "created_at")
        _read = cls(
            id,
            name,
            share_id,
            region,
            size_gib,
            status,
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
