from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.page_links_pages import PageLinksPages
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    as_object,
    reason,
)

T = TypeVar("T", bound="PageLinks")


@_attrs_define
class PageLinks:
    """Where the other pages are; empty if there are none."""

    pages: PageLinksPages | Unset = UNSET
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        pages: dict[str, Any] | Unset = UNSET
        if not isinstance(self.pages, Unset):
            pages = self.pages.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if pages is not UNSET:
            field_dict["pages"] = pages

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        pages = d.pop("pages", UNSET)
        if pages is not UNSET:
            try:
                pages = PageLinksPages.from_dict(as_object(pages, "pages"))
                unreadable += getattr(pages, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("pages", pages, reason(error)),)
                pages = UNSET
        _read = cls(
            pages,
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
