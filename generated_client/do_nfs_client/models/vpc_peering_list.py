from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.page_links import PageLinks
from ..models.page_meta import PageMeta
from ..models.vpc_peering import VpcPeering
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    as_object,
    read_items,
    reason,
)

T = TypeVar("T", bound="VpcPeeringList")


@_attrs_define
class VpcPeeringList:
    vpc_peerings: list[VpcPeering]
    meta: PageMeta
    links: PageLinks | Unset = UNSET
    """ Where the other pages are; empty if there are none. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        vpc_peerings = []
        for vpc_peerings_item_data in self.vpc_peerings:
            vpc_peerings_item = vpc_peerings_item_data.to_dict()
            vpc_peerings.append(vpc_peerings_item)

        meta = self.meta.to_dict()

        links: dict[str, Any] | Unset = UNSET
        if not isinstance(self.links, Unset):
            links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vpc_peerings": vpc_peerings,
                "meta": meta,
            }
        )
        if links is not UNSET:
            field_dict["links"] = links

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        d = {
            name: value for name, value in d.items() if value is not None or name == "vpc_peerings"
        }
        unreadable: tuple[UnreadableItem, ...] = ()
        vpc_peerings = d.pop("vpc_peerings")
        if vpc_peerings is None:
            vpc_peerings = []
        vpc_peerings, odd = read_items(VpcPeering.from_dict, vpc_peerings, "vpc_peerings", dict)
        unreadable += odd
        meta = d.pop("meta", UNSET)
        if meta is not UNSET:
            try:
                meta = PageMeta.from_dict(as_object(meta, "meta"))
                unreadable += getattr(meta, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("meta", meta, reason(error)),)
                meta = UNSET
        links = d.pop("links", UNSET)
        if links is not UNSET:
            try:
                links = PageLinks.from_dict(as_object(links, "links"))
                unreadable += getattr(links, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("links", links, reason(error)),)
                links = UNSET
        if meta is UNSET:
            meta = PageMeta.from_dict(
                {
                    "total": len(vpc_peerings),
                }
            )
        _read = cls(
            vpc_peerings,
            meta,
            links,
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
