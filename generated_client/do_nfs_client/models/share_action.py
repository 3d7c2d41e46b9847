from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.share_action_resource_type import ShareActionResourceType
from ..models.share_action_status import ShareActionStatus
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    checked,
    checked_id,
    misread,
    read_time,
    reason,
)

T = TypeVar("T", bound="ShareAction")

_share_action_resource_type = lru_cache(maxsize=100)(ShareActionResourceType)
_share_action_status = lru_cache(maxsize=100)(ShareActionStatus)


@_attrs_define
class ShareAction:
    """A change of a share, a snapshot or an access point, as NFS operations report it."""

    resource_id: str
    """ An id, as an answer has it. """
    resource_type: ShareActionResourceType
    """ What is changed. An access point is reported as SHARE. """
    type_: str
    """ The change, such as RESIZE_SHARE or CREATE_ACCESS_POINT. """
    status: ShareActionStatus
    """ How far it has got. """
    started_at: datetime.datetime
    """ A moment, to the second or finer. """
    id: int | str | Unset = UNSET
    """ Identifies the action. In practice decimal digits. """
    region_slug: str | Unset = UNSET
    """ The region of what is changed. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        resource_id = self.resource_id

        resource_type = self.resource_type.value

        type_ = self.type_

        status = self.status.value

        started_at = self.started_at.isoformat()

        id: int | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        region_slug = self.region_slug

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resource_id": resource_id,
                "resource_type": resource_type,
                "type": type_,
                "status": status,
                "started_at": started_at,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if region_slug is not UNSET:
            field_dict["region_slug"] = region_slug

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        resource_id = d.pop("resource_id")
        if type(resource_id) is not str:
            resource_id = checked_id(resource_id, "resource_id")
        if resource_id == "":
            raise ValueError("resource_id is empty")
        resource_type = d.pop("resource_type")
        resource_type = _share_action_resource_type(
            resource_type
            if type(resource_type) is str
            else checked(resource_type, str, "resource_type")
        )
        type_ = d.pop("type")
        if type(type_) is not str:
            type_ = checked(type_, str, "type")
        status = d.pop("status")
        status = _share_action_status(
            status if type(status) is str else checked(status, str, "status")
        )
        started_at = d.pop("started_at")
        started_at = read_time(started_at, "started_at")
        id = d.pop("id", UNSET)
        if id is not UNSET:
            try:
                if type(id) not in (str, int):
                    raise misread(id, "id", str, int)
                if id == "":
                    raise ValueError("id is empty")
            except MISREAD as error:
                unreadable += (UnreadableItem("id", id, reason(error)),)
                id = UNSET
        region_slug = d.pop("region_slug", UNSET)
        if type(region_slug) is not str and region_slug is not UNSET:
            try:
                region_slug = checked(region_slug, str, "region_slug")
            except MISREAD as error:
                unreadable += (UnreadableItem("region_slug", region_slug, reason(error)),)
                region_slug = UNSET
        _read = cls(
            resource_id,
            resource_type,
            type_,
            status,
            started_at,
            id,
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
