from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_point import AccessPoint
from ..models.share_status import ShareStatus
from ..models.share_tier import ShareTier
from ..types import UNSET, Unset

T = TypeVar("T", bound="Share")


@_attrs_define
class Share:
    """A file system that machines in its VPCs can mount."""

    id: str
    """ An id, as an answer has it. """
    name: str
    """ What people call it. Not necessarily unique. """
    region: str
    """ The slug of the region it is in, such as atl1. """
    size_gib: int
    """ Its size in GiB, ordered and provisioned. """
    status: ShareStatus
    """ CREATING is not usable yet, ACTIVE can be mounted, INACTIVE exists but is attached to no VPC, FAILED could
    not be made.
     """
    created_at: datetime.datetime
    """ A moment, to the second or finer. """
    performance_tier: ShareTier | Unset = UNSET
    """ The tier it runs on. Answers spell it differently from requests. """
    host: str | Unset = UNSET
    """ The address of its NFS server, reachable from its VPCs. Empty until the share is ACTIVE. """
    mount_path: str | Unset = UNSET
    """ The path to mount from that host. Empty until the share is ACTIVE. """
    vpc_ids: list[str] | Unset = UNSET
    """ The VPCs it is attached to. """
    access_points: list[AccessPoint] | Unset = UNSET
    """ Its access points, where the server includes them. """
    manager_urn: str | Unset = UNSET
    """ What manages the share, as do:KIND:ID, such as a Kubernetes cluster. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        region = self.region

        size_gib = self.size_gib

        status = self.status.value

        created_at = self.created_at.isoformat()

        performance_tier: str | Unset = UNSET
        if not isinstance(self.performance_tier, Unset):
            performance_tier = self.performance_tier.value

        host = self.host

        mount_path = self.mount_path

        vpc_ids: list[str] | Unset = UNSET
        if not isinstance(self.vpc_ids, Unset):
            vpc_ids = self.vpc_ids

        access_points: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.access_points, Unset):
            access_points = []
            for access_points_item_data in self.access_points:
                access_points_item = access_points_item_data.to_dict()
                access_points.append(access_points_item)

        manager_urn = self.manager_urn

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "region": region,
                "size_gib": size_gib,
                "status": status,
                "created_at": created_at,
            }
        )
        if performance_tier is not UNSET:
            field_dict["performance_tier"] = performance_tier
        if host is not UNSET:
            field_dict["host"] = host
        if mount_path is not UNSET:
            field_dict["mount_path"] = mount_path
        if vpc_ids is not UNSET:
            field_dict["vpc_ids"] = vpc_ids
        if access_points is not UNSET:
            field_dict["access_points"] = access_points
        if manager_urn is not UNSET:
            field_dict["manager_urn"] = manager_urn

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        region = d.pop("region")

        size_gib = d.pop("size_gib")

        status = ShareStatus(d.pop("status"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        _performance_tier = d.pop("performance_tier", UNSET)
        performance_tier: ShareTier | Unset
        if isinstance(_performance_tier, Unset):
            performance_tier = UNSET
        else:
            performance_tier = ShareTier(_performance_tier)

        host = d.pop("host", UNSET)

        mount_path = d.pop("mount_path", UNSET)

        vpc_ids = cast(list[str], d.pop("vpc_ids", UNSET))

        _access_points = d.pop("access_points", UNSET)
        access_points: list[AccessPoint] | Unset = UNSET
        if _access_points is not UNSET:
            access_points = []
            for access_points_item_data in _access_points:
                access_points_item = AccessPoint.from_dict(access_points_item_data)

                access_points.append(access_points_item)

        manager_urn = d.pop("manager_urn", UNSET)

        share = cls(
            id=id,
            name=name,
            region=region,
            size_gib=size_gib,
            status=status,
            created_at=created_at,
            performance_tier=performance_tier,
            host=host,
            mount_path=mount_path,
            vpc_ids=vpc_ids,
            access_points=access_points,
            manager_urn=manager_urn,
        )

        share.additional_properties = d
        return share

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
