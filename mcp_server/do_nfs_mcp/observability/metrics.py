"""What an operator watches of a server over HTTP, as Prometheus reads it. No label holds a name, an id or a token."""

import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any

from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from do_nfs_mcp.observability.call_record import CallRecord, recording
from do_nfs_mcp.observability.failure import META_KEY, FailureKind

__all__ = ["Metrics"]

# In seconds: what one request answers, what several do, and what waits for a change.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# What is not answered; and a tool that there is none of, whose name could be anything.
_NONE, _OTHER = "none", "other"


class Metrics:
    """Counts what happens from the time it is made, and shows it.

    Args:
        tools: The names that a tool can have.
        clock: A time in seconds that never goes back.

    Attributes:
        content_type: What `shown` returns.
        levels: Returns what is left now, by the name of what it is left of. What is not known is left out.
    """

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, tools: Collection[str], clock: Callable[[], float] = time.monotonic) -> None:
        self.levels: Callable[[], Awaitable[Mapping[str, float]]] = _no_levels
        self._left: Mapping[str, float] = {}
        self._tools = frozenset(tools)
        self._clock = clock
        self._registry = CollectorRegistry()
        reader = PrometheusMetricReader(True, "do_nfs_mcp", scope_info_enabled=False, registry=self._registry)
        meter = MeterProvider([reader]).get_meter("do_nfs_mcp")
        self._calls = meter.create_counter("calls", description="Calls of tools, by what came of them")
        self._seconds = meter.create_histogram(
            "call_duration", "s", "How long calls of tools took", explicit_bucket_boundaries_advisory=_BUCKETS
        )
        self._in_flight = meter.create_up_down_counter("calls_in_flight", description="Calls of tools under way")
        self._questions = meter.create_counter("questions", description="Questions to a person, by their answer")
        self._requests = meter.create_counter("api_requests", description="Requests to the API, by the answer's status")
        self._refused = meter.create_counter("refused_logins", description="Requests refused before MCP, by status")
        for name, description in (
            ("rate_limit_remaining", "Requests left of the API's rate limit"),
            ("allowance_left_gib", "GiB that can be ordered now without asking a person"),
        ):
            meter.create_observable_gauge(name, [self._observer(name)], description=description)

    async def shown(self) -> bytes:
        """Return all of it, in Prometheus' text format."""
        self._left = await self.levels()
        return generate_latest(self._registry)

    def watching(self) -> ServerMiddleware[Any]:
        """Make the middleware that counts the calls of tools, and what was asked of a person meanwhile."""

        async def watch(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
            if ctx.method != "tools/call":
                return await call_next(ctx)
            name = (ctx.params or {}).get("name")
            tool = {"tool": name if name in self._tools else _OTHER}
            start = self._clock()
            self._in_flight.add(1)
            outcome = "cancelled"
            with recording() as record:
                try:
                    result = await call_next(ctx)
                    outcome = _outcome(result)
                    return result
                except MCPError:
                    outcome = str(FailureKind.REFUSED)
                    raise
                except Exception:
                    outcome = str(FailureKind.FAILED)
                    raise
                finally:
                    self._in_flight.add(-1)
                    self._calls.add(1, {**tool, "outcome": outcome})
                    self._seconds.record(self._clock() - start, tool)
                    self._count_question(record)

        return watch

    def count_request(self, operation: str, status: int | None) -> None:
        """Count a request to the API.

        Args:
            operation: The operation's name.
            status: The answer's HTTP status; None if there was none.
        """
        self._requests.add(1, {"operation": operation, "status": _NONE if status is None else str(status)})

    def count_refusal(self, status: int) -> None:
        """Count a request that was refused before it was read. status: The answer's HTTP status."""
        self._refused.add(1, {"status": str(status)})

    def _count_question(self, record: CallRecord) -> None:
        if record.question:
            self._questions.add(1, {"by": record.question["by"], "answer": record.question.get("answer", _NONE)})

    def _observer(self, name: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
        return lambda _: [Observation(self._left[name])] if name in self._left else []


def _outcome(result: Any) -> str:
    if result.get("resultType") == "input_required":
        return "asked"
    if not result.get("isError"):
        return "done"
    return str(result.get("_meta", {}).get(META_KEY, {}).get("kind", FailureKind.FAILED))


async def _no_levels() -> Mapping[str, float]:
    return {}
