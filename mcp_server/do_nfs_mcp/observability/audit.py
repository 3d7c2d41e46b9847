"""A line for each call that may change storage: who made it, with what, what it changed, and what came of it."""

import io
import json
import logging
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from mcp import MCPError
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import principal_components
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext

from do_nfs_mcp.audience import for_reader
from do_nfs_mcp.observability.call_record import CallRecord, Thing, recording
from do_nfs_mcp.observability.failure import META_KEY, FailureKind

__all__ = ["Audit"]

logger = logging.getLogger(__name__)

# Of what a caller or an error can make as long as they like.
_LONGEST = 2000
# Of what was at stake, which has to be there in full: a hundred snapshots, say.
_LONGEST_STAKE = 40_000
_LONGEST_NAME = 200
# What of a secret begins before a text is cut is mostly within so many characters.
_LONGEST_ENCODED = 64_000


class Audit:
    """Writes the lines, as JSON.

    Args:
        stream: Where they go.
        masked: Takes secrets out of a line.
        required: Whether a change is sent only if a line that says so has been written. What cannot be written
            otherwise is logged, and the call goes on.
    """

    def __init__(self, stream: TextIO | io.TextIOBase, masked: Callable[[str], str], *, required: bool = False) -> None:
        self._stream = stream
        self._masked = masked
        self._required = required

    def watching(self, tools: Collection[str]) -> ServerMiddleware[Any]:
        """Make the middleware that writes a line for each call of these tools."""

        async def watch(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
            params = ctx.params or {}
            name = params.get("name")
            if ctx.method != "tools/call" or not isinstance(name, str) or name not in tools:
                return await call_next(ctx)
            clock: Callable[[], float] = ctx.lifespan_context.clock
            start = clock()
            line = {
                "time": "",
                "call": secrets.token_hex(8),
                "caller": _caller(ctx),
                "tool": name,
                "arguments": self._bounded(params.get("arguments") or {}, _LONGEST),
            }

            def announce(thing: Thing) -> None:
                line["time"] = _timestamp(clock())
                self._write({**line, "outcome": "sending", "changes": [self._short(thing)]})

            outcome, said = "cancelled", ""
            failure: Mapping[str, Any] = {}
            content: Mapping[str, Any] = {}
            with recording(announce if self._required else None) as record:
                try:
                    result = await call_next(ctx)
                    outcome, said, failure, content = _outcome(result)
                    return result
                except MCPError as error:
                    outcome, said = "refused", error.error.message
                    raise
                except Exception as error:
                    outcome, said = "failed", type(error).__name__
                    raise
                finally:
                    noted = {
                        "outcome": outcome,
                        "said": self._cut(said, _LONGEST),
                        "failure": failure,
                        "question": self._question(record),
                        "changes": [self._short(_identified(record.named(thing), content)) for thing in record.changes],
                        "before": self._bounded(content.get("before"), _LONGEST_STAKE),
                        "after": self._bounded(content.get("after"), _LONGEST_STAKE),
                    }
                    end = clock()
                    line["time"] = _timestamp(end)
                    self._try_to_write(
                        {
                            **line,
                            **{name: value for name, value in noted.items() if value},
                            "requests": record.requests,
                            "seconds": round(end - start, 3),
                        }
                    )

        return watch

    def _bounded(self, value: Any, longest: int) -> Any:
        masked, is_whole = self._beginning(json.dumps(value), longest)
        return value if is_whole else masked

    def _cut(self, text: str, longest: int) -> str:
        return self._beginning(text, longest)[0]

    def _beginning(self, text: str, longest: int) -> tuple[str, bool]:
        """Return what is shown of a text, without secrets, and whether that is all of it."""
        # Of a secret that is cut no more could be told that it is one, and a caller can send megabytes.
        looked_at = text[: longest + _LONGEST_ENCODED]
        masked = self._masked(looked_at)
        is_whole = looked_at == text and len(masked) <= longest
        return (masked if is_whole else masked[:longest] + "..."), is_whole

    def _short(self, thing: Thing) -> Thing:
        return {part: self._cut(text, _LONGEST_NAME) for part, text in thing.items()}

    def _question(self, record: CallRecord) -> dict[str, str]:
        longest = {"text": _LONGEST_STAKE}
        return {
            part: self._cut(text, longest.get(part, _LONGEST_NAME)) for part, text in (record.question or {}).items()
        }

    def _write(self, line: dict[str, Any]) -> None:
        """Write a line. Raises OSError, also for a stream that is closed."""
        try:
            self._stream.write(self._masked(json.dumps(line)) + "\n")
            self._stream.flush()
        except ValueError as error:
            raise OSError(str(error)) from error

    def _try_to_write(self, line: dict[str, Any]) -> None:
        try:
            self._write(line)
        except OSError as error:
            logger.error("A line of the audit could not be written: %s", error)


def _identified(thing: Thing, content: Mapping[str, Any]) -> Thing:
    """Return something new with its id, which is in the result if the answer to the request was lost."""
    found = content.get(thing["kind"].replace(" ", "_"))
    return thing if "id" in thing or not found else thing | {"id": found["id"]}


def _outcome(result: Any) -> tuple[str, str, Mapping[str, Any], Mapping[str, Any]]:
    """Return what came of a call, from what goes to the host.

    Returns:
        The outcome; if the call failed, what was said, in words and as data; otherwise the structured content.
    """
    if result.get("resultType") == "input_required":
        return "asked", "", {}, {}
    if not result.get("isError"):
        content = result.get("structuredContent") or {}
        return content.get("outcome", "done"), "", {}, content
    failure = result.get("_meta", {}).get(META_KEY, {})
    said = " ".join(block.get("text", "") for block in result["content"])
    return _failed(failure), said, failure, {}


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


def _caller(context: ServerRequestContext[Any, Any]) -> dict[str, str]:
    """Return who calls, by what they come and by what has let them in: nothing that a JWT says is a token's name."""
    access = get_access_token()
    if context.request is None and access is None:
        return {"via": for_reader("stdio", "terminal")}
    if access is None:
        return {"via": "http"}
    client, issuer, subject = principal_components(access)
    named = {"issuer": issuer, "subject": subject, "client": client} if issuer else {"token_name": client}
    return {"via": "http", **{part: value for part, value in named.items() if value}}


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
