"""Traces of calls, if OpenTelemetry's own variables are set. The SDK makes a span of each tool call; what is
added here is one of each request to the API, in the same trace, and where both are sent."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

__all__ = ["has_receiver", "tracing"]

_SET = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
# Regular expressions of headers whose values no span shows, whichever it is told to capture.
_HIDDEN = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS"


def wanted(environment: Mapping[str, str]) -> bool:
    """Return whether these variables ask for traces."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or environment.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return any(environment.get(variable) for variable in _SET)


def tracing() -> Callable[["httpx.AsyncClient"], None]:
    """Send traces if this process's environment asks for it. If it cannot be done, that is said on stderr.

    Returns:
        What makes an httpx client's requests spans, or does nothing.
    """
    if not wanted(os.environ):
        return _leave
    if (exporter := os.environ.get("OTEL_TRACES_EXPORTER", "otlp")) != "otlp":
        return _without(f"OTEL_TRACES_EXPORTER has to be otlp or none, not {exporter!r}")
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        instrument = instrumentation()
    except ImportError as error:
        return _without(f"{error.name} is not installed, which do-nfs-mcp[otel] brings along")
    os.environ.setdefault("OTEL_SERVICE_NAME", "do-nfs-mcp")
    # In seconds. So long may the end of the process take if nobody receives them.
    os.environ.setdefault("OTEL_EXPORTER_OTLP_TIMEOUT", "3")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return instrument


def has_receiver() -> bool:
    """Return whether anybody receives this process's spans: who `tracing` sends them to or, say, an agent."""
    from opentelemetry import trace

    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def instrumentation() -> Callable[["httpx.AsyncClient"], None]:
    """Return what makes an httpx client's requests spans, which never show the token.

    Raises:
        ImportError: If the extra is not installed.
    """
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

    os.environ[_HIDDEN] = ",".join(filter(None, [os.environ.get(_HIDDEN), "authorization"]))
    return HTTPXClientInstrumentor.instrument_client


def _leave(_: "httpx.AsyncClient") -> None:
    """Change nothing."""


def _without(reason: str) -> Callable[["httpx.AsyncClient"], None]:
    print(f"do-nfs-mcp: no traces are sent: {reason}.", file=sys.stderr)
    return _leave
