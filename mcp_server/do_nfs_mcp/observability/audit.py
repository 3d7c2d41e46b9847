"""A line for each call that may change storage: who made it, with what, and what came of it."""

import io
import json
import logging
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from mcp import MCPError
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext

from do_nfs_mcp.observability.failure import META_KEY, FailureKind

__all__ = ["Audit", "note_answer", "note_request"]

logger = logging.getLogger(__name__)

# Of the arguments, and of what is said of an error.
_LONGEST = 2000

_requests: ContextVar[list[dict[str, Any]] | None] = ContextVar("requests", default=None)


def note_request(method: str) -> None:
    """Note a request to the API, not answered yet, for the line of the call that it is part of, if that has one."""
    requests = _requests.get()
    if requests is not None:
        requests.append({"method": method, "status": None, "id": ""})


def note_answer(method: str, status: int, request_id: str) -> None:
    """Note the answer to the last such request."""
    for noted in reversed(_requests.get() or ()):
        if (noted["method"], noted["status"]) == (method, None):
            noted.update(status=status, id=request_id)
            return


class Audit:
    """Writes the lines, as JSON.

    Args:
        stream: Where they go. What cannot be written there is logged, and the call goes on.
        masked: Takes secrets out of a line.
    """

    def __init__(self, stream: TextIO | io.TextIOBase, masked: Callable[[str], str]) -> None:
        self._stream = stream
        self._masked = masked

    def watching(self, tools: Collection[str]) -> ServerMiddleware[Any]:
        """Make the middleware that writes a line for each call of these tools."""

        async def watch(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
            params = ctx.params or {}
            name = params.get("name")
            if ctx.method != "tools/call" or not isinstance(name, str) or name not in tools:
                return await call_next(ctx)
            clock: Callable[[], float] = ctx.lifespan_context.clock
            start = clock()
            requests: list[dict[str, Any]] = []
            token = _requests.set(requests)
            outcome, said = "cancelled", ""
            failure: Mapping[str, Any] = {}
            try:
                result = await call_next(ctx)
                outcome, said, failure = _outcome(result)
                return result
            except MCPError as error:
                outcome, said = "refused", error.error.message
                raise
            except Exception as error:
                outcome, said = "failed", type(error).__name__
                raise
            finally:
                _requests.reset(token)
                self._write(
                    {
                        "time": datetime.fromtimestamp(start, UTC).isoformat(timespec="milliseconds"),
                        "caller": _caller(ctx),
                        "tool": name,
                        "arguments": self._bounded(params.get("arguments") or {}),
                        "outcome": outcome,
                        **({"said": _cut(said)} if said else {}),
                        **({"failure": failure} if failure else {}),
                        "requests": requests,
                        "seconds": round(clock() - start, 3),
                    }
                )

        return watch

    def _bounded(self, arguments: Any) -> Any:
        # Of a secret that is cut no more could be told that it is one.
        text = self._masked(json.dumps(arguments))
        return arguments if len(text) <= _LONGEST else _cut(text)

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._stream.write(self._masked(json.dumps(line)) + "\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            logger.error("A line of the audit could not be written: %s", error)


def _outcome(result: Any) -> tuple[str, str, Mapping[str, Any]]:
    """Return what came of a call, from what goes to the host, and what was said, in words and as data, if it failed."""
    if result.get("resultType") == "input_required":
        return "asked", "", {}
    if not result.get("isError"):
        return result.get("structuredContent", {}).get("outcome", "done"), "", {}
    failure = result.get("_meta", {}).get(META_KEY, {})
    said = " ".join(block.get("text", "") for block in result["content"])
    return _failed(failure), said, failure


def _failed(failure: Mapping[str, Any]) -> str:
    match failure:
        case {"kind": FailureKind.REFUSED | FailureKind.DECLINED as kind}:
            return str(kind)
        case {"kind": FailureKind.UNANSWERED}:
            return "asked"
        # That nothing has the name was found out here; that nothing has the id the API has answered.
        case {"kind": FailureKind.NOT_FOUND} if "status" not in failure:
            return str(FailureKind.REFUSED)
    return str(FailureKind.FAILED)


def _caller(context: ServerRequestContext[Any, Any]) -> str:
    access = get_access_token()
    if access is not None:
        return access.client_id
    return "stdio" if context.request is None else "http"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
