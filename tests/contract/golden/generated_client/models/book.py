from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.state import State
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    checked,
    misread,
    read_time,
    reason,
)

T = TypeVar("T", bound="Book")

_state = lru_cache(maxsize=100)(State)


@_attrs_define
class Book:
    """A book, \"\"\"quoted\"\"\" and with a \\backslash."""

    title: str
    """ Its "title", or C:\\new\\table. """
    state: State
    """ Where it is, in the librarian's \"\"\"words\"\"\" and with a \\backslash. """
    subtitle: str = ""
    lent_at: datetime.datetime | None | Unset = UNSET
    shelf: int | None | str | Unset = UNSET
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        state = self.state.value

        subtitle = self.subtitle

        lent_at: None | str | Unset
        if isinstance(self.lent_at, Unset):
            lent_at = UNSET
        elif isinstance(self.lent_at, datetime.datetime):
            lent_at = self.lent_at.isoformat()
        else:
            lent_at = self.lent_at

        shelf: int | None | str | Unset
        if isinstance(self.shelf, Unset):
            shelf = UNSET
        else:
            shelf = self.shelf

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "title": title,
                "state": state,
            }
        )
        field_dict["subtitle"] = subtitle
        if lent_at is not UNSET:
            field_dict["lent_at"] = lent_at
        if shelf is not UNSET:
            field_dict["shelf"] = shelf

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        title = d.pop("title")
        if type(title) is not str:
            title = checked(title, str, "title")
        state = d.pop("state")
        state = _state(state if type(state) is str else checked(state, str, "state"))
        subtitle = d.pop("subtitle", "")
        if type(subtitle) is not str:
            try:
                subtitle = checked(subtitle, str, "subtitle")
            except MISREAD as error:
                unreadable += (UnreadableItem("subtitle", subtitle, reason(error)),)
                subtitle = ""
        lent_at = d.pop("lent_at", UNSET)
        if lent_at is not UNSET and lent_at is not None:
            try:
                lent_at = read_time(lent_at, "lent_at")
            except MISREAD as error:
                unreadable += (UnreadableItem("lent_at", lent_at, reason(error)),)
                lent_at = UNSET
        shelf = d.pop("shelf", UNSET)
        if shelf is not UNSET and shelf is not None:
            try:
                if type(shelf) not in (str, int):
                    raise misread(shelf, "shelf", str, int)
            except MISREAD as error:
                unreadable += (UnreadableItem("shelf", shelf, reason(error)),)
                shelf = UNSET
        _read = cls(
            title,
            state,
            subtitle,
            lent_at,
            shelf,
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
