"""What is answered to a client whose message is none of MCP: an error in words, with the id wherever it can be read."""

import json
from typing import Any

from mcp.shared.dispatcher import as_request_id
from mcp_types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    RequestId,
)
from pydantic_core import from_json

__all__ = ["error", "refusal", "refusal_of_id"]


def refusal(text: bytes) -> JSONRPCError:
    """Return the answer to a text that cannot be taken for a message."""
    try:
        given = from_json(text)
    except ValueError as why:
        return error(PARSE_ERROR, f"no JSON: {why}", _id(_read_leniently(text)))
    return error(INVALID_REQUEST, "no JSON-RPC message of MCP", _id(given))


def refusal_of_id(given: Any) -> JSONRPCError | None:
    """Return the answer to a request whose id cannot be one; None if this is none.

    Args:
        given: A message as JSON gives it, which the SDK takes for a notification.
    """
    match given:
        case {"id": found, "method": str(method)} if not method.startswith("notifications/"):
            pass
        case _:
            return None
    if as_request_id(found) is not None:
        return None
    # To JSON 1.0 and 1 are the same number.
    request_id = int(found) if isinstance(found, float) and found.is_integer() else None
    shown = json.dumps(found)[:60]
    return error(INVALID_REQUEST, f"no request: its id is {shown}, but has to be a string or an integer", request_id)


def error(code: int, what: str, request_id: RequestId | None) -> JSONRPCError:
    """Make an answer. what: What the message is, such as "no JSON"."""
    said = ErrorData(code=code, message=f"The message is {what}. Nothing was done.")
    return JSONRPCError(jsonrpc="2.0", id=request_id, error=said)


def _read_leniently(text: bytes) -> Any:
    """Return what can be read of a text in which characters or numbers are wrong; None if nothing can."""
    try:
        return json.loads(text.decode(errors="replace"), strict=False, parse_int=lambda digits: int(digits[:20]))
    except (ValueError, RecursionError):
        return None


def _id(given: Any) -> RequestId | None:
    # The id of what seems to be an answer would be one of our own.
    if isinstance(given, dict) and given.keys().isdisjoint({"result", "error"}):
        return as_request_id(given.get("id"))
    return None
