from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.performance_tier import PerformanceTier
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    are_all,
    checked,
    checked_id,
    read_items,
    reason,
)

T = TypeVar("T", bound="CreateShareRequest")

_performance_tier = lru_cache(maxsize=100)(PerformanceTier)


@_attrs_define
class CreateShareRequest:
    """A share to order."""

    name: str
    """ What to call it. The product docs ask for lowercase names that are unique in the team, the Terraform
    provider for lowercase letters, digits and hyphens, at most 64, the first a letter.
     """
    region: str
    """ The slug of the region to put it in, such as atl1. """
    size_gib: int
    """ The size in GiB. What is more than the account may have, the API refuses with a 400. """
    vpc_ids: list[str]
    """ The VPCs whose machines may mount it. """
    performance_tier: PerformanceTier | Unset = UNSET
    """ How fast the share is. It can be raised later and never lowered. """
    manager_urn: str | Unset = UNSET
    """ What manages the share, as do:KIND:ID, such as a Kubernetes cluster. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        region = self.region

        size_gib = self.size_gib

        vpc_ids = self.vpc_ids

        performance_tier: str | Unset = UNSET
        if not isinstance(self.performance_tier, Unset):
            performance_tier = self.performance_tier.value

        manager_urn = self.manager_urn

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "region": region,
                "size_gib": size_gib,
                "vpc_ids": vpc_ids,
            }
        )
        if performance_tier is not UNSET:
            field_dict["performance_tier"] = performance_tier
        if manager_urn is not UNSET:
            field_dict["manager_urn"] = manager_urn

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        region = d.pop("region")
        if type(region) is not str:
            region = checked(region, str, "region")
        size_gib = d.pop("size_gib")
        if type(size_gib) is not int:
            size_gib = checked(size_gib, int, "size_gib")
        vpc_ids = d.pop("vpc_ids")
        if not are_all(vpc_ids, str) or "" in vpc_ids:
            vpc_ids, odd = read_items(
                lambda item: checked_id(item, "an item of vpc_ids"), vpc_ids, "vpc_ids"
            )
            unreadable += odd
        performance_tier = d.pop("performance_tier", UNSET)
        if performance_tier is not UNSET:
            try:
                performance_tier = _performance_tier(
                    performance_tier
                    if type(performance_tier) is str
                    else checked(performance_tier, str, "performance_tier")
                )
            except MISREAD as error:
                unreadable += (UnreadableItem("performance_tier", performance_tier, reason(error)),)
                performance_tier = UNSET
        manager_urn = d.pop("manager_urn", UNSET)
        if type(manager_urn) is not str and manager_urn is not UNSET:
            try:
                manager_urn = checked(manager_urn, str, "manager_urn")
            except MISREAD as error:
                unreadable += (UnreadableItem("manager_urn", manager_urn, reason(error)),)
                manager_urn = UNSET
        _read = cls(
            name,
            region,
            size_gib,
            vpc_ids,
            performance_tier,
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
