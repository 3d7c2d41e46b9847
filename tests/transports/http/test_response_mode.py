"""A call is answered with JSON or with a stream of events, as the client takes it and as the call needs it."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest
from starlette.types import Message

from ...support.constants import NEW_SHARE, VPC
from ...support.http_site import OpenSite

pytestmark = pytest.mark.anyio

JSON, STREAM = "application/json", "text/event-stream"


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"name": "list_shares", "arguments": {}}, JSON),
        ({"name": "list_shares", "arguments": {"region": "NOT ONE"}}, JSON),
        ({"name": "list_shares", "arguments": {}, "_meta": {"progressToken": 0}}, STREAM),
        ({"name": "create_share", "arguments": NEW_SHARE}, STREAM),
        ({"name": "wait_until_ready", "arguments": {"share": VPC}}, STREAM),
        ({"name": ["list_shares"]}, STREAM),
        ({"name": "list_shares", "arguments": {}, "_meta": {"other": 0}}, JSON),
    ],
)
async def test_a_call_is_answered_in_the_kind_that_it_takes(
    open_site: OpenSite, params: dict[str, Any], kind: str
) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    async with open_site(asks=False) as site, site.raw() as client:
        answer = await client.post("/mcp", json=call, headers={"mcp-protocol-version": "2025-11-25"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == kind


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}'])
async def test_a_malformed_call_is_answered_with_an_error(open_site: OpenSite, body: bytes) -> None:
    async with open_site(asks=False) as site, site.raw() as client:
        answer = await client.post("/mcp", content=body, headers={"content-type": JSON})
    assert "error" in answer.text


@pytest.mark.parametrize(
    ("body", "request_id"),
    [
        (b'{"jsonrpc":"1.0","id":3,"method":"ping"}', 3),
        (b'{"jsonrpc":"2.0","id":"a","method":5}', "a"),
        (b'{"jsonrpc":"2.0","id":3,"method":"tools/list","params":[1]}', 3),
        (b'{"jsonrpc":"2.0","id":3}', 3),
        (b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}', None),
        (b"[]", None),
    ],
)
async def test_what_is_not_a_message_is_answered_in_words_to_its_id(
    open_site: OpenSite, body: bytes, request_id: object
) -> None:
    async with open_site(asks=False) as site, site.raw() as client:
        answer = await client.post("/mcp", content=body, headers={"content-type": JSON})
    assert (answer.status_code, answer.json()["id"]) == (400, request_id)
    assert answer.json()["error"]["message"].endswith(". Nothing was done.")
    assert "pydantic" not in answer.text


async def test_calls_of_both_kinds_at_once_are_each_answered_in_their_own_kind(open_site: OpenSite) -> None:
    """Fails if the SDK's session manager comes to read which kind it is to be only once another request may be under
    way, which response_mode.py relies on."""
    kinds: dict[str, set[str]] = {JSON: set(), STREAM: set()}

    async def post(client: httpx.AsyncClient, name: str, kind: str) -> None:
        params = {"name": name, "arguments": NEW_SHARE if name == "create_share" else {}}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = await client.post("/mcp", json=call, headers={"mcp-protocol-version": "2025-11-25"})
        kinds[kind].add(answer.headers["content-type"].partition(";")[0])

    async with open_site(asks=False) as site, site.raw() as client, anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(post, client, "list_shares", JSON)
            group.start_soon(post, client, "create_share", STREAM)
    assert kinds == {JSON: {JSON}, STREAM: {STREAM}}


async def test_the_body_of_a_caller_who_is_rejected_is_not_read(open_site: OpenSite) -> None:
    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    async with open_site() as site, site.raw("dnm_nobody") as client:
        answer = await client.post("/mcp", content=endless())
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("accept", "waiting_kind", "reading_kind"),
    [
        ("application/json, text/event-stream", STREAM, JSON),
        ("text/event-stream, application/json;q=0.9", STREAM, JSON),
        ("*/*, text/event-stream", STREAM, JSON),
        ("application/*, text/*", STREAM, JSON),
        ("text/*", STREAM, STREAM),
        ("application/*", JSON, JSON),
        ("application/json", JSON, JSON),
        ("APPLICATION/JSON", JSON, JSON),
        ("text/event-stream", STREAM, STREAM),
        ("*/*", JSON, JSON),
        ("", JSON, JSON),
        ("text/html", JSON, JSON),
    ],
)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
async def test_a_client_is_answered_in_a_kind_that_it_takes(
    open_site: OpenSite, accept: str, waiting_kind: str, reading_kind: str, version: str
) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    async with open_site(asks=False) as site, site.raw() as client:
        for name, arguments, kind in (("create_share", NEW_SHARE, waiting_kind), ("list_shares", {}, reading_kind)):
            params = {"name": name, "arguments": arguments, **({"_meta": meta} if version == "2026-07-28" else {})}
            answer = await client.post(
                "/mcp",
                json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
                headers={
                    "accept": accept,
                    "mcp-protocol-version": version,
                    "mcp-method": "tools/call",
                    "mcp-name": name,
                },
            )
            assert answer.status_code == 200, answer.text
            # Since 2026-07-28 the SDK makes a stream only once there is something to tell before the result.
            kinds = {kind} if version == "2025-11-25" else {kind, JSON}
            assert answer.headers["content-type"].partition(";")[0] in kinds
            assert "isError" in answer.text or "structuredContent" in answer.text


@pytest.mark.parametrize(
    ("body", "request_id"),
    [
        (b'{"jsonrpc":"2.0","id":1.0,"method":"tools/list"}', 1),
        (b'{"jsonrpc":"2.0","id":null,"method":"tools/list"}', None),
        (b'{"jsonrpc":"2.0","id":"odd","method":"tools/call","params":{"name":"\\ud800"}}', "odd"),
    ],
)
async def test_a_malformed_request_is_answered_with_its_id_and_words(
    open_site: OpenSite, body: bytes, request_id: object
) -> None:
    async with open_site(asks=False) as site, site.raw() as client:
        answer = await client.post("/mcp", content=body, headers={"content-type": JSON})
    assert answer.status_code == 400
    assert answer.json()["id"] == request_id
    assert answer.json()["error"]["message"].endswith("Nothing was done.")


@pytest.mark.parametrize("received", [b"", b'{"jsonrpc"'])
async def test_of_a_body_that_breaks_off_nothing_is_said(open_site: OpenSite, received: bytes) -> None:
    """What is raised here, uvicorn would write to the log with a traceback, as often as a stranger likes."""
    parts: list[Message] = [
        {"type": "http.request", "body": received, "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers = list[Message]()

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        answers.append(message)

    head = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/mcp", "query_string": b""}
    headers = [(b"host", b"127.0.0.1"), (b"content-type", JSON.encode())]
    async with open_site(asks=False) as site:
        await site.app({**head, "headers": headers, "client": ("198.51.100.7", 1)}, receive, send)
    assert answers == []


@pytest.mark.parametrize("method", ["prompts/get", "tools/list", "tools/zzz", "ping"])
async def test_what_is_not_a_call_of_a_tool_is_none_by_its_name(open_site: OpenSite, method: str) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"name": "list_shares", "arguments": {}}}
    async with open_site(asks=False) as site, site.raw() as client:
        answer = await client.post("/mcp", json=message, headers={"mcp-protocol-version": "2025-11-25"})
    assert answer.headers["content-type"].partition(";")[0] == STREAM


async def test_the_answer_to_what_is_not_a_message_has_no_more_than_an_error_has(open_site: OpenSite) -> None:
    async with open_site(asks=False) as site, site.raw() as client:
        answer = await client.post("/mcp", content=b"{", headers={"content-type": JSON})
    assert set(answer.json()) == {"jsonrpc", "id", "error"}
    assert set(answer.json()["error"]) == {"code", "message"}
