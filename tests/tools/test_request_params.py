"""Params that stand for nothing are taken for nothing; those that do not fit are an error with words and an id."""

from collections.abc import Iterator
from typing import Any

import pytest

from ..support.server_process import Server

INVALID_PARAMS = -32602
EMPTY = {"total": 0, "shares": []}


@pytest.fixture(scope="module", params=["2025-11-25", "2026-07-28"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    server = Server(("--sandbox",), {})
    server.discover() if request.param == "2026-07-28" else server.initialize()
    yield server
    server.stop()


@pytest.mark.parametrize(
    "params",
    [
        {"arguments": []},
        {"arguments": None},
        {},
        {"_meta": {"progressToken": None}},
        {"arguments": [], "_meta": {"progressToken": None}},
    ],
)
def test_what_stands_for_nothing_is_nothing(server: Server, params: dict[str, Any]) -> None:
    answer = server.request("tools/call", {"name": "list_shares", **params})
    assert answer["result"]["structuredContent"] == EMPTY


@pytest.mark.parametrize(
    ("method", "params", "said"),
    [
        ("tools/call", {"name": "list_shares", "arguments": "{}"}, 'arguments has to be an object (it was "{}")'),
        ("tools/call", {"name": "list_shares", "arguments": [1]}, 'arguments has to be an object (it was "[1]")'),
        ("tools/call", {"name": 7}, "name has to be a string (it was 7)"),
        ("tools/call", {"arguments": {}}, "name is required"),
        ("prompts/get", {}, "name is required"),
        ("resources/read", {"uri": None}, "uri has to be a string (it was None)"),
    ],
)
def test_what_does_not_fit_is_said(server: Server, method: str, params: dict[str, Any], said: str) -> None:
    error = server.request(method, params)["error"]
    assert error["code"] == INVALID_PARAMS
    assert said in error["message"]
    assert error["message"].startswith(f"The request {method} does not fit: ")
    assert error["message"].endswith(". Nothing was done.")
    assert "\n" not in error["message"]


def test_an_empty_array_is_not_an_argument_of_a_prompt(server: Server) -> None:
    said = server.request("prompts/get", {"name": "mount_share", "arguments": []})["error"]["message"]
    assert "share is required" in said


def test_an_empty_array_is_not_meta() -> None:
    server = Server(("--sandbox",), {})
    server.initialize()
    server.write(b'{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"list_shares","_meta":[]}}')
    answer = server.read()
    assert answer["result"]["structuredContent"] == EMPTY
    server.stop()


def test_a_request_before_the_handshake_is_told_so() -> None:
    server = Server(("--sandbox",), {})
    error = server.request("tools/list", {})["error"]
    assert error["message"] == "tools/list came before initialize. Nothing was done."
    server.stop()
