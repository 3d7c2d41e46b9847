from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.book import Book
from ..models.shelves_links import ShelvesLinks
from ..types import UNSET, UnreadableItem, Unset, checked, read_items

T = TypeVar("T", bound="Shelves")


@_attrs_define
class Shelves:
    shelves: list[Book] = _attrs_field(factory=list)
    heights: list[float] = _attrs_field(factory=list)
    links: ShelvesLinks | Unset = UNSET
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ The items of its lists that could not be read, which the lists are without. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
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
        field_dict.update({})
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
        shelves, odd = read_items(Book.from_dict, d.pop("shelves", []), "shelves")
        unreadable += odd
        heights = [
            checked(item, float, "heights_item")
            for item in checked(d.pop("heights", []), list, "heights")
        ]
        links = d.pop("links", UNSET)
        if links is not UNSET:
            links = ShelvesLinks.from_dict(links)
        _read = cls(
            shelves,
            heights,
            links,
        )
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
