"""The contract's answers changed in ways that a client has to survive. Found by the contract, never by hand."""

from __future__ import annotations

from typing import Any

from do_nfs_sandbox.contract.schema import resolve

UNKNOWN = "NEW_SINCE_YOUR_CLIENT_WAS_MADE"


def unknown_enum(schema: dict[str, Any], value: Any) -> Any:
    """`value`, an instance of `schema`, with every enumerated text in it replaced by one the contract lacks."""
    schema = resolve(schema)
    if "enum" in schema:
        return UNKNOWN
    return _map(schema, value, unknown_enum)


def missing_optional(schema: dict[str, Any], value: Any, *, top: bool = True) -> Any:
    """`value`, an instance of `schema`, without the fields that the schema does not require.

    At the top, where no operation's answer requires all of its fields, one that holds something stays.
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
    """`value` with a field that nobody knows in every object."""
    if isinstance(value, dict):
        return {**{name: extra_fields(each) for name, each in value.items()}, "added_later": {"by": ["the vendor"]}}
    return [extra_fields(each) for each in value] if isinstance(value, list) else value


def _map(schema: dict[str, Any], value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return {name: change(properties.get(name, {}), each) for name, each in value.items()}
    if isinstance(value, list):
        return [change(schema.get("items", {}), each) for each in value]
    return value
