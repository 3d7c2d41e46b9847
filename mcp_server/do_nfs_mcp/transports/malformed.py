"""What is answered to a client whose message is none of MCP: an error in words, with the id wherever it can be read."""

import json
from typing import Any

from mcp.shared.dispatcher import as_request_id
from mcp_types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCResponse,
    RequestId,
)
from pydantic_core import from_json

__all__ = ["answer_to_us", "error", "refusal", "refusal_of_id"]


def refusal(text: bytes) -> JSONRPCError:
    """Return the answer to a text that cannot be taken for a message."""
    try:
        given = from_json(text)
    except ValueError as why:
        return error(PARSE_ERROR, f"not valid JSON: {why}", _id(_read_leniently(text)))
    return error(INVALID_REQUEST, "not a JSON-RPC message of MCP", _id(given))


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
    shown = json.dumps(found)[:60]
    return error(
        INVALID_REQUEST, f"not a request: its id is {shown}, but has to be a string or an integer", _as_id(found)
    )


def answer_to_us(text: bytes) -> JSONRPCResponse | JSONRPCError | None:
    """Return what a text says that cannot be taken for a message but may be an answer to a request of ours, such as one
    whose error has no message; None if it is none.

    Otherwise the sender would wait for an answer that never comes.
    """
    try:
        given, is_json = from_json(text), True
    except ValueError:
        given, is_json = _read_leniently(text), False
    if not isinstance(given, dict) or "method" in given or given.keys().isdisjoint({"result", "error"}):
        return None
    request_id = _as_id(given.get("id"))
    if request_id is None:
        return None
    failed = given.get("error")
    if is_json and failed is None:
        result = given.get("result")
        return JSONRPCResponse(jsonrpc="2.0", id=request_id, result=result if isinstance(result, dict) else {})
    code, message = (failed.get("code"), failed.get("message")) if isinstance(failed, dict) else (None, failed)
    said = ErrorData(
        code=code if isinstance(code, int) and not isinstance(code, bool) else INVALID_REQUEST,
        # Characters that are none could not be handed on.
        message=message if isinstance(message, str) and is_json else "",
    )
    return JSONRPCError(jsonrpc="2.0", id=request_id, error=said)


def error(code: int, what: str, request_id: RequestId | None) -> JSONRPCError:
    """Make an answer. what: What the message is, such as "not valid JSON"."""
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
        return _as_id(given.get("id"))
    return None


def _as_id(given: Any) -> RequestId | None:
    # To JSON 1.0 and 1 are the same number.
    found = int(given) if isinstance(given, float) and given.is_integer() else as_request_id(given)
    # A lone surrogate cannot be sent back.
    if isinstance(found, str) and any("\ud800" <= character <= "\udfff" for character in found):
        return None
    return found
