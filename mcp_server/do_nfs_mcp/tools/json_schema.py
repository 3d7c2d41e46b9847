"""The JSON schemas that hosts read: as short as they can be, and in the words that the narrowest of them knows.

What hosts, frameworks and the engines below them refuse, and then often the whole tool or every tool:
- look-around in patterns: Rust's regex, RE2 and llguidance, and so CrewAI, AutoGen and llama.cpp;
- formats of strings: Gemini's API, which takes date-time alone, and validators that do not know them;
- boolean schemas, such as `"additionalProperties": false`: google-genai;
- references: several hosts do not follow them.
The server checks all the same, and says in words what does not fit.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import DatetimeSchema, ModelSchema, NullableSchema, WithDefaultSchema

__all__ = ["LeanJsonSchema", "outline"]


class LeanJsonSchema(GenerateJsonSchema):
    """Makes schemas without what pydantic adds and no reader needs.

    - No titles: they repeat names.
    - No null, and neither null nor what is empty, false or zero as a default: all stand for leaving a field out, and
      `required` says already which fields can be.
    - No references: the definitions stand in their place.
    - No format of times, and no word that other fields are forbidden.
    """

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        """Return the schema, as pydantic asks for it."""
        made = super().generate(schema, mode)
        definitions = {f"#/$defs/{name}": definition for name, definition in made.pop("$defs", {}).items()}
        inlined: JsonSchemaValue = _inlined(made, definitions)
        return inlined

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: no field has a title."""
        return False

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """Return a model's schema without its title, and without a word on other fields."""
        made = super().model_schema(schema)
        made.pop("title", None)
        made.pop("additionalProperties", None)
        return made

    def datetime_schema(self, schema: DatetimeSchema) -> JsonSchemaValue:
        """Return the schema of a string."""
        return {"type": "string"}

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        """Return the schema of what is there if it is not null."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        """Return a schema with its default, unless that stands for nothing."""
        if not self.get_default_value(schema):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def outline(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return what a host checks of a result: the fields that it has, and the kind of value that each holds.

    No field is described, and no list of its values is given: docs/tools.md does both. Of an object in a field or a
    list no more is told than that it is one: nearly all are what another tool returns alone, such as the share that was
    changed.

    Args:
        schema: All of the result's, without references.
    """
    told = {key: value for key, value in schema.items() if key != "description"}
    return {**told, "properties": {name: _kind(field) for name, field in schema["properties"].items()}}


def _kind(schema: JsonSchemaValue) -> JsonSchemaValue:
    if "properties" in schema:
        return {"type": "object"}
    within = {key: _kind(schema[key]) for key in ("items", "additionalProperties") if key in schema}
    return {key: value for key, value in schema.items() if key not in {"description", "enum"}} | within


def _inlined(node: Any, definitions: dict[str, JsonSchemaValue]) -> Any:
    """Return a part of a schema with definitions in place of references to them, and what stands beside these."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        node = {**definitions[node["$ref"]], **node}
        del node["$ref"]
    return {key: _inlined(value, definitions) for key, value in node.items()}
