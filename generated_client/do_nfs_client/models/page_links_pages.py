from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    checked,
    reason,
)

T = TypeVar("T", bound="PageLinksPages")


@_attrs_define
class PageLinksPages:
    first: str | Unset = UNSET
    """ The first page's URL. """
    prev: str | Unset = UNSET
    """ The page before this one, if there is one. """
    next_: str | Unset = UNSET
    """ The page after this one, if there is one. """
    last: str | Unset = UNSET
    """ The last page's URL. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        first = self.first

        prev = self.prev

        next_ = self.next_

        last = self.last

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if first is not UNSET:
            field_dict["first"] = first
        if prev is not UNSET:
            field_dict["prev"] = prev
        if next_ is not UNSET:
            field_dict["next"] = next_
        if last is not UNSET:
            field_dict["last"] = last

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        first = d.pop("first", UNSET)
        if type(first) is not str and first is not UNSET:
            try:
                first = checked(first, str, "first")
            except MISREAD as error:
                unreadable += (UnreadableItem("first", first, reason(error)),)
                first = UNSET
        prev = d.pop("prev", UNSET)
        if type(prev) is not str and prev is not UNSET:
            try:
                prev = checked(prev, str, "prev")
            except MISREAD as error:
                unreadable += (UnreadableItem("prev", prev, reason(error)),)
                prev = UNSET
        next_ = d.pop("next", UNSET)
        if type(next_) is not str and next_ is not UNSET:
            try:
                next_ = checked(next_, str, "next")
            except MISREAD as error:
                unreadable += (UnreadableItem("next", next_, reason(error)),)
                next_ = UNSET
        last = d.pop("last", UNSET)
        if type(last) is not str and last is not UNSET:
            try:
                last = checked(last, str, "last")
            except MISREAD as error:
                unreadable += (UnreadableItem("last", last, reason(error)),)
                last = UNSET
        _read = cls(
            first,
            prev,
            next_,
            last,
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
