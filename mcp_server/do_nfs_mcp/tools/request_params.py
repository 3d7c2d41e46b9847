"""The params of requests, as hosts really send them: what stands for nothing is taken for nothing, and what is wrong is
said in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp_types import INVALID_PARAMS
from pydantic import ValidationError

from do_nfs_mcp.api.untrusted_text import plain, quoted

__all__ = ["tidy_params"]

# What the SDK says of all params that do not fit, and of a request that comes before the handshake.
_WITHOUT_WORDS = "Invalid request parameters"
_WORDS = {
    "missing": "is required",
    "dict_type": "has to be an object",
    "mapping_type": "has to be an object",
    "model_type": "has to be an object",
    "model_attributes_type": "has to be an object",
    "list_type": "has to be an array",
    "string_type": "has to be a string",
    "int_type": "has to be an integer",
}
_MOST = 5


async def tidy_params(context: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware that tidies the params of a request, and says what is wrong with those that do not fit.

    Raises:
        MCPError: The params do not fit.
    """
    try:
        tidied = _tidied(context.method, context.params)
        return await call_next(context if tidied == context.params else replace(context, params=tidied))
    except ValidationError as error:
        raise MCPError(INVALID_PARAMS, _explained(context.method, error)) from error
    except MCPError as error:
        if error.error.message != _WITHOUT_WORDS:
            raise
        raise MCPError(INVALID_PARAMS, f"{context.method} came before initialize. Nothing was done.") from error


def _tidied(method: str, params: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if params is None:
        return None
    tidied = dict(params)
    # PHP knows no empty object.
    if method in {"tools/call", "prompts/get"} and tidied.get("arguments") in (None, []):
        tidied.pop("arguments", None)
    meta = tidied.get("_meta")
    if meta in (None, []):
        tidied.pop("_meta", None)
    elif isinstance(meta, dict) and meta.get("progressToken", 0) is None:
        tidied["_meta"] = {key: value for key, value in meta.items() if key != "progressToken"}
    return tidied


def _explained(method: str, error: ValidationError) -> str:
    found = {
        ".".join(map(str, problem["loc"])): f"{_WORDS.get(problem['type'], problem['msg'])}{_shown(problem)}"
        for problem in error.errors(include_url=False, include_context=False)
    }
    said = "; ".join(f"{plain(name, 80)} {words}" for name, words in list(found.items())[:_MOST])
    return f"The request {plain(method, 60)} does not fit: {said}. Nothing was done."


def _shown(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "missing":
        return ""
    given = problem["input"]
    return f" (it was {quoted(given, 60) if isinstance(given, str) else plain(repr(given), 60)})"
