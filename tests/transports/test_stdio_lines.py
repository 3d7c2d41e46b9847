"""What is no message, or an odd one, is answered with an error or not at all, and the next good line works."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from do_nfs_mcp.transports.stdio import LONGEST_LINE, Lines

from ..support.server_process import Server

PROTOCOL_VERSIONS = ("2025-11-25", "2026-07-28")
PARSE_ERROR, INVALID_REQUEST = -32700, -32600
LONG = 20_000_000


def begin(server: Server, protocol_version: str) -> Server:
    if protocol_version == "2026-07-28":
        server.discover()
    else:
        server.initialize()
    return server


@pytest.fixture(scope="module", params=PROTOCOL_VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One for all of these lines, so that each comes after those before."""
    server = Server(("--sandbox",), {})
    yield begin(server, request.param)
    assert "Traceback" not in server.stop()


def works(server: Server) -> bool:
    return bool(server.call("list_shares")["structuredContent"] == {"total": 0, "shares": []})


def call(size: bytes, meta: dict[str, Any] | None = None) -> bytes:
    """A call of resize_share with this JSON for a size."""
    return (
        b'{"jsonrpc":"2.0","id":"odd","method":"tools/call","params":{"name":"resize_share",'
        b'"arguments":{"share":"a","size_gib":%b},"_meta":%b}}' % (size, json.dumps(meta or {}).encode())
    )


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, id=name)
        for name, line in {
            "words": b"this is not JSON",
            "half a message": b'{"jsonrpc":"2.0","id":1,"method":"to',
            "random bytes": bytes(range(128, 256)) + bytes(n for n in range(32) if n != 10),
            "UTF-16": '{"jsonrpc":"2.0","id":1,"method":"ping"}'.encode("utf-16"),
            "NULs": b"\x00" * 1000,
            "100,000 brackets": b"[" * 100_000,
            "100,000 brackets and as many that close": b"[" * 100_000 + b"]" * 100_000,
            "100,000 brackets in a call": call(b"[" * 100_000 + b"]" * 100_000),
        }.items()
    ],
)
def test_a_line_that_is_not_json_is_an_error_and_the_next_line_works(server: Server, line: bytes) -> None:
    server.write(line)
    answer = server.read()
    assert (answer["id"], answer["error"]["code"]) == (None, PARSE_ERROR)
    assert "not valid JSON" in answer["error"]["message"]
    assert works(server)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b'"\xff\xfe"', id="invalid UTF-8"),
        pytest.param(b'"\x00"', id="a NUL"),
        pytest.param(b'"\\ud800"', id="a lone surrogate"),
        pytest.param(b"9" * 5000, id="an integer of 5,000 digits"),
    ],
)
def test_a_wrong_value_is_an_error_to_the_id_of_its_request(server: Server, value: bytes) -> None:
    server.write(call(value))
    answer = server.read()
    assert (answer["id"], answer["error"]["code"]) == ("odd", PARSE_ERROR)
    assert "not valid JSON" in answer["error"]["message"]
    assert works(server)


@pytest.mark.parametrize(
    ("given", "answered"),
    [("1.0", 1), ("1e0", 1), ("1.5", None), ("null", None), ("true", None), ("[1]", None)],
)
def test_a_request_whose_id_is_none_is_an_error_with_words(server: Server, given: str, answered: object) -> None:
    server.write(b'{"jsonrpc":"2.0","id":%b,"method":"tools/list"}' % given.encode())
    answer = server.read()
    assert (answer["id"], answer["error"]["code"]) == (answered, INVALID_REQUEST)
    assert "has to be a string or an integer" in answer["error"]["message"]
    assert works(server)


@pytest.mark.parametrize(
    ("line", "answered"),
    [
        pytest.param(b'[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0"}]', None, id="a batch"),
        pytest.param(b"[]", None, id="an empty batch"),
        pytest.param(b"null", None, id="null"),
        pytest.param(b"NaN", None, id="NaN"),
        pytest.param(b'"ping"', None, id="a text"),
        pytest.param(b"{}", None, id="an empty object"),
        pytest.param(b'{"jsonrpc":"2.0","id":{},"method":7}', None, id="an object for an id"),
        pytest.param(b'{"jsonrpc":"2.0","id":true,"method":7}', None, id="a boolean for an id"),
        pytest.param(b'{"jsonrpc":"2.0","id":7}', 7, id="no method"),
        pytest.param(b'{"jsonrpc":"2.0","id":"b","method":null}', "b", id="no name for a method"),
        pytest.param(b'{"jsonrpc":"1.0","id":8,"method":"ping"}', 8, id="another JSON-RPC"),
        pytest.param(b'{"jsonrpc":"2.0","id":9,"method":"ping","params":[1]}', 9, id="params by position"),
        # Its id would be one of the server's own requests.
        pytest.param(b'{"jsonrpc":"2.0","id":1,"result":5}', None, id="an answer of another kind"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"error":"no"}', None, id="an error of another kind"),
    ],
)
def test_a_line_that_is_not_a_message_is_an_error_to_its_id_and_the_next_line_works(
    server: Server, line: bytes, answered: object
) -> None:
    server.write(line)
    answer = server.read()
    assert (answer["id"], answer["error"]["code"]) == (answered, INVALID_REQUEST)
    assert "not a JSON-RPC message" in answer["error"]["message"]
    assert works(server)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, id=name)
        for name, line in {
            "an empty line": b"",
            "blanks": b" \t \r",
            "many empty lines": b"\n" * 100_000,
            "an answer to nothing": b'{"jsonrpc":"2.0","id":4711,"result":{"action":"accept"}}',
            "an error to nothing": b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}',
            "a notification with an id": b'{"jsonrpc":"2.0","id":null,"method":"notifications/initialized"}',
            "an unknown notification": b'{"jsonrpc":"2.0","method":"notifications/odd","params":{"a":[NaN]}}',
            "a cancellation of nothing": b'{"jsonrpc":"2.0","method":"notifications/cancelled",'
            b'"params":{"requestId":[1]}}',
        }.items()
    ],
)
def test_a_line_that_needs_no_answer_gets_none_and_the_next_line_works(server: Server, line: bytes) -> None:
    server.write(line)
    assert works(server)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(value, id=name)
        for name, value in {
            "NaN": b"NaN",
            "infinity": b"-Infinity",
            "more than a float holds": b"1e999",
            "an escaped NUL": b'"\\u0000"',
            "a deep array": b"[" * 190 + b"]" * 190,
            "a deep object": b'{"a":' * 190 + b"1" + b"}" * 190,
            "a text of 1 MB": b'"' + b"x" * 1_000_000 + b'"',
            "a long array": b"[" + b"[]," * 300_000 + b"0]",
        }.items()
    ],
)
def test_an_odd_argument_is_an_error_in_words_and_the_next_line_works(server: Server, value: bytes) -> None:
    server.write(call(value, server.meta))
    answer = server.read()
    assert answer["id"] == "odd"
    assert answer["result"]["isError"]
    said = answer["result"]["content"][0]["text"]
    assert "size_gib" in said
    assert len(said) < 500
    assert works(server)


def test_a_size_of_4000_digits_is_an_error_in_words_and_the_next_line_works(server: Server) -> None:
    # No size is too large before the API says so; here it is the share that there is not.
    server.write(call(b"9" * 4000, server.meta))
    answer = server.read()
    assert answer["result"]["isError"]
    assert 'no share has the name or id "a"' in answer["result"]["content"][0]["text"]
    assert works(server)


def test_an_id_used_twice_at_once_is_answered_twice(server: Server) -> None:
    server.write(call(b"null", server.meta) + b"\n" + call(b"null", server.meta))
    assert [server.read()["id"], server.read()["id"]] == ["odd", "odd"]
    assert works(server)


def test_an_id_that_cannot_be_given_back_is_an_error_and_the_next_line_works(server: Server) -> None:
    server.write(b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}')
    answer = server.read()
    assert (answer["id"], answer["error"]["code"]) == (None, PARSE_ERROR)
    assert works(server)


@pytest.mark.parametrize("number", [0, -1, 10**100, "", "\x00", "é" * 1000])
def test_any_id_is_given_back_as_it_was(server: Server, number: object) -> None:
    line = {"jsonrpc": "2.0", "id": number, "method": "tools/list", "params": {"_meta": server.meta}}
    server.write(json.dumps(line).encode())
    assert server.read()["id"] == number
    assert works(server)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(call(b'"' + b"x" * LONG + b'"'), id="JSON"),
        pytest.param(b"[" * LONG, id="brackets"),
        pytest.param(b"\xff\x00" * (LONG // 2), id="bytes"),
    ],
)
def test_a_line_of_20_mb_is_an_error_and_its_memory_is_given_back(server: Server, line: bytes) -> None:
    assert works(server)
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    for _ in range(3):
        server.write(line)
        answer = server.read()
        assert (answer["id"], answer["error"]["code"]) == (None, INVALID_REQUEST)
        assert f"longer than {LONGEST_LINE} bytes" in answer["error"]["message"]
        assert works(server)
    assert process.memory_info().rss - before < LONG / 2


def test_a_line_may_come_in_pieces_and_several_at_once() -> None:
    lines = Lines()
    pieces = [b'{"a"', b":1", b"}", b"\n\n2\n3", b"\n", b"4"]
    assert [line for piece in pieces for line in lines.cut(piece)] == [b'{"a":1}', b"", b"2", b"3"]
    assert lines.rest() == b"4"
    assert lines.rest() == b""


def test_of_a_line_without_an_end_no_more_is_kept_than_needed_to_refuse_it() -> None:
    lines = Lines()
    for _ in range(100):
        assert list(lines.cut(b"x" * 1_000_000)) == []
    assert len(lines.rest()) == LONGEST_LINE + 1


def test_a_last_line_without_an_end_is_answered(start: Callable[..., Server]) -> None:
    server = start("--sandbox")
    server.initialize()
    assert server.process.stdin is not None
    server.process.stdin.write(call(b"1"))
    server.close_stdin()
    answer: dict[str, Any] = server.read()
    assert (answer["id"], server.finish()) == ("odd", 0)


@pytest.mark.parametrize("protocol_version", PROTOCOL_VERSIONS)
def test_bad_lines_before_the_first_message_do_not_keep_it_from_working(
    start: Callable[..., Server], protocol_version: str
) -> None:
    server = start("--sandbox")
    for line in (b"\xff", b"[", b"{}", b"", b"x" * (LONGEST_LINE + 1)):
        server.write(line)
    assert [server.read()["error"]["code"] for _ in range(4)] == [PARSE_ERROR] * 2 + [INVALID_REQUEST] * 2
    assert works(begin(server, protocol_version))


@pytest.mark.parametrize("more", [0, 1])
def test_a_line_of_a_mebibyte_is_read_and_one_of_a_byte_more_is_not(server: Server, more: int) -> None:
    empty = call(b'""', server.meta)
    server.write(call(b'"%b"' % (b"x" * (1_048_576 + more - len(empty))), server.meta))
    answer = server.read()
    if more:
        assert (answer["id"], answer["error"]["code"]) == (None, INVALID_REQUEST)
        assert "longer than 1048576 bytes" in answer["error"]["message"]
    else:
        assert (answer["id"], answer["result"]["isError"]) == ("odd", True)
    assert works(server)


def test_an_answer_has_no_fields_that_say_nothing(server: Server) -> None:
    server.write(b"{}")
    refused = server.read()
    assert refused.keys() == {"jsonrpc", "id", "error"}
    assert refused["error"].keys() == {"code", "message"}


@pytest.mark.parametrize("protocol_version", PROTOCOL_VERSIONS)
def test_good_lines_that_ask_for_nothing_decide_nothing_before_the_first_request(
    start: Callable[..., Server], protocol_version: str
) -> None:
    server = start("--sandbox")
    for line in (
        b'{"jsonrpc":"2.0","id":4711,"result":{}}',
        b'{"jsonrpc":"2.0","id":4711,"error":{"code":-1,"message":"no"}}',
        b'{"jsonrpc":"2.0","method":"notifications/odd"}',
    ):
        server.write(line)
    server.discover()
    server.meta = {}
    assert works(begin(server, protocol_version))
    server.stop()
