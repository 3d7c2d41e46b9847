"""What the contract says, in the form in which requests are answered. Read and compiled once per process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from jsonschema_rs import Draft202012Validator, ValidationError
from pydantic_core import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTRACT: dict[str, Any] = from_json((resources.files(__package__) / "contract.json").read_bytes())

# What a path parameter of each format looks like. Anything else is no route, and so a 404. Eighteen digits
# always fit SQLite's integers, and no action id will ever have more.
_SEGMENTS = {
    "uuid": "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "int64": "[1-9][0-9]{0,17}",
}
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
    """A value that the contract does not allow. Its text names the field. missing: one that is absent."""

    def __init__(self, message: str, missing: str | None = None) -> None:
        super().__init__(message)
        self.missing = missing


class Schema:
    """One of the contract's schemas. root: what to call the whole value in messages."""

    def __init__(self, schema: dict[str, Any], root: str) -> None:
        self.root = root
        self.plain = resolve(schema)
        self._validator = _compile(schema)
        # A union is told apart by its discriminator, so that a message is about the variant that was meant.
        discriminator = self.plain.get("discriminator", {})
        self._key: str | None = discriminator.get("propertyName")
        self._variants = {name: Schema({"$ref": ref}, root) for name, ref in discriminator.get("mapping", {}).items()}

    def check(self, value: Any) -> None:
        """Raises InvalidError, about the first thing that is wrong with `value`."""
        if self._key:
            if not isinstance(value, dict):
                raise InvalidError(f"{self.root} must be an object")
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
            return InvalidError(f"{_dotted([*path, rule[0]])} is no field; the fields are {', '.join(fields)}")
        field = _dotted(path) or self.root
        if kind == "type":
            return InvalidError(f"{field} must be {' or '.join(_TYPES.get(name, name) for name in rule)}")
        if kind == "enum":
            return InvalidError(f"{field} must be one of {', '.join(map(str, rule))}")
        return InvalidError(f"{field} {_RULES.get(kind, 'is not valid').format(rule)}")

    def _fields(self, schema_path: list[str | int]) -> list[str]:
        node: Any = self.plain
        for part in schema_path:
            node = node[part]
        return list(node.get("properties", ()))


@dataclass(frozen=True)
class Operation:
    """One operation of the contract.

    success: the status of its good answer. answers: the schemas of its answers by status, where they have a body.
    coded_errors: whether its 400 and 409 are `{code, message}`. query: its query parameters by name. body: None for
    an operation that takes none.
    """

    id: str
    method: str
    scope: str
    success: int
    answers: Mapping[int, dict[str, Any]]
    coded_errors: bool
    query: Mapping[str, Schema]
    body: Schema | None


@dataclass(frozen=True)
class Route:
    """One path of the contract: a pattern with a group for each parameter, and its operations by method."""

    pattern: re.Pattern[str]
    operations: Mapping[str, Operation]


def find_route(path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request path and its parameters, ids in lower case. None if there is no such route."""
    for route in ROUTES:
        if match := route.pattern.fullmatch(path):
            return route, {name: value.lower() for name, value in match.groupdict().items()}
    return None


def _dotted(path: list[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """The schema or other part of the contract that `node` is or refers to."""
    while "$ref" in node:
        target: Any = _CONTRACT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _compile(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(
        {**schema, "components": {"schemas": _CONTRACT["components"]["schemas"]}}, validate_formats=True
    )


def _operation(method: str, definition: dict[str, Any], parameters: list[dict[str, Any]]) -> Operation:
    responses = definition["responses"]
    bad_request = resolve(responses.get("400", {})).get("content", {}).get("application/json", {})
    body = definition.get("requestBody")
    return Operation(
        id=definition["operationId"],
        method=method.upper(),
        scope=definition["security"][0]["bearer_auth"][0],
        success=next(int(status) for status in responses if status.startswith("2")),
        answers={
            int(status): content["application/json"]["schema"]
            for status, response in responses.items()
            if status.isdigit() and (content := resolve(response).get("content"))
        },
        coded_errors="code" in resolve(bad_request.get("schema", {})).get("required", ()),
        query={p["name"]: Schema(p["schema"], p["name"]) for p in parameters if p["in"] == "query"},
        body=Schema(body["content"]["application/json"]["schema"], "the body") if body else None,
    )


def _route(path: str, item: dict[str, Any]) -> Route:
    shared = [resolve(p) for p in item.get("parameters", ())]
    pattern = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    for parameter in shared:
        name, form = parameter["name"], parameter["schema"]["format"]
        pattern = pattern.replace(f"{{{name}}}", f"(?P<{name}>{_SEGMENTS[form]})")
    operations = {}
    for method, definition in item.items():
        if method != "parameters":
            own = [resolve(p) for p in definition.get("parameters", ())]
            operations[method.upper()] = _operation(method, definition, shared + own)
    return Route(re.compile(pattern), operations)


ROUTES = [_route(path, item) for path, item in _CONTRACT["paths"].items()]
OPERATIONS = {op.id: op for route in ROUTES for op in route.operations.values()}
SCOPES = frozenset(op.scope for op in OPERATIONS.values())
