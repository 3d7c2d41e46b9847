from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.page_links import PageLinks
from ..models.page_meta import PageMeta
from ..models.snapshot import Snapshot
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    as_object,
    read_items,
    reason,
)

T = TypeVar("T", bound="SnapshotList")


@_attrs_define
class SnapshotList:
    snapshots: list[Snapshot]
    links: PageLinks | Unset = UNSET
    """ Where the other pages are; empty if there are none. """
    meta: PageMeta | Unset = UNSET
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        snapshots = []
        for snapshots_item_data in self.snapshots:
            snapshots_item = snapshots_item_data.to_dict()
            snapshots.append(snapshots_item)

        links: dict[str, Any] | Unset = UNSET
        if not isinstance(self.links, Unset):
            links = self.links.to_dict()

        meta: dict[str, Any] | Unset = UNSET
        if not isinstance(self.meta, Unset):
            meta = self.meta.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "snapshots": snapshots,
            }
        )
        if links is not UNSET:
            field_dict["links"] = links
        if meta is not UNSET:
            field_dict["meta"] = meta

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        d = {name: value for name, value in d.items() if value is not None or name == "snapshots"}
        unreadable: tuple[UnreadableItem, ...] = ()
        snapshots = d.pop("snapshots")
        if snapshots is None:
            snapshots = []
        snapshots, odd = read_items(Snapshot.from_dict, snapshots, "snapshots", dict)
        unreadable += odd
        links = d.pop("links", UNSET)
        if links is not UNSET:
            try:
                links = PageLinks.from_dict(as_object(links, "links"))
                unreadable += getattr(links, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("links", links, reason(error)),)
                links = UNSET
        meta = d.pop("meta", UNSET)
        if meta is not UNSET:
            try:
                meta = PageMeta.from_dict(as_object(meta, "meta"))
                unreadable += getattr(meta, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("meta", meta, reason(error)),)
                meta = UNSET
        _read = cls(
            snapshots,
            links,
            meta,
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
