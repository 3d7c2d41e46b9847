"""How a call is answered: with JSON or with a stream of events, as the client takes it and as the call needs it."""

from collections.abc import Collection
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import RequestBodyLimitMiddleware
from mcp_types import jsonrpc_message_adapter
from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from do_nfs_mcp.transports import malformed

__all__ = ["ResponseMode"]

_JSON, _STREAM = "application/json", "text/event-stream"


class ResponseMode:
    """Answers with JSON where that is all that a client takes, and where a call waits for nothing: to set up a stream
    of events takes longer than such a call. All else is answered with a stream, which tells of progress, and which
    the caller can close to end the call. A body that is not a message is answered here.

    The SDK's session manager knows one kind of answer for all requests, its attribute `json_response`, which it reads
    when a request reaches it and before it first waits (mcp 2.3.0). So it is set just before each request is handed
    on. tests/transports/http/test_response_mode.py fails if the manager comes to read it any later.

    Args:
        app: Hands requests on to the manager.
        manager: The SDK's, without sessions.
        non_waiting: The tools that do not wait.
    """

    def __init__(self, app: ASGIApp, manager: StreamableHTTPSessionManager, non_waiting: Collection[str]) -> None:
        self._app = app
        self._manager = manager
        self._non_waiting = non_waiting
        self._bounded = RequestBodyLimitMiddleware(self._choose, manager.max_request_body_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user = scope.get("user")
        if user is None or user.is_authenticated:
            await self._bounded(scope, receive, send)
        else:
            # Nothing is read from a caller who is about to be refused.
            await self._app(scope, receive, send)

    async def _choose(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            # It went away, or was too slow and has been told so.
            return
        try:
            message = from_json(body)
            jsonrpc_message_adapter.validate_python(message, by_name=False)
            refused = malformed.refusal_of_id(message)
        except ValueError:
            message, refused = None, malformed.refusal(body)
        if refused:
            answer = refused.model_dump(mode="json", by_alias=True, exclude_unset=True)
            await JSONResponse(answer, 400)(scope, receive, send)
            return
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_again() -> Message:
            return unread.pop() if unread else await receive()

        takes_json, takes_stream = _taken(scope)
        self._manager.json_response = takes_json and (not takes_stream or _is_non_waiting(message, self._non_waiting))
        # The SDK reads it once more, and the call may take long.
        del message
        await self._app(_taking_both(scope), receive_again, send)


def _taken(scope: Scope) -> tuple[bool, bool]:
    """Return whether the client takes JSON, and whether a stream. Who names neither is taken to know JSON alone."""
    accept = ",".join(Headers(scope=scope).getlist("accept")).lower()
    kinds = {part.partition(";")[0].strip() for part in accept.split(",")}
    # HTTP/1.0 has no chunks, of which a stream is made.
    takes_stream = not kinds.isdisjoint({_STREAM, "text/*"}) and scope["http_version"] != "1.0"
    return not takes_stream or not kinds.isdisjoint({_JSON, "application/*", "*/*"}), takes_stream


def _taking_both(scope: Scope) -> Scope:
    """Return the same request by a client that takes both kinds, as the SDK wants it."""
    others = [(name, value) for name, value in scope["headers"] if name != b"accept"]
    return {**scope, "headers": [*others, (b"accept", f"{_JSON}, {_STREAM}".encode())]}


def _is_non_waiting(message: Any, non_waiting: Collection[str]) -> bool:
    params: Any = message.get("params") if isinstance(message, dict) else None
    if not isinstance(params, dict) or message.get("method") != "tools/call":
        return False
    name, meta = params.get("name"), params.get("_meta")
    tells = isinstance(meta, dict) and meta.get("progressToken") is not None
    return isinstance(name, str) and name in non_waiting and not tells
