"""A call that waits for nothing is answered with JSON: to set up a stream of events takes longer than such a call."""

from collections.abc import Collection
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import RequestBodyLimitMiddleware
from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ResponseMode"]


class ResponseMode:
    """Answers calls of some tools with JSON, unless they are to tell of progress, and all else with a stream of events,
    which whoever calls can close to end the call.

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
            # Nothing is read for whoever is about to be refused.
            await self._app(scope, receive, send)

    async def _choose(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_again() -> Message:
            return unread.pop() if unread else await receive()

        self._manager.json_response = _is_non_waiting(body, self._non_waiting)
        await self._app(scope, receive_again, send)


def _is_non_waiting(body: bytes, non_waiting: Collection[str]) -> bool:
    try:
        message = from_json(body)
    except ValueError:
        return False
    params: Any = message.get("params") if isinstance(message, dict) else None
    if not isinstance(params, dict) or message.get("method") != "tools/call":
        return False
    name, meta = params.get("name"), params.get("_meta")
    tells = isinstance(meta, dict) and "progressToken" in meta
    return isinstance(name, str) and name in non_waiting and not tells
