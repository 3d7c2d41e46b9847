from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.state import State
from ..types import checked

T = TypeVar("T", bound="Book")

_state = lru_cache(maxsize=100)(State)


@_attrs_define
class Book:
    """A book, \"\"\"quoted\"\"\" and with a \\backslash."""

    title: str
    """ Its "title", or C:\\new\\table. """
    state: State
    """ Where it is, in the librarian's \"\"\"words\"\"\" and with a \\backslash. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        state = self.state.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "title": title,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        title = d.pop("title")
        if type(title) is not str:
            title = checked(title, str, "title")
        state = _state(d.pop("state"))
        _read = cls(
            title,
            state,
        )
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
