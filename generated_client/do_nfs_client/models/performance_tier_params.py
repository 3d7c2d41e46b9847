from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.performance_tier import PerformanceTier
from ..types import (
    checked,
)

T = TypeVar("T", bound="PerformanceTierParams")

_performance_tier = lru_cache(maxsize=100)(PerformanceTier)


@_attrs_define
class PerformanceTierParams:
    performance_tier: PerformanceTier
    """ How fast the share is. It can be raised later and never lowered. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        performance_tier = self.performance_tier.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "performance_tier": performance_tier,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        performance_tier = d.pop("performance_tier")
        performance_tier = _performance_tier(
            performance_tier
            if type(performance_tier) is str
            else checked(performance_tier, str, "performance_tier")
        )
        _read = cls(
            performance_tier,
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
