"""A call that waits for nothing is answered with JSON: to set up a stream of events takes longer than such a call."""

from collections.abc import Collection
from copy import copy
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import RequestBodyLimitMiddleware
from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send


def answer_with_json(manager: StreamableHTTPSessionManager, non_waiting: Collection[str]) -> None:
    """Let a manager without sessions answer calls of these tools with JSON, unless they are to tell of progress.

    All else has a stream of events: whoever closes it ends the call.

    Args:
        manager: The SDK's, which knows only one kind of answer for all requests.
        non_waiting: The tools that do not wait.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_again() -> Message:
            return unread.pop() if unread else await receive()

        # A copy shares all that the manager keeps.
        chosen = copy(manager)
        chosen.json_response = _is_non_waiting(body, non_waiting)
        await chosen._handle_request(scope, receive_again, send)

    manager.asgi_app = RequestBodyLimitMiddleware(handle, manager.max_request_body_size)


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
