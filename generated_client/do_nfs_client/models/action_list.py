from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.action import Action
from ..models.page_links import PageLinks
from ..models.page_meta import PageMeta
from ..types import (
    MISREAD,
    UNSET,
    UnreadableItem,
    Unset,
    as_object,
    read_items,
    reason,
)

T = TypeVar("T", bound="ActionList")


@_attrs_define
class ActionList:
    actions: list[Action]
    meta: PageMeta
    links: PageLinks | Unset = UNSET
    """ Where the other pages are; empty if there are none. """
    unreadable: tuple[UnreadableItem, ...] = _attrs_field(init=False, default=())
    """ What of it could not be read, and so was left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    """ The fields that the contract does not know. """

    def to_dict(self) -> dict[str, Any]:
        actions = []
        for actions_item_data in self.actions:
            actions_item = actions_item_data.to_dict()
            actions.append(actions_item)

        meta = self.meta.to_dict()

        links: dict[str, Any] | Unset = UNSET
        if not isinstance(self.links, Unset):
            links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "actions": actions,
                "meta": meta,
            }
        )
        if links is not UNSET:
            field_dict["links"] = links

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        d = {name: value for name, value in d.items() if value is not None or name == "actions"}
        unreadable: tuple[UnreadableItem, ...] = ()
        actions = d.pop("actions")
        if actions is None:
            actions = []
        actions, odd = read_items(Action.from_dict, actions, "actions", dict)
        unreadable += odd
        meta = d.pop("meta", UNSET)
        if meta is not UNSET:
            try:
                meta = PageMeta.from_dict(as_object(meta, "meta"))
                unreadable += getattr(meta, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("meta", meta, reason(error)),)
                meta = UNSET
        links = d.pop("links", UNSET)
        if links is not UNSET:
            try:
                links = PageLinks.from_dict(as_object(links, "links"))
                unreadable += getattr(links, "unreadable", ())
            except MISREAD as error:
                unreadable += (UnreadableItem("links", links, reason(error)),)
                links = UNSET
        if meta is UNSET:
            meta = PageMeta.from_dict(
                {
                    "total": len(actions),
                }
            )
        _read = cls(
            actions,
            meta,
            links,
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
