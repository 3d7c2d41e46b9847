"""A call that waits for nothing is answered with JSON, all else with a stream that tells of progress."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

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


async def test_the_body_of_a_caller_who_is_not_let_in_is_not_read(open_site: OpenSite) -> None:
    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    async with open_site() as site, site.raw("dnm_nobody") as client:
        answer = await client.post("/mcp", content=endless())
    assert answer.status_code == 401
