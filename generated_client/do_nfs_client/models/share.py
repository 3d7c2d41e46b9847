from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_point import AccessPoint
from ..models.share_status import ShareStatus
from ..models.share_tier import ShareTier
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    are_all,
    checked,
    checked_id,
    misread,
    read_items,
    read_time,
    reason,
)

T = TypeVar("T", bound="Share")

_share_status = lru_cache(maxsize=100)(ShareStatus)
_share_tier = lru_cache(maxsize=100)(ShareTier)


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
    host: str = ""
    """ The address of its NFS server, reachable from its VPCs. Empty until the share is ACTIVE. """
    mount_path: str = ""
    """ The path to mount from that host. Empty until the share is ACTIVE. """
    vpc_ids: list[str] = _attrs_field(factory=list)
    """ The VPCs it is attached to. """
    access_points: list[AccessPoint] = _attrs_field(factory=list)
    """ Its access points, where the server includes them. """
    manager_urn: str | Unset = UNSET
    """ What manages the share, as do:KIND:ID, such as a Kubernetes cluster. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

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
        field_dict["host"] = host
        field_dict["mount_path"] = mount_path
        if vpc_ids:
            field_dict["vpc_ids"] = vpc_ids
        if access_points:
            field_dict["access_points"] = access_points
        if manager_urn is not UNSET:
            field_dict["manager_urn"] = manager_urn

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
        region = d.pop("region")
        if type(region) is not str:
            region = checked(region, str, "region")
        size_gib = d.pop("size_gib")
        if type(size_gib) is not int:
            size_gib = checked(size_gib, int, "size_gib")
        status = d.pop("status")
        status = _share_status(status if type(status) is str else checked(status, str, "status"))
        created_at = d.pop("created_at")
        created_at = read_time(created_at, "created_at")
        performance_tier = d.pop("performance_tier", UNSET)
        if performance_tier is not UNSET:
            try:
                performance_tier = _share_tier(
                    performance_tier
                    if type(performance_tier) is str
                    else checked(performance_tier, str, "performance_tier")
                )
            except MISREAD as error:
                unreadable += (UnreadableItem("performance_tier", performance_tier, reason(error)),)
                performance_tier = UNSET
        host = d.pop("host", "")
        if type(host) is not str:
            try:
                host = checked(host, str, "host")
            except MISREAD as error:
                unreadable += (UnreadableItem("host", host, reason(error)),)
                host = ""
        mount_path = d.pop("mount_path", "")
        if type(mount_path) is not str:
            try:
                mount_path = checked(mount_path, str, "mount_path")
            except MISREAD as error:
                unreadable += (UnreadableItem("mount_path", mount_path, reason(error)),)
                mount_path = ""
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
        access_points = d.pop("access_points", [])
        if type(access_points) is not list:
            unreadable += (
                UnreadableItem(
                    "access_points",
                    access_points,
                    str(misread(access_points, "access_points", list)),
                ),
            )
            access_points = []
        access_points, odd = read_items(AccessPoint.from_dict, access_points, "access_points", dict)
        unreadable += odd
        manager_urn = d.pop("manager_urn", UNSET)
        if type(manager_urn) is not str and manager_urn is not UNSET:
            try:
                manager_urn = checked(manager_urn, str, "manager_urn")
            except MISREAD as error:
                unreadable += (UnreadableItem("manager_urn", manager_urn, reason(error)),)
                manager_urn = UNSET
        _read = cls(
            id,
            name,
            region,
            size_gib,
            status,
            created_at,
            performance_tier,
            host,
            mount_path,
            vpc_ids,
            access_points,
            manager_urn,
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
