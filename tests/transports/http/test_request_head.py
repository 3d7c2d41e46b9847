"""The head of a request is put right where HTTP says so, and what is no Host or no Origin is refused."""

from typing import Any

import pytest
from do_nfs_mcp.transports.http.request_head import RequestHead
from starlette.types import Message, Receive, Scope, Send

pytestmark = pytest.mark.anyio

Headers = list[tuple[bytes, bytes]]


async def handed_on(headers: Headers, path: str = "/mcp", kind: str = "http") -> Any:
    """What is handed on of a request, or the status with which it is refused."""
    seen: list[Scope] = []
    said: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        said.append(message)

    given = {"type": kind, "headers": headers, "path": path, "raw_path": path.encode(), "other": 1}
    await RequestHead(app, "/mcp")(given, receive, send)
    assert len(seen) + len(said[:1]) == 1
    return seen[0] if seen else said[0]["status"]


@pytest.mark.parametrize(
    "origin",
    ["null", "http://localhost", "https://app.test:8443", "http://[::1]:5173", "vscode-webview://abc", "a://b"],
)
async def test_what_is_an_origin_is_handed_on(origin: str) -> None:
    assert (await handed_on([(b"origin", origin.encode())]))["headers"] == [(b"origin", origin.encode())]


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "app.test",
        "zzz",
        "http://",
        "://",
        "http://a/b",
        "z://a?b",
        "http://a:123456",
        "http://a@b",
        "\xe9://a",
        "m",
    ],
)
async def test_what_is_no_origin_is_a_403(origin: str) -> None:
    bad, good = (b"origin", origin.encode("latin-1")), (b"origin", b"http://localhost")
    for headers in ([bad], [bad, good], [good, bad]):
        assert await handed_on(headers) == 403


@pytest.mark.parametrize("host", ["nfs.test", "nfs.test:8443", "127.0.0.1:80", "[::1]", "[::1]:1"])
async def test_what_is_a_host_is_handed_on(host: str) -> None:
    assert (await handed_on([(b"host", host.encode())]))["headers"] == [(b"host", host.encode())]


@pytest.mark.parametrize("host", ["", "a:b", "a/b", "a@b", "[::1", "a:123456"])
async def test_what_is_no_host_is_a_421(host: str) -> None:
    bad, good = (b"host", host.encode()), (b"host", b"nfs.test")
    for headers in ([bad], [bad, good], [good, bad]):
        assert await handed_on(headers) == 421


@pytest.mark.parametrize(
    ("name", "value", "plain"),
    [
        (b"host", b" NFS.test\t", b"nfs.test"),
        (b"origin", b"\tHTTP://Localhost ", b"http://localhost"),
        (b"content-type", b"Application/JSON ", b"application/json"),
        (b"authorization", b" Bearer dnm_Ab\t ", b"Bearer dnm_Ab"),
        (b"mcp-name", b"A b", b"A b"),
    ],
)
async def test_white_space_is_taken_off_and_case_where_it_means_nothing(
    name: bytes, value: bytes, plain: bytes
) -> None:
    assert (await handed_on([(name, value)]))["headers"] == [(name, plain)]


@pytest.mark.parametrize(
    ("path", "taken_as"),
    [("/mcp/", "/mcp"), *((same, same) for same in ("/mcp", "/mcp/x/", "/a/", "/z/", "/mcp//", "/readyz", "/"))],
)
async def test_only_the_path_of_the_protocol_may_end_in_a_slash(path: str, taken_as: str) -> None:
    scope = await handed_on([], path)
    assert (scope["path"], scope["raw_path"], scope["other"]) == (taken_as, taken_as.encode(), 1)


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_what_is_no_request_is_left_as_it_is(kind: str) -> None:
    headers = [(b"host", b" no host ")]
    assert (await handed_on(headers, "/mcp/", kind))["headers"] is headers
