"""A value that a schema does not allow is explained in plain words."""

from typing import Any

import pytest
from do_nfs_sandbox.contract.schema import InvalidError, Schema

OBJECT = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^[a-z]+$", "not": {"pattern": "^x"}},
        "size": {"type": "integer", "minimum": 50, "maximum": 32768},
        "ids": {"type": ["array", "null"], "minItems": 1, "items": {"type": "string", "format": "uuid"}},
        "id": {"$ref": "#/components/schemas/IdInRequest"},
        "kind": {"enum": ["a", 1]},
        "odd": {"not": {}},
    },
}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "the thing must be an object"),
        ({}, "name is required"),
        ({"name": "ab", "nam": 1}, "nam is not a field; the fields are name, size, ids, id, kind, odd"),
        ({"name": "a"}, "name must have at least 2 characters"),
        ({"name": "abcd"}, "name must have at most 3 characters"),
        ({"name": "AB"}, "name must match ^[a-z]+$"),
        ({"name": "ab", "size": 1}, "size must be at least 50"),
        ({"name": "ab", "size": 1e9}, "size must be at most 32768"),
        ({"name": "ab", "size": "50"}, "size must be an integer"),
        ({"name": "ab", "ids": 1}, "ids must be null or an array"),
        ({"name": "ab", "ids": []}, "ids must have at least 1 items"),
        ({"name": "ab", "ids": ["x"]}, "ids[0] must be a valid uuid"),
        ({"name": "ab", "id": "a/b"}, "id must match ^[A-Za-z0-9_~-]{1,64}$"),
        ({"name": "ab", "kind": "b"}, "kind must be one of a, 1"),
        ({"name": "ab", "odd": 1}, "odd is not valid"),
        ({"name": "xx"}, "name must not match ^x"),
    ],
)
def test_a_message_names_the_field_and_the_rule(value: Any, message: str) -> None:
    with pytest.raises(InvalidError) as refused:
        Schema(OBJECT, "the thing").check(value)
    assert str(refused.value) == message


def test_a_value_that_is_allowed_passes() -> None:
    Schema(OBJECT, "the thing").check({"name": "ab", "size": 50.0, "ids": None, "kind": 1})


def test_an_error_has_the_path_of_a_field_that_is_missing() -> None:
    schema = Schema({"type": "object", "properties": {"params": OBJECT}}, "the thing")
    with pytest.raises(InvalidError) as refused:
        schema.check({"params": {}})
    assert refused.value.missing == "params.name"
