"""What a request has to be before its operation sees it: its path, method, content type and body."""

import asyncio
import gc
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.api.errors import RequestRefusedError

from ...support.constants import NEW_SHARE, VPC
from ...support.sandboxes import JSON, Api


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v2",
        "/v2/nfs/",
        "/v2/nfs/x.y",
        "/v2/nfs/x.y/actions",
        "/v2/droplets",
        "/v2/nfs/snapshots/actions",
        "/V2/nfs",
        "/v2%2Fvpcs",
        f"/v2/nfs/{VPC}%0A",
        "/v2/nfs/" + "x" * 10_000,
    ],
)
def test_an_unknown_path_is_not_found(api: Api, path: str) -> None:
    response = api("GET", path)
    assert (response.status_code, response.json()["id"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/v2/nfs", "GET, HEAD, POST"),
        ("DELETE", "/v2/nfs/snapshots", "GET, HEAD"),
        ("GET", f"/v2/nfs/{VPC}/actions", "POST"),
        ("PATCH", f"/v2/nfs/{VPC}", "DELETE, GET, HEAD"),
        ("OPTIONS", "/v2/actions/7", "GET, HEAD"),
    ],
)
def test_an_unknown_method_is_answered_with_those_that_are_there(api: Api, method: str, path: str, allow: str) -> None:
    response = api(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allow)


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"]
)
def test_a_body_that_is_not_declared_as_json_is_refused(api: Api, content_type: str) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert api("POST", "/v2/nfs", content=json.dumps(NEW_SHARE).encode(), headers=headers).status_code == 415


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"]
)
def test_a_content_type_may_have_parameters(api: Api, content_type: str) -> None:
    assert (
        api("POST", "/v2/nfs", content=json.dumps(NEW_SHARE), headers={"content-type": content_type}).status_code == 201
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{} x",
        b"{'name': 1}",
        b'{"name": "\\ud800"}',
        b'{"name": "\\udc00\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"name": "\xff"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"size_gib": NaN}',
        b'{"size_gib": Infinity}',
        b'{"size_gib": -Infinity}',
        b'{"size_gib": 1e999}',
        b'{"size_gib": ' + b"9" * 100_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b"\xef\xbb\xbf{}",
        b"\x00",
        b"null",
        b"[]",
        b'"text"',
        b"1",
    ],
    ids=lambda body: repr(body[:30]),
)
@pytest.mark.parametrize("path", ["/v2/nfs", f"/v2/nfs/{VPC}/actions", f"/v2/nfs/shares/{VPC}/access_points"])
def test_a_hostile_body_is_a_bad_request(api: Api, path: str, body: Any) -> None:
    response = api("POST", path, content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["id" if "access_points" not in path else "code"] in (
        "bad_request",
        "InvalidArgument",
        "MISSING_NAME",
    )


def test_a_refused_body_is_let_go_of_at_once(api: Api) -> None:
    """Held by a cycle it would stay until the collector comes by, and forty of them may be 40 MB."""

    def refusals() -> int:
        return sum(isinstance(each, RequestRefusedError) for each in gc.get_objects())

    gc.collect()
    before = refusals()
    gc.disable()
    try:
        for _ in range(3):
            api("POST", "/v2/nfs", content=b"x", headers=JSON)
        assert refusals() == before
    finally:
        gc.enable()


def test_a_name_may_hold_anything_json_can(api: Api) -> None:
    name = "\x00'; DROP TABLE shares; --\u2028😀" + "n" * 500_000
    assert api.new_share(name=name)["name"] == name


@pytest.mark.behaviour("Clients send a content type with every request", "client, July 2026")
def test_a_get_with_a_content_type_and_no_body_is_served(api: Api) -> None:
    headers = {
        "content-type": "application/json",
        "user-agent": "doctl/1.120.0",
        "accept": "application/json",
    }
    assert api("GET", "/v2/nfs", headers=headers).status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, identity", "x"])
def test_a_compressed_body_is_refused(api: Api, encoding: str) -> None:
    response = api("POST", "/v2/nfs", content=b"x", headers={**JSON, "content-encoding": encoding})
    assert (response.status_code, response.headers["accept-encoding"]) == (415, "identity")
    headers = {**JSON, "content-encoding": "Identity"}
    assert api("POST", "/v2/nfs", content=json.dumps(NEW_SHARE).encode(), headers=headers).status_code == 201


class Raw:
    """One request to the sandbox without a client between, so that what it reads can be counted."""

    def __init__(self, headers: dict[str, str], chunks: list[bytes], *, disconnects: bool = False) -> None:
        self.chunks, self.disconnects, self.read = chunks, disconnects, 0
        self.sent: list[MutableMapping[str, Any]] = []
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": "/v2/nfs",
            "query_string": b"",
            "headers": [
                (b"authorization", b"Bearer dop_v1_" + b"0" * 64),
                (b"content-type", b"application/json"),
            ]
            + [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        with Sandbox() as sandbox:
            asyncio.run(sandbox(self.scope, self._receive, self._send))

    async def _receive(self) -> MutableMapping[str, Any]:
        if self.read == len(self.chunks):
            assert self.disconnects, "read on after the end"
            return {"type": "http.disconnect"}
        self.read += 1
        more = self.disconnects or self.read < len(self.chunks)
        return {"type": "http.request", "body": self.chunks[self.read - 1], "more_body": more}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)


def test_a_body_that_is_announced_as_too_large_is_not_read() -> None:
    raw = Raw({"content-length": str(1024 * 1024 + 1)}, [b"x"])
    assert (raw.sent[0]["status"], raw.read) == (413, 0)


def test_a_body_is_read_up_to_the_limit_and_no_further() -> None:
    raw = Raw({}, [b" " * 400_000] * 10)
    assert (raw.sent[0]["status"], raw.read) == (413, 3)


def test_a_body_of_just_the_limit_is_read() -> None:
    order = json.dumps(NEW_SHARE).encode()
    half = (1024 * 1024 - len(order)) // 2
    raw = Raw({}, [b" " * half, order, b" " * (1024 * 1024 - len(order) - half)])
    assert raw.sent[0]["status"] == 201


def test_a_client_that_goes_away_is_not_answered() -> None:
    assert Raw({}, [b"{"], disconnects=True).sent == []


def test_a_request_works_where_the_server_gives_no_raw_path() -> None:
    assert Raw({}, [json.dumps(NEW_SHARE).encode()]).sent[0]["status"] == 201
