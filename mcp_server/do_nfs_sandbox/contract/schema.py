"""Schemas of the contract, and of what else the sandbox takes, that explain what is wrong with a value."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from do_nfs_sandbox.contract.document import DOCUMENT, resolve

__all__ = ["InvalidError", "Schema"]

_TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_RULES = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} items",
    "pattern": "must match {}",
    "propertyNames": "has a name that is not allowed",
    "format": "must be a valid {}",
}


class InvalidError(Exception):
    """A value that a schema does not allow. Its text names the field, and is half a sentence: `name is required`.

    Args:
        message: The text.
        missing: The field that is absent, if that is what is wrong, such as `params.name`.
    """

    def __init__(self, message: str, missing: str | None = None) -> None:
        super().__init__(message)
        self.missing = missing


class Schema:
    """A JSON Schema that says in plain words what is wrong with a value.

    Args:
        schema: The schema. Its `$ref`s lead to the contract's components.
        root: What to call the whole value in messages.

    Attributes:
        definition: The schema, or what it refers to if it is a `$ref`.
    """

    def __init__(self, schema: dict[str, Any], root: str) -> None:
        self.definition = resolve(schema)
        self._schema, self._root = schema, root
        # A union is told apart by its discriminator, so that a message is about the variant that was meant.
        discriminator = self.definition.get("discriminator", {})
        self._key: str | None = discriminator.get("propertyName")
        self._variants = {name: Schema({"$ref": ref}, root) for name, ref in discriminator.get("mapping", {}).items()}

    @cached_property
    def _validator(self) -> Draft202012Validator:
        # Made when it is needed: a few of many are, and no start waits for them.
        components = {"schemas": DOCUMENT["components"]["schemas"]}
        return Draft202012Validator({**self._schema, "components": components}, validate_formats=True)

    def check(self, value: Any) -> None:
        """Check a value.

        Args:
            value: Data as JSON has it.

        Raises:
            InvalidError: About the first thing that is wrong with it.
        """
        if self._key:
            if not isinstance(value, dict):
                raise InvalidError(f"{self._root} must be an object")
            variant = value.get(self._key)
            if not isinstance(variant, str) or variant not in self._variants:
                raise InvalidError(f"{self._key} must be one of {', '.join(self._variants)}")
            return self._variants[variant].check(value)
        try:
            # Not iter_errors: it collects every error, which for a long array of wrong items takes seconds.
            self._validator.validate(value)
        except ValidationError as error:
            raise self._explain(error) from None

    def _explain(self, error: ValidationError) -> InvalidError:
        kind, rule = error.kind.name, error.kind.value
        path = list(error.instance_path)
        if kind == "required":
            field = _dotted([*path, rule])
            return InvalidError(f"{field} is required", field)
        if kind == "additionalProperties":
            fields = self._fields(list(error.schema_path)[:-1])
            return InvalidError(f"{_dotted([*path, rule[0]])} is not a field; the fields are {', '.join(fields)}")
        field = _dotted(path) or self._root
        if kind == "type":
            return InvalidError(f"{field} must be {' or '.join(_TYPES.get(name, name) for name in rule)}")
        if kind == "not" and "pattern" in rule:
            return InvalidError(f"{field} must not match {rule['pattern']}")
        if kind == "enum":
            return InvalidError(f"{field} must be one of {', '.join(map(str, rule))}")
        return InvalidError(f"{field} {_RULES.get(kind, 'is not valid').format(rule)}")

    def _fields(self, schema_path: list[str | int]) -> list[str]:
        node: Any = self.definition
        for part in schema_path:
            node = node[part]
        return list(node.get("properties", ()))


def _dotted(path: list[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
