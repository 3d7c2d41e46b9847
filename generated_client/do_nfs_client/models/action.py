from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.action_status import ActionStatus
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    checked,
    misread,
    read_time,
    reason,
)

T = TypeVar("T", bound="Action")

_action_status = lru_cache(maxsize=100)(ActionStatus)


@_attrs_define
class Action:
    """An action as the account-wide endpoint reports it, which differs from the way NFS operations do."""

    id: int | str
    """ The action's number. """
    status: ActionStatus
    """ How far it has got. """
    type_: str
    """ The change. """
    started_at: datetime.datetime | None | Unset = UNSET
    """ When it was asked for. """
    completed_at: datetime.datetime | None | Unset = UNSET
    """ When it ended, if it has. """
    resource_type: str | Unset = UNSET
    """ The kind of thing that is changed. """
    region_slug: None | str | Unset = UNSET
    """ The region of what is changed. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        id: int | str
        id = self.id

        status = self.status.value

        type_ = self.type_

        started_at: None | str | Unset
        if isinstance(self.started_at, Unset):
            started_at = UNSET
        elif isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        completed_at: None | str | Unset
        if isinstance(self.completed_at, Unset):
            completed_at = UNSET
        elif isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        resource_type = self.resource_type

        region_slug: None | str | Unset
        if isinstance(self.region_slug, Unset):
            region_slug = UNSET
        else:
            region_slug = self.region_slug

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
                "type": type_,
            }
        )
        if started_at is not UNSET:
            field_dict["started_at"] = started_at
        if completed_at is not UNSET:
            field_dict["completed_at"] = completed_at
        if resource_type is not UNSET:
            field_dict["resource_type"] = resource_type
        if region_slug is not UNSET:
            field_dict["region_slug"] = region_slug

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        id = d.pop("id")
        if type(id) not in (str, int):
            raise misread(id, "id", str, int)
        if id == "":
            raise ValueError("id is empty")
        status = d.pop("status")
        status = _action_status(status if type(status) is str else checked(status, str, "status"))
        type_ = d.pop("type")
        if type(type_) is not str:
            type_ = checked(type_, str, "type")
        started_at = d.pop("started_at", UNSET)
        if started_at is not UNSET and started_at is not None:
            try:
                started_at = read_time(started_at, "started_at")
            except MISREAD as error:
                unreadable += (UnreadableItem("started_at", started_at, reason(error)),)
                started_at = UNSET
        completed_at = d.pop("completed_at", UNSET)
        if completed_at is not UNSET and completed_at is not None:
            try:
                completed_at = read_time(completed_at, "completed_at")
            except MISREAD as error:
                unreadable += (UnreadableItem("completed_at", completed_at, reason(error)),)
                completed_at = UNSET
        resource_type = d.pop("resource_type", UNSET)
        if type(resource_type) is not str and resource_type is not UNSET:
            try:
                resource_type = checked(resource_type, str, "resource_type")
            except MISREAD as error:
                unreadable += (UnreadableItem("resource_type", resource_type, reason(error)),)
                resource_type = UNSET
        region_slug = d.pop("region_slug", UNSET)
        if region_slug is not UNSET and region_slug is not None:
            try:
                if type(region_slug) is not str:
                    raise misread(region_slug, "region_slug", str)
            except MISREAD as error:
                unreadable += (UnreadableItem("region_slug", region_slug, reason(error)),)
                region_slug = UNSET
        _read = cls(
            id,
            status,
            type_,
            started_at,
            completed_at,
            resource_type,
            region_slug,
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
