"""Requests and answers in the form in which an ASGI server hands them over."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

from do_nfs_sandbox.api.errors import IDS, RequestRefusedError

if TYPE_CHECKING:
    from do_nfs_sandbox.contract.schema import Operation

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Sleep = Callable[[float], Awaitable[object]]

JSON = {"content-type": "application/json"}
ADMIN_PREFIX = "/_sandbox/"


class DisconnectedError(Exception):
    """The client went away before its request was complete."""


class DroppedError(Exception):
    """The connection is to be closed here and now. ASGI has no word for it: serving.py and transport.py do it."""


class Answer(NamedTuple):
    """What is answered. headers: without content-length, which send() adds."""

    status: int
    headers: dict[str, str]
    content: bytes


def json_answer(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with `content` as JSON, or with no body at all if it is None."""
    if content is None:
        return Answer(status, dict(headers or {}), b"")
    return Answer(status, {**(headers or {}), **JSON}, to_json(content))


def error_content(error: RequestRefusedError, operation: Operation | None = None) -> dict[str, Any]:
    """The error as the operation says it, or as most do."""
    if operation and operation.coded_errors and error.status in (400, 409):
        return {"code": error.code, "message": error.message}
    word = IDS.get(error.status, "server_error" if error.status >= 500 else "error")
    return {"id": word, "message": error.message, "request_id": str(uuid.uuid4())}


def raw_path(scope: Scope) -> str:
    """The path as it was sent: an encoded slash in an id must not lead to another operation."""
    raw = scope.get("raw_path")
    path: str = scope["path"] if raw is None else raw.decode("latin-1")
    return path


async def read(headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """The body, up to `limit` bytes. Raises a 413 without reading further, or DisconnectedError."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > limit:
        raise _too_large(limit)
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > limit:
            raise _too_large(limit)
    return b"".join(parts)


def _too_large(limit: int) -> RequestRefusedError:
    return RequestRefusedError(413, f"The body must have at most {limit} bytes.", headers={"connection": "close"})


async def send_start(send: Send, answer: Answer) -> None:
    """Sends the status and the headers, with the length of the whole content."""
    headers = answer.headers
    if answer.content or answer.status not in (204, 304):
        headers = {**headers, "content-length": str(len(answer.content))}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})


async def send_answer(send: Send, answer: Answer) -> None:
    """Sends all of the answer."""
    await send_start(send, answer)
    await send({"type": "http.response.body", "body": answer.content})
