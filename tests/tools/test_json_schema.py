"""The schemas that hosts read have nothing in them that says nothing, and nothing that some hosts cannot follow."""

from datetime import datetime
from typing import Annotated, Any

from do_nfs_mcp.tools.json_schema import LeanJsonSchema, outline
from pydantic import BaseModel, Field


class Inner(BaseModel):
    """What is inside."""

    word: str


class Outer(BaseModel):
    title: str
    inner: Annotated[Inner | None, Field(description="Or nothing.")] = None
    others: list[Inner] = []
    text: str = ""
    number: int | None = None
    size: int = 3
    flag: bool = False
    none: int = 0
    when: datetime | None = None


def properties() -> dict[str, Any]:
    schema: dict[str, Any] = Outer.model_json_schema(schema_generator=LeanJsonSchema)
    assert schema["required"] == ["title"]
    found: dict[str, Any] = schema["properties"]
    return found


INNER = {
    "description": "What is inside.",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "type": "object",
}


def test_a_schema_has_no_titles_but_may_have_a_field_of_that_name() -> None:
    assert properties()["title"] == {"type": "string"}
    assert "title" not in Outer.model_json_schema(schema_generator=LeanJsonSchema)


def test_a_field_that_may_be_null_has_the_schema_of_what_it_is_otherwise() -> None:
    assert properties()["number"] == {"type": "integer"}


def test_a_default_that_stands_for_nothing_is_left_out_and_any_other_is_not() -> None:
    assert properties()["text"] == {"type": "string"}
    assert properties()["flag"] == {"type": "boolean"}
    assert properties()["none"] == {"type": "integer"}
    assert properties()["size"] == {"type": "integer", "default": 3}


def test_a_definition_stands_wherever_it_is_referred_to() -> None:
    assert properties()["others"] == {"type": "array", "items": INNER}


def test_neither_ids_nor_times_have_a_format() -> None:
    assert properties()["when"] == {"type": "string"}


def test_what_is_said_beside_a_reference_outweighs_the_definition() -> None:
    assert properties()["inner"] == {**INNER, "description": "Or nothing."}


def test_an_outline_has_the_fields_of_a_result_but_describes_none_and_opens_no_object() -> None:
    assert outline(Outer.model_json_schema(schema_generator=LeanJsonSchema)) == {
        "properties": {
            "title": {"type": "string"},
            "inner": {"type": "object"},
            "others": {"items": {"type": "object"}, "type": "array"},
            "text": {"type": "string"},
            "number": {"type": "integer"},
            "size": {"default": 3, "type": "integer"},
            "flag": {"type": "boolean"},
            "none": {"type": "integer"},
            "when": {"type": "string"},
        },
        "required": ["title"],
        "type": "object",
    }


class Map(BaseModel):
    by_name: dict[str, Inner]
    words: dict[str, list[str]]
    description: str = "x"


def test_an_outline_of_a_map_opens_no_object_and_may_have_a_field_description() -> None:
    assert outline(Map.model_json_schema(schema_generator=LeanJsonSchema))["properties"] == {
        "by_name": {"additionalProperties": {"type": "object"}, "type": "object"},
        "words": {"additionalProperties": {"items": {"type": "string"}, "type": "array"}, "type": "object"},
        "description": {"default": "x", "type": "string"},
    }
