"""The contract's paths and operations, in the form in which requests are matched to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.contract.document import DOCUMENT, resolve
from do_nfs_sandbox.contract.ids import canonical_id
from do_nfs_sandbox.contract.path_patterns import can_match
from do_nfs_sandbox.contract.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OPERATIONS", "ROUTES", "SCOPES", "Operation", "Route", "find_route", "routes_that_match"]


@dataclass(frozen=True)
class Operation:
    """One operation of the contract.

    Attributes:
        id: Its operationId.
        method: Its HTTP method, in capitals.
        scope: The one scope that a token needs for it.
        success: The status of its good answer.
        answers: The schemas of its answers by status, where they have a body.
        coded_errors: Whether its 400 and 409 are `{code, message}`.
        query: The schemas of its query parameters by name.
        body: The schema of its body, None if it takes none.
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
    """One path of the contract.

    Attributes:
        path: The path as the contract has it, such as `/v2/nfs/{nfs_id}`.
        pattern: What matches the path, with a named group for each parameter.
        operations: Its operations by method.
    """

    path: str
    pattern: re.Pattern[str]
    operations: Mapping[str, Operation]

    def operation(self, method: str) -> Operation | None:
        """Return the operation that a method asks for, None if there is none. HEAD asks for what GET does."""
        return self.operations.get("GET" if method == "HEAD" else method)

    @property
    def methods(self) -> list[str]:
        """The methods that are answered, in order."""
        return sorted({*self.operations, *(["HEAD"] if "GET" in self.operations else [])})


# A client asks for the same few paths over and over.
@lru_cache(maxsize=256)
def find_route(path: str) -> tuple[Route, Mapping[str, str]] | None:
    """Find the route of a request.

    Args:
        path: The path as it was sent, without the query.

    Returns:
        The route and the path's parameters by name; None if no route has such a path.
    """
    for route in ROUTES:
        if match := route.pattern.fullmatch(path):
            return route, {name: canonical_id(value) for name, value in match.groupdict().items()}
    return None


def routes_that_match(pattern: str) -> list[Route]:
    """Return the routes with a path that matches, as far as that can be told of a pattern.

    Args:
        pattern: A path as it is sent, or a pattern of such paths as `fnmatch` has it.
    """
    if set(pattern) & set("*?["):
        return [route for route in ROUTES if can_match(pattern, route.path)]
    found = find_route(pattern)
    return [found[0]] if found else []


def _route(path: str, item: dict[str, Any]) -> Route:
    shared = [resolve(p) for p in item.get("parameters", ())]
    pattern = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    for parameter in shared:
        name, schema = parameter["name"], parameter["schema"]
        # Anything else is not a route, and so a 404. A number has the digits of a text.
        kinds = map(resolve, schema.get("anyOf", [schema]))
        segment = next(kind["pattern"].strip("^$") for kind in kinds if "pattern" in kind)
        pattern = pattern.replace(f"{{{name}}}", f"(?P<{name}>{segment})")
    operations = {}
    for method, definition in item.items():
        if method != "parameters":
            own = [resolve(p) for p in definition.get("parameters", ())]
            operations[method.upper()] = _operation(method, definition, shared + own)
    return Route(path, re.compile(pattern), operations)


def _operation(method: str, definition: dict[str, Any], parameters: list[dict[str, Any]]) -> Operation:
    responses = definition["responses"]
    answers = {
        int(status): content["application/json"]["schema"]
        for status, response in responses.items()
        if status.isdigit() and (content := resolve(response).get("content"))
    }
    body = definition.get("requestBody")
    return Operation(
        id=definition["operationId"],
        method=method.upper(),
        scope=definition["security"][0]["bearer_auth"][0],
        success=next(int(status) for status in responses if status.startswith("2")),
        answers=answers,
        coded_errors="code" in resolve(answers.get(400, {})).get("required", ()),
        query={p["name"]: Schema(p["schema"], p["name"]) for p in parameters if p["in"] == "query"},
        body=Schema(body["content"]["application/json"]["schema"], "the body") if body else None,
    )


def _parameters_last(path: str) -> list[bool]:
    """Return what sorts a path behind those that have a word of their own where it has a parameter."""
    return [segment.startswith("{") for segment in path.split("/")]


ROUTES = [_route(path, DOCUMENT["paths"][path]) for path in sorted(DOCUMENT["paths"], key=_parameters_last)]
OPERATIONS = {op.id: op for route in ROUTES for op in route.operations.values()}
SCOPES = frozenset(op.scope for op in OPERATIONS.values())
