"""What a request says: its operation, its query and its body, held against the contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic_core import from_json

from do_nfs_sandbox.api.errors import RequestRefusedError, not_found
from do_nfs_sandbox.contract.routes import find_route
from do_nfs_sandbox.contract.schema import InvalidError
from do_nfs_sandbox.http.asgi import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from do_nfs_sandbox.api.requests import Request
    from do_nfs_sandbox.contract.routes import Operation
    from do_nfs_sandbox.contract.schema import Schema
    from do_nfs_sandbox.http.asgi import Receive, Scope

__all__ = ["MAX_BODY", "find_operation", "origin_of", "read_body", "read_query", "record_body"]

MAX_BODY = 1024 * 1024
"""How many bytes the body of a request may have."""

_MAX_RECORDED_BODY = 10_000


def find_operation(method: str, path: str) -> tuple[Operation, Mapping[str, str]]:
    """Return the operation that is asked for, and its path parameters by name.

    Args:
        method: The method of the request.
        path: Its path as it was sent.

    Raises:
        RequestRefusedError: If the contract has no such path, or the path no such method.
    """
    found = find_route(path)
    if found is None:
        raise not_found()
    route, parameters = found
    operation = route.operation(method)
    if operation is None:
        allow = ", ".join(route.methods)
        raise RequestRefusedError(405, f"The method must be one of {allow}.", headers={"allow": allow})
    return operation, parameters


def origin_of(scope: Scope, headers: Mapping[bytes, bytes]) -> str:
    """Return the scheme, host and port that a request was sent to."""
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}"


def read_query(operation: Operation, query_string: bytes) -> dict[str, Any]:
    """Return the query parameters that the operation knows, by name, defaults filled in.

    Raises:
        RequestRefusedError: If the contract does not allow a value.
    """
    given = parse_qs(query_string.decode("latin-1"), keep_blank_values=True) if query_string else {}
    query: dict[str, Any] = {}
    for name, schema in operation.query.items():
        if name not in given and "default" not in schema.definition:
            continue
        value: Any = given[name][0] if name in given else schema.definition["default"]
        if schema.definition["type"] == "integer":
            value = _integer(value)
        # Of the operations whose errors have codes, one has a parameter: the status of access points.
        _check(schema, value, "INVALID_ACCESS_POINT_STATUS")
        query[name] = value
    return query


def _integer(value: Any) -> Any:
    """Return the integer that `value` spells, or `value` itself, for the contract to refuse."""
    return int(value) if isinstance(value, str) and re.fullmatch("-?[0-9]{1,1000}", value) else value


async def read_body(operation: Operation, headers: Mapping[bytes, bytes], receive: Receive, request: Request) -> Any:
    """Read the body, and record it in `request`.

    Returns:
        The body as data; None for an operation that takes none.

    Raises:
        RequestRefusedError: If it is not JSON, is too large, or is not what the contract allows.
        DisconnectedError: If the client goes away.
    """
    if operation.body is None:
        return None
    content_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if content_type != b"application/json":
        raise RequestRefusedError(415, "The content type must be application/json.")
    content = await read(headers, receive, MAX_BODY)
    try:
        # Of two fields of the same name the last wins, as in DigitalOcean's own (Go) servers: a sandbox must not refuse
        # what the API takes. Nothing gets past the check this way, since it sees the very value that is used.
        value = from_json(content, allow_inf_nan=False)
    except ValueError:
        raise RequestRefusedError(400, "The body must be valid JSON.") from None
    record_body(request, content, value)
    _check(operation.body, value)
    return value


def record_body(request: Request, content: bytes, value: Any) -> None:
    """Record the body in the log of requests, unless it is large."""
    if len(content) <= _MAX_RECORDED_BODY:
        request.record_body(value)


def _check(schema: Schema, value: Any, code: str = "InvalidArgument") -> None:
    try:
        schema.check(value)
    except InvalidError as invalid:
        code = "MISSING_NAME" if invalid.missing == "name" else code
        raise RequestRefusedError(400, f"{invalid}.", code=code) from None
