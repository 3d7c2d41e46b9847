from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_policy_protocols_item import AccessPolicyProtocolsItem
from ..models.access_policy_squash_config import AccessPolicySquashConfig
from ..types import (
    UnreadableItem,
    checked,
    read_items,
)

T = TypeVar("T", bound="AccessPolicy")

_access_policy_protocols_item = lru_cache(maxsize=100)(AccessPolicyProtocolsItem)
_access_policy_squash_config = lru_cache(maxsize=100)(AccessPolicySquashConfig)


@_attrs_define
class AccessPolicy:
    """Who a client's users are on the share, and by which protocols it is mounted."""

    anonuid: int
    """ The user id squashed users get. Only 65534 is accepted today. """
    anongid: int
    """ The group id squashed users get. Only 65534 is accepted today. """
    protocols: list[AccessPolicyProtocolsItem]
    """ The protocols it may be mounted by. """
    squash_config: AccessPolicySquashConfig
    """ Whose identity is replaced, no one's, root's or everyone's. """
    identity_enforcement_enabled: bool
    """ Whether the server enforces identities. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        anonuid = self.anonuid

        anongid = self.anongid

        protocols = []
        for protocols_item_data in self.protocols:
            protocols_item = protocols_item_data.value
            protocols.append(protocols_item)

        squash_config = self.squash_config.value

        identity_enforcement_enabled = self.identity_enforcement_enabled

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "anonuid": anonuid,
                "anongid": anongid,
                "protocols": protocols,
                "squash_config": squash_config,
                "identity_enforcement_enabled": identity_enforcement_enabled,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        unreadable: tuple[UnreadableItem, ...] = ()
        anonuid = d.pop("anonuid")
        if type(anonuid) is not int:
            anonuid = checked(anonuid, int, "anonuid")
        anongid = d.pop("anongid")
        if type(anongid) is not int:
            anongid = checked(anongid, int, "anongid")
        protocols = d.pop("protocols")
        protocols, odd = read_items(_access_policy_protocols_item, protocols, "protocols", str)
        unreadable += odd
        squash_config = d.pop("squash_config")
        squash_config = _access_policy_squash_config(
            squash_config
            if type(squash_config) is str
            else checked(squash_config, str, "squash_config")
        )
        identity_enforcement_enabled = d.pop("identity_enforcement_enabled")
        if type(identity_enforcement_enabled) is not bool:
            identity_enforcement_enabled = checked(
                identity_enforcement_enabled, bool, "identity_enforcement_enabled"
            )
        _read = cls(
            anonuid,
            anongid,
            protocols,
            squash_config,
            identity_enforcement_enabled,
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
