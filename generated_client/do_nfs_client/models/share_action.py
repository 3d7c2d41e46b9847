from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.share_action_resource_type import ShareActionResourceType
from ..models.share_action_status import ShareActionStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="ShareAction")


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
    """ Identifies the action. In practice the decimal digits that get_action takes. """
    region_slug: str | Unset = UNSET
    """ The region of what is changed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

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
        d = dict(src_dict)
        resource_id = d.pop("resource_id")

        resource_type = ShareActionResourceType(d.pop("resource_type"))

        type_ = d.pop("type")

        status = ShareActionStatus(d.pop("status"))

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        def _parse_id(data: object) -> int | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(int | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        region_slug = d.pop("region_slug", UNSET)

        share_action = cls(
            resource_id=resource_id,
            resource_type=resource_type,
            type_=type_,
            status=status,
            started_at=started_at,
            id=id,
            region_slug=region_slug,
        )

        share_action.additional_properties = d
        return share_action

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
