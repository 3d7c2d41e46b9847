from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.book import Book
from ..models.shelves_links import ShelvesLinks
from ..models.shelves_meta import ShelvesMeta
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    are_all,
    as_object,
    checked,
    misread,
    read_items,
    reason,
)

T = TypeVar("T", bound="Shelves")


@_attrs_define
class Shelves:
    meta: ShelvesMeta
    shelves: list[Book] = _attrs_field(factory=list)
    heights: list[float] = _attrs_field(factory=list)
    links: ShelvesLinks | Unset = UNSET
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        meta = self.meta.to_dict()

        shelves: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.shelves, Unset):
            shelves = []
            for shelves_item_data in self.shelves:
                shelves_item = shelves_item_data.to_dict()
                shelves.append(shelves_item)

        heights: list[float] | Unset = UNSET
        if not isinstance(self.heights, Unset):
            heights = self.heights

        links: dict[str, Any] | Unset = UNSET
        if not isinstance(self.links, Unset):
            links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "meta": meta,
            }
        )
        if shelves:
            field_dict["shelves"] = shelves
        if heights:
            field_dict["heights"] = heights
        if links is not UNSET:
            field_dict["links"] = links

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        meta = d.pop("meta", UNSET)
        if meta is not UNSET:
            try:
                meta = ShelvesMeta.from_dict(as_object(meta, "meta"))
                unreadable += getattr(meta, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("meta", meta, reason(error)),)
                meta = UNSET
        shelves = d.pop("shelves", [])
        if type(shelves) is not list:
            unreadable += (
                UnreadableItem("shelves", shelves, str(misread(shelves, "shelves", list))),
            )
            shelves = []
        shelves, odd = read_items(Book.from_dict, shelves, "shelves", dict)
        unreadable += odd
        heights = d.pop("heights", [])
        if type(heights) is not list:
            unreadable += (
                UnreadableItem("heights", heights, str(misread(heights, "heights", list))),
            )
            heights = []
        if not are_all(heights, float):
            heights, odd = read_items(
                lambda item: checked(item, float, "an item of heights"), heights, "heights"
            )
            unreadable += odd
        links = d.pop("links", UNSET)
        if links is not UNSET:
            try:
                links = ShelvesLinks.from_dict(as_object(links, "links"))
                unreadable += getattr(links, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("links", links, reason(error)),)
                links = UNSET
        if meta is UNSET:
            meta = ShelvesMeta.from_dict(
                {
                    "total": len(shelves),
                }
            )
        _read = cls(
            meta,
            shelves,
            heights,
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
