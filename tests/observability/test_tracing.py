"""Traces show which requests a call made. They are made only if that is asked for, and hold no token."""

import gzip
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.token_sources import account_token
from do_nfs_mcp.observability.tracing import instrumentation, tracing, wanted
from do_nfs_mcp.server import build_server
from do_nfs_mcp.settings import Settings
from mcp import Client
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from ..support.api_answers import CALLS, SHARE, answering, failing
from ..support.clock import Clock
from ..support.constants import TOKEN
from ..support.server_process import Server
from ..support.serving import serving

CAPTURE = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST"
HIDDEN = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What this process exports while the test runs."""
    exporter = InMemorySpanExporter()
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        # Once in a process there is no other.
        trace.set_tracer_provider(TracerProvider())
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    processor = SimpleSpanProcessor(exporter)
    provider.add_span_processor(processor)
    yield exporter
    processor.shutdown()


def shown(span: ReadableSpan) -> str:
    return str(span.to_json())


@pytest.mark.anyio
async def test_a_call_and_its_requests_are_one_trace_without_the_token(
    spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever runs the server may want to see headers. Not this one.
    monkeypatch.setenv(CAPTURE, ".*")
    monkeypatch.setenv(HIDDEN, "x-.*")
    prepare, clock = instrumentation(), Clock()
    api = NfsApi.connect("https://api.test", TOKEN, transport=answering(lambda _, text: text), prepare=prepare)
    server = build_server(lambda: api, clock=clock, sleep=clock.sleep)
    async with Client(server) as client:
        spans.clear()
        await client.call_tool("get_storage_overview", {})
    finished = spans.get_finished_spans()
    (call,) = [span for span in finished if span.attributes and "gen_ai.tool.name" in span.attributes]
    requests = [span for span in finished if span.attributes and "http.url" in span.attributes]
    assert call.name == "tools/call get_storage_overview"
    assert [dict(span.attributes or {})["http.url"] for span in requests] == [
        "https://api.test/v2/nfs",
        "https://api.test/v2/nfs/snapshots",
        "https://api.test/v2/vpcs?page=1&per_page=200",
    ]
    for span in requests:
        assert span.context.trace_id == call.context.trace_id
        assert span.parent is not None
        assert span.parent.span_id == call.context.span_id
        assert span.attributes
        assert span.attributes["http.request.header.authorization"] == ("[REDACTED]",)
    for span in finished:
        assert TOKEN not in shown(span)


@pytest.mark.anyio
async def test_a_trace_tells_what_failed_without_the_token(spans: InMemorySpanExporter) -> None:
    transport = failing(500, lambda: f"Bearer {TOKEN}")
    api = NfsApi.connect("https://api.test", TOKEN, transport=transport, prepare=instrumentation(), sleep=Clock().sleep)
    async with Client(build_server(lambda: api)) as client:
        await client.call_tool("get_share", {"share": SHARE["id"]})
        await client.call_tool("create_share", CALLS["create_share"])
    finished = spans.get_finished_spans()
    assert sum(not span.status.is_ok for span in finished) >= 4
    for span in finished:
        assert TOKEN not in shown(span)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_SERVICE_NAME": "nfs"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"}, False),
    ],
)
def test_traces_are_made_only_if_opentelemetry_s_variables_say_so(environment: dict[str, str], expected: bool) -> None:
    assert wanted(environment) == expected


@pytest.mark.parametrize("missing", ["opentelemetry.sdk.trace", "opentelemetry.instrumentation.httpx"])
def test_a_server_without_the_otel_extra_says_so_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setitem(sys.modules, missing, None)
    before = trace.get_tracer_provider()
    tracing()(object())  # type: ignore[arg-type]  # It must not be touched.
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "do-nfs-mcp[otel]" in said.err
    assert trace.get_tracer_provider() is before


def test_an_exporter_that_would_write_to_stdout_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "console")
    tracing()(object())  # type: ignore[arg-type]  # It must not be touched.
    assert "OTEL_TRACES_EXPORTER has to be otlp or none" in capsys.readouterr().err


@pytest.mark.anyio
@pytest.mark.parametrize("receiver", [None, "an agent's"])
async def test_calls_are_spans_only_where_somebody_receives_them(
    spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch, receiver: str | None
) -> None:
    if receiver is None:
        monkeypatch.setattr(trace, "get_tracer_provider", trace.ProxyTracerProvider)
    settings = Settings(sandbox=":memory:")
    server = server_from_settings(settings, account_token(settings))
    async with Client(server) as client:
        spans.clear()
        assert not (await client.call_tool("list_shares", {})).is_error
    made = [span.name for span in spans.get_finished_spans() if span.kind == SpanKind.SERVER]
    assert ("tools/call list_shares" in made, bool(made)) == (receiver is not None, receiver is not None)


def test_opentelemetry_is_loaded_only_if_traces_are_wanted(start: Callable[..., Server]) -> None:
    server = start("--sandbox", PYTHONVERBOSE="1")
    server.initialize()
    server.call("list_shares")
    loaded = server.stop()
    assert "import 'opentelemetry.trace'" in loaded
    assert "opentelemetry.sdk" not in loaded
    assert "opentelemetry.instrumentation" not in loaded
    assert "opentelemetry.exporter" not in loaded


def test_traces_arrive_at_a_collector(start: Callable[..., Server]) -> None:
    received: list[bytes] = []

    async def collector(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        received.append(gzip.decompress(body) if dict(scope["headers"]).get(b"content-encoding") == b"gzip" else body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with serving(collector) as url:
        server = start("--sandbox", OTEL_EXPORTER_OTLP_ENDPOINT=url)
        server.initialize()
        server.call("list_shares")
        assert server.stop() == ""
    sent = [ExportTraceServiceRequest.FromString(body) for body in received]
    resources = [resource for request in sent for resource in request.resource_spans]
    assert {a.value.string_value for r in resources for a in r.resource.attributes if a.key == "service.name"} == {
        "do-nfs-mcp"
    }
    found = [span for r in resources for scope in r.scope_spans for span in scope.spans]
    (call,) = [span for span in found if span.name == "tools/call list_shares"]
    assert [span.parent_span_id for span in found if span.name == "GET"] == [call.span_id]
    # The sandbox's own token.
    assert b"dop_v1_" not in b"".join(received)
