"""Requests and answers in the form in which an ASGI server hands them over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.api.errors import RequestRefusedError

if TYPE_CHECKING:
    from do_nfs_sandbox.api.answers import Answer
    from do_nfs_sandbox.faults.effects import Delivery

__all__ = [
    "DisconnectedError",
    "DroppedError",
    "Headers",
    "Receive",
    "Scope",
    "Send",
    "Sleep",
    "deliver",
    "raw_headers",
    "raw_path",
    "read",
]

Scope = MutableMapping[str, Any]
Headers = Mapping[bytes, bytes]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Sleep = Callable[[float], Awaitable[object]]


class DisconnectedError(Exception):
    """The client went away before its request was complete."""


class DroppedError(Exception):
    """The connection is to be closed here and now. ASGI has no word for it, so that the server has to do it."""


def raw_path(scope: Scope) -> str:
    """Return the path as it was sent: an encoded slash in an id must not lead to another operation."""
    raw = scope.get("raw_path")
    path: str = scope["path"] if raw is None else raw.decode("latin-1")
    return path


async def read(headers: Headers, receive: Receive, limit: int) -> bytes:
    """Read a request's body.

    Args:
        headers: The request's headers, in lower case.
        receive: Where it comes from.
        limit: How many bytes it may have.

    Raises:
        RequestRefusedError: If it is larger, or compressed. No more than the limit is read, and nothing if the headers
            say so at the start.
        DisconnectedError: If the client goes away.
    """
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        refusal = "The body must not be compressed."
        raise RequestRefusedError(415, refusal, headers={"accept-encoding": "identity"})
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


async def deliver(send: Send, delivery: Delivery, sleep: Sleep) -> None:
    """Send an answer.

    Args:
        send: Where it goes.
        delivery: What is sent, and when.
        sleep: Waits for so many seconds.

    Raises:
        DroppedError: If the connection has to be closed.
    """
    last = len(delivery.pieces) - 1
    for number, (pause, content) in enumerate(delivery.pieces):
        if pause:
            await sleep(pause)
        if number == 0:
            answer = delivery.answer
            await send({"type": "http.response.start", "status": answer.status, "headers": raw_headers(answer)})
        await send({"type": "http.response.body", "body": content, "more_body": delivery.cut or number < last})
    if delivery.cut:
        raise DroppedError


def raw_headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers as they are sent, the length of its body with them."""
    headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    if answer.content or answer.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(answer.content)))
    return headers
