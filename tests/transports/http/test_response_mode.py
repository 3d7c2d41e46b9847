"""A call that waits for nothing is answered with JSON, all else with a stream that tells of progress."""

from typing import Any

import pytest

from ...support.http_site import VPC, OpenSite

pytestmark = pytest.mark.anyio

SHARE = {"name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [VPC], "wait": False}
JSON, STREAM = "application/json", "text/event-stream"


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"name": "list_shares", "arguments": {}}, JSON),
        ({"name": "list_shares", "arguments": {"region": "NOT ONE"}}, JSON),
        ({"name": "list_shares", "arguments": {}, "_meta": {"progressToken": 0}}, STREAM),
        ({"name": "create_share", "arguments": SHARE}, STREAM),
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
async def test_what_is_no_call_is_an_error_as_ever(open_site: OpenSite, body: bytes) -> None:
    async with open_site(asks=False) as site, site.raw() as client:
        answer = await client.post("/mcp", content=body, headers={"content-type": JSON})
    assert "error" in answer.text
