from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.vpc_params import VpcParams
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    as_object,
    checked,
    reason,
)

T = TypeVar("T", bound="AttachShare")


@_attrs_define
class AttachShare:
    """Make a share reachable from one more VPC."""

    params: VpcParams
    type_: Literal["attach"] = "attach"
    region: str | Unset = UNSET
    """ The slug of the share's region. An empty text is taken as none. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        params = self.params.to_dict()

        type_ = self.type_

        region = self.region

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "params": params,
            }
        )
        if region is not UNSET:
            field_dict["region"] = region

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        params = d.pop("params")
        params = VpcParams.from_dict(as_object(params, "params"))
        unreadable += getattr(params, "unreadable", ())
        type_ = d.pop("type")
        type_ = cast(Literal["attach"], type_)
        if type_ != "attach":
            raise ValueError(f"type must match const 'attach', got '{type_}'")
        region = d.pop("region", UNSET)
        if type(region) is not str and region is not UNSET:
            try:
                region = checked(region, str, "region")
            except MISREAD as error:
                unreadable += (UnreadableItem("region", region, reason(error)),)
                region = UNSET
        _read = cls(
            params,
            type_,
            region,
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
