"""The ASGI application: what happens to a request before and after its operation."""

from __future__ import annotations

import hmac
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic_core import from_json, to_json

from .contract import OPERATIONS, SCOPES, InvalidError, Operation, find_route
from .errors import IDS, ApiError, not_found
from .limits import Limits
from .operations import HANDLERS, Call
from .store import Store

if TYPE_CHECKING:
    from pathlib import Path

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY = 1024 * 1024
_WELL_FORMED_TOKEN = re.compile(rb"do[po]_v1_[0-9a-fA-F]{64}")
_log = logging.getLogger("do_nfs_sandbox")


class _DisconnectedError(Exception):
    """The client went away before its request was complete."""


class Sandbox:
    """DigitalOcean's NFS API as an ASGI application: give it to httpx.ASGITransport or to uvicorn.

    db: ":memory:" or a file, which keeps the state. ready_after: for how many seconds a change is under way.
    tokens: tokens with the scopes of each; besides these, any token of the vendor's form is accepted and has
    every scope. limits: requests an hour and a minute for each token; None is no limit. clock: what time it
    is, in seconds since 1970. Raises StoreError if `db` cannot be used, ValueError for limits below 1 or a
    ready_after below 0.
    """

    def __init__(
        self,
        db: str | Path = ":memory:",
        *,
        ready_after: float = 2.0,
        tokens: Mapping[str, Collection[str]] | None = None,
        limits: tuple[int, int] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if HANDLERS.keys() != OPERATIONS.keys():
            raise RuntimeError(f"contract and handlers differ: {sorted(HANDLERS.keys() ^ OPERATIONS.keys())}")
        if not ready_after >= 0:
            raise ValueError("ready_after must be at least 0 seconds")
        self._ready_after = ready_after
        self._tokens = [(token.encode(), frozenset(scopes)) for token, scopes in (tokens or {}).items()]
        self._limits = Limits(limits)
        self._clock = clock
        self.store = Store(db)

    def close(self) -> None:
        """Closes the store. What was in memory is gone."""
        self.store.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                status, headers, content = await self._answer(scope, receive)
            except _DisconnectedError:
                return
            raw = [(name.encode(), value.encode()) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": status, "headers": raw})
            await send({"type": "http.response.body", "body": content})
        elif scope["type"] == "lifespan":
            while (await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        else:
            raise NotImplementedError(f"The sandbox does not speak {scope['type']}.")

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, str], bytes]:
        now = self._clock()
        headers = dict(scope["headers"])
        token, scopes = self._authenticate(headers.get(b"authorization", b""))
        answer_headers, wait = self._limits.spend(token, now)
        operation: Operation | None = None
        try:
            if token is None:
                raise ApiError(401, "The token was not accepted.")
            if wait:
                raise ApiError(429, "The rate limit is used up.", headers={"retry-after": str(wait)})
            operation, path = _route(scope)
            if operation.scope not in scopes:
                raise ApiError(403, f"The token lacks the scope {operation.scope}.")
            body = await _read_json(operation, headers, receive)
            call = Call(
                store=self.store,
                now=now,
                done_at=now + self._ready_after,
                path=path,
                query=_query(operation, scope["query_string"]),
                body=body,
                url=_url(scope, headers),
            )
            with self.store.transaction(now, write=operation.method != "GET"):
                content = HANDLERS[operation.id](call)
            status = operation.success
        except ApiError as error:
            status = error.status
            content = _error(operation, error)
            answer_headers.update(error.headers)
        except _DisconnectedError:
            raise
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            status = 500
            content = _error(operation, ApiError(500, "Something went wrong on the server."))
        if content is None:
            return status, answer_headers, b""
        raw = to_json(content)
        answer_headers |= {"content-type": "application/json", "content-length": str(len(raw))}
        return status, answer_headers, raw

    def _authenticate(self, authorization: bytes) -> tuple[bytes | None, frozenset[str]]:
        scheme, _, token = authorization.partition(b" ")
        token = token.strip()
        if scheme.lower() != b"bearer":
            return None, frozenset()
        for known, scopes in self._tokens:
            if hmac.compare_digest(known, token):
                return token, scopes
        if _WELL_FORMED_TOKEN.fullmatch(token):
            return token, SCOPES
        return None, frozenset()


def _route(scope: Scope) -> tuple[Operation, dict[str, str]]:
    # The path as it was sent: an encoded slash in an id must not lead to another operation.
    raw = scope.get("raw_path")
    found = find_route(scope["path"] if raw is None else raw.decode("latin-1"))
    if found is None:
        raise not_found()
    route, path = found
    if scope["method"] not in route.operations:
        allow = ", ".join(sorted(route.operations))
        raise ApiError(405, f"The method must be one of {allow}.", headers={"allow": allow})
    return route.operations[scope["method"]], path


def _url(scope: Scope, headers: Mapping[bytes, bytes]) -> str:
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{scope['path']}"


def _query(operation: Operation, query_string: bytes) -> dict[str, Any]:
    given = parse_qs(query_string.decode("latin-1"), keep_blank_values=True) if query_string else {}
    query: dict[str, Any] = {}
    for name, schema in operation.query.items():
        if name not in given and "default" not in schema.plain:
            continue
        value: Any = given[name][0] if name in given else schema.plain["default"]
        if schema.plain["type"] == "integer":
            value = _integer(value)
        _check(schema.check, value)
        query[name] = value
    return query


def _integer(value: Any) -> Any:
    """The integer that `value` spells, or `value` itself, for the contract to refuse."""
    return int(value) if isinstance(value, str) and re.fullmatch("-?[0-9]{1,1000}", value) else value


async def _read_json(operation: Operation, headers: Mapping[bytes, bytes], receive: Receive) -> Any:
    if operation.body is None:
        return None
    content_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if content_type != b"application/json":
        raise ApiError(415, "The content type must be application/json.")
    try:
        value = from_json(await _read(headers, receive), allow_inf_nan=False)
    except ValueError:
        raise ApiError(400, "The body must be valid JSON.") from None
    _check(operation.body.check, value)
    return value


async def _read(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    too_large = ApiError(413, f"The body must have at most {MAX_BODY} bytes.", headers={"connection": "close"})
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > MAX_BODY:
        raise too_large
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _DisconnectedError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            raise too_large
    return body


def _check(check: Callable[[Any], None], value: Any) -> None:
    try:
        check(value)
    except InvalidError as invalid:
        code = "MISSING_NAME" if invalid.missing == "name" else "InvalidArgument"
        raise ApiError(400, f"{invalid}.", code=code) from None


def _error(operation: Operation | None, error: ApiError) -> dict[str, Any]:
    if operation and operation.coded_errors and error.status in (400, 409):
        return {"code": error.code, "message": error.message}
    return {"id": IDS[error.status], "message": error.message, "request_id": str(uuid.uuid4())}
