"""Answers changed in ways that a client has to survive, as far as the contract leaves room for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from do_nfs_sandbox.contract.document import resolve

__all__ = ["extra_fields", "missing_optional", "unknown_enum"]

_UNKNOWN = "NEW_SINCE_YOUR_CLIENT_WAS_MADE"

Schema = dict[str, Any]


def unknown_enum(schema: Schema, value: Any) -> Any:
    """Replace every enumerated text by one that the contract lacks.

    Args:
        schema: What the contract says of the value.
        value: The value, as data.
    """
    schema = resolve(schema)
    return _UNKNOWN if "enum" in schema else _map(schema, value, unknown_enum)


def missing_optional(schema: Schema, value: Any, *, top: bool = True) -> Any:
    """Leave out the fields that the contract does not require.

    Args:
        schema: What the contract says of the value.
        value: The value, as data.
        top: Whether the value is the whole answer. No operation's answer requires all of its fields, so that in it one
            that holds something stays.
    """
    schema = resolve(schema)
    if isinstance(value, dict):
        required = schema.get("required", ())
        value = {
            name: each
            for name, each in value.items()
            if name in required or (top and each and isinstance(each, (dict, list)))
        }
    return _map(schema, value, lambda part, each: missing_optional(part, each, top=False))


def extra_fields(value: Any) -> Any:
    """Add a field that nobody knows to every object.

    Args:
        value: The objects, as data.
    """
    if isinstance(value, dict):
        return {**{name: extra_fields(each) for name, each in value.items()}, "added_later": {"by": ["DigitalOcean"]}}
    return [extra_fields(each) for each in value] if isinstance(value, list) else value


def _map(schema: Schema, value: Any, change: Callable[[Schema, Any], Any]) -> Any:
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return {name: change(properties.get(name, {}), each) for name, each in value.items()}
    if isinstance(value, list):
        return [change(schema.get("items", {}), each) for each in value]
    return value
