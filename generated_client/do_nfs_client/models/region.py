from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    UnreadableItem,
    are_all,
    checked,
    read_items,
)

T = TypeVar("T", bound="Region")


@_attrs_define
class Region:
    """A place with data centers."""

    name: str
    """ What people call it. """
    slug: str
    """ Its name in requests, such as atl1. """
    available: bool
    """ Whether new Droplets can be made there. """
    features: list[str]
    """ What there is, such as ipv6. """
    sizes: list[str]
    """ The sizes of Droplets that there are. A token without sizes:read sees none. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        slug = self.slug

        available = self.available

        features = self.features

        sizes = self.sizes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "slug": slug,
                "available": available,
                "features": features,
                "sizes": sizes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        name = d.pop("name")
        if type(name) is not str:
            name = checked(name, str, "name")
        slug = d.pop("slug")
        if type(slug) is not str:
            slug = checked(slug, str, "slug")
        available = d.pop("available")
        if type(available) is not bool:
            available = checked(available, bool, "available")
        features = d.pop("features")
        if not are_all(features, str):
            features, odd = read_items(
                lambda item: checked(item, str, "an item of features"), features, "features"
            )
            unreadable += odd
        sizes = d.pop("sizes")
        if not are_all(sizes, str):
            sizes, odd = read_items(
                lambda item: checked(item, str, "an item of sizes"), sizes, "sizes"
            )
            unreadable += odd
        _read = cls(
            name,
            slug,
            available,
            features,
            sizes,
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
