from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.vpc_params import VpcParams
from ..types import UNSET, Unset, checked

T = TypeVar("T", bound="DetachShare")


@_attrs_define
class DetachShare:
    """Cut a share off from a VPC. One that is left with none becomes INACTIVE."""

    params: VpcParams
    type_: Literal["detach"] = "detach"
    region: str | Unset = UNSET
    """ The slug of the share's region. An empty text is taken as none. """
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
        params = VpcParams.from_dict(d.pop("params"))
        type_ = cast(Literal["detach"], d.pop("type"))
        if type_ != "detach":
            raise ValueError(f"type must match const 'detach', got '{type_}'")
        region = d.pop("region", UNSET)
        if type(region) is not str and region is not UNSET:
            region = checked(region, str, "region")
        _read = cls(
            params,
            type_,
            region,
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
