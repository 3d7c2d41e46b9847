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
    checked_id,
    reason,
)

T = TypeVar("T", bound="Error")


@_attrs_define
class Error:
    """What went wrong, as most operations say it."""

    id: str
    """ A short word for the kind of error, such as not_found. """
    message: str
    """ What went wrong and, where possible, what to do. """
    request_id: str | Unset = UNSET
    """ What to quote to DigitalOcean's support. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        message = self.message

        request_id = self.request_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "message": message,
            }
        )
        if request_id is not UNSET:
            field_dict["request_id"] = request_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        id = d.pop("id")
        if type(id) is not str:
            id = checked_id(id, "id")
        if id == "":
            raise ValueError("id is empty")
        message = d.pop("message")
        if type(message) is not str:
            message = checked(message, str, "message")
        request_id = d.pop("request_id", UNSET)
        if (type(request_id) is not str or request_id == "") and request_id is not UNSET:
            try:
                request_id = checked_id(request_id, "request_id")
            except MISREAD as error:
                unreadable += (UnreadableItem("request_id", request_id, reason(error)),)
                request_id = UNSET
        _read = cls(
            id,
            message,
            request_id,
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
