"""Arguments that are left out, however that is written: as null, as an empty text, as a zero that is no value, as an
empty array in place of an object."""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["without_left_out"]

_NULLS = {"", "null", "none", "undefined"}


def without_left_out(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments without those that are left out, at every depth.

    An array or object that is written as JSON in a text is taken for what the text says, and any other text in place
    of an array for an array of it alone.

    Args:
        arguments: By name.
        schema: The JSON schema of the object that they make up.
    """
    properties, required = schema.get("properties", {}), schema.get("required", ())
    kept = {}
    for name, value in arguments.items():
        expected = properties.get(name, {})
        given = _read(value, expected)
        if given is None or (name not in required and name in properties and _is_nothing(given, expected)):
            continue
        kept[name] = _whole(given, expected)
    return kept


def _whole(value: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return without_left_out(value, schema)
    return [value] if isinstance(value, str) and schema.get("type") == "array" else value


def _read(value: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and schema.get("type") in {"array", "object"}:
        try:
            said = json.loads(value)
        except (ValueError, RecursionError):
            return value
        # A name can be a number, and is a text all the same.
        return said if said is None or isinstance(said, list | dict | str) else value
    return value


def _is_nothing(value: Any, schema: Mapping[str, Any]) -> bool:
    """Return whether a value stands for none: what it is written as cannot be a value of the argument."""
    if value == []:
        # PHP writes an empty object like this.
        return bool(schema.get("type") == "object")
    if schema.get("type") == "string" and "enum" not in schema:
        return bool(value == "")
    if isinstance(value, str):
        return value.strip().lower() in _NULLS or (value.strip() == "0" and schema.get("minimum", 0) > 0)
    return value == 0 and not isinstance(value, bool) and bool(schema.get("minimum", 0) > 0)
