"""What no client sends, over a port: a JSON error with the right status, and the process as it was before."""

import contextlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from ...support.constants import NEW_SHARE, TOKEN, VPC
from ...support.sandboxes import JSON, Process, check_answer

HEAD = f"Host: sandbox\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
POST = b"POST /v2/nfs HTTP/1.1\r\n" + HEAD + b"Content-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
MIB = 1024 * 1024


def memory(process: Process) -> int:
    """The resident bytes of the process."""
    status = Path(f"/proc/{process.popen.pid}/status")
    if not status.exists():
        pytest.skip("there is no /proc here")
    [kib] = re.findall(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(kib) * 1024


@pytest.fixture(scope="module")
def started() -> Iterator[Process]:
    """A sandbox for all tests, after which it has to end without a complaint."""
    process = Process("--ready-after", "0")
    try:
        yield process
        process.popen.terminate()
        out, err = process.popen.communicate(timeout=20)
        assert (process.popen.returncode, out) == (0, "")
        assert "Traceback" not in err
    finally:
        process.end()


@pytest.fixture
def process(started: Process) -> Iterator[Process]:
    """A sandbox that has to be as well after the test as it was before."""
    process = started
    share = process.http.post("/v2/nfs", json=NEW_SHARE).json()["share"]
    before = memory(process)
    yield process
    assert process.http.get(f"/v2/nfs/{share['id']}").json()["share"]["name"] == NEW_SHARE["name"]
    for each in process.http.get("/v2/nfs").json()["shares"]:
        process.http.delete(f"/v2/nfs/{each['id']}")
    assert memory(process) - before < 16 * MIB


def raw(process: Process, data: bytes, *, ends: bool = False) -> tuple[int, dict[str, str], bytes]:
    """Sends bytes as they are and reads until the sandbox closes or has answered."""
    url = urlsplit(process.url)
    with socket.create_connection((url.hostname, url.port), timeout=20) as connection:
        sending = threading.Thread(target=_send, args=(connection, data, ends))
        sending.start()
        answer = b""
        while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
            answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        while len(body) < int(headers.get("content-length", 0)) and (part := connection.recv(65536)):
            body += part
        sending.join()
    return int(first.split()[1]), headers, body


def _send(connection: socket.socket, data: bytes, ends: bool) -> None:
    try:
        connection.sendall(data)
        if ends:
            connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # The sandbox need not read all of it.


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"name": "\\ud800", "region": "atl1", "size_gib": 50, "vpc_ids": ["%s"]}' % VPC.encode(), 400),
        (b'{"name": "\xed\xa0\x80"}', 400),
        (b"\x00", 400),
        (json.dumps({**NEW_SHARE, "name": "\x00"}).encode(), 201),
        (json.dumps({**NEW_SHARE, "region": "\x00"}).encode(), 400),
        (json.dumps({**NEW_SHARE, "size_gib": float("nan")}).encode(), 400),
        (json.dumps({**NEW_SHARE, "size_gib": float("-inf")}).encode(), 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b'{"name": ' + b"[" * 10_000, 400),
        (b" " * (MIB + 1), 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_hostile_body_is_refused(process: Process, content: bytes, status: int) -> None:
    answer = process.http.post("/v2/nfs", content=content, headers=JSON)
    check_answer(answer)
    assert answer.status_code == status


def test_of_two_fields_of_one_name_the_last_counts(process: Process) -> None:
    content = json.dumps(NEW_SHARE)[:-1] + ', "name": "last", "size_gib": 1, "size_gib": 60}'
    share = process.http.post("/v2/nfs", content=content, headers=JSON).json()["share"]
    assert (share["name"], share["size_gib"]) == ("last", 60)
    content = json.dumps(NEW_SHARE)[:-1] + ', "size_gib": 1}'
    assert process.http.post("/v2/nfs", content=content, headers=JSON).status_code == 400


def test_names_of_a_megabyte_are_taken_and_leave_no_memory_behind(process: Process) -> None:
    name = "n" * (MIB - 1000)
    for _ in range(20):
        share = process.http.post("/v2/nfs", json={**NEW_SHARE, "name": name}).json()["share"]
        assert share["name"] == name
        assert process.http.delete(f"/v2/nfs/{share['id']}").status_code == 204


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/json5", "*/*"]
)
def test_a_wrong_content_type_is_refused(process: Process, content_type: str) -> None:
    answer = process.http.post("/v2/nfs", content=json.dumps(NEW_SHARE), headers={"content-type": content_type})
    check_answer(answer)
    assert answer.status_code == 415


def test_fifty_megabytes_are_refused_without_reading_them(process: Process) -> None:
    before = memory(process)
    for _ in range(3):
        announced = POST + b"Content-Length: 52428800\r\n\r\n"
        assert raw(process, announced)[0] == 413  # Not a byte of the body was sent.
        answer = process.http.post("/v2/nfs", content=b"x" * 50 * MIB, headers=JSON)
        assert (answer.status_code, answer.json()["id"]) == (413, "payload_too_large")
        check_answer(answer)
    assert memory(process) - before < 16 * MIB


def test_who_sends_all_of_a_body_before_reading_gets_the_refusal(process: Process) -> None:
    for _ in range(20):
        status, headers, content = raw(process, POST + b"Content-Length: %d\r\n\r\n" % (4 * MIB) + b" " * 4 * MIB)
        assert (status, headers["connection"], json.loads(content)["id"]) == (413, "close", "payload_too_large")


def test_fifty_megabytes_in_chunks_are_refused_and_not_kept(process: Process) -> None:
    before = memory(process)
    answer = process.http.post("/v2/nfs", content=iter([b" " * MIB] * 50), headers=JSON)
    assert (answer.status_code, answer.json()["id"]) == (413, "payload_too_large")
    assert memory(process) - before < 16 * MIB


@pytest.mark.parametrize(
    "data",
    [
        CHUNKED + b'5\r\n{"nam',
        CHUNKED + b"5\r\n{",
        CHUNKED + b"5",
        CHUNKED,
        CHUNKED + b'2\r\n{"\r\n',
        POST + b'Content-Length: 100\r\n\r\n{"name": ',
        POST + b"Content-Len",
        b"GET /v2/nfs",
    ],
)
def test_a_request_that_ends_too_early_is_a_bad_request(process: Process, data: bytes) -> None:
    status, headers, body = raw(process, data, ends=True)
    assert (status, headers["content-type"], json.loads(body)["id"]) == (400, "application/json", "bad_request")


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\nhello\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /v2/nfs\r\n\r\n",
        b"GET /v2/ nfs HTTP/1.1\r\n" + HEAD + b"\r\n",
        b"G\x00T /v2/nfs HTTP/1.1\r\n" + HEAD + b"\r\n",
        b"GET /\xff HTTP/1.1\r\n" + HEAD + b"\r\n",
        b"GET /v2/nfs HTTP/1.1\r\n\r\n",
        b"GET /v2/nfs HTTP/1.1\r\n" + HEAD + b"no colon\r\n\r\n",
        b"GET /v2/nfs HTTP/1.1\r\n" + HEAD + b"a: \x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        POST + b"Transfer-Encoding: gzip\r\n\r\n",
        CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"2\r\n{}XX0\r\n\r\n",
    ],
    ids=lambda data: repr(data[-40:]),
)
def test_what_is_not_http_is_a_bad_request_in_json(process: Process, data: bytes) -> None:
    status, headers, body = raw(process, data)
    assert (status, headers["content-type"], headers["connection"]) == (400, "application/json", "close")
    content = json.loads(body)
    assert (content["id"], content["message"]) == ("bad_request", "The request is not valid HTTP.")


@pytest.mark.parametrize(
    "data",
    [
        b"GET /v2/nfs HTTP/1.1\r\n" + HEAD + b"x-big: " + b"x" * 65536 + b"\r\n\r\n",
        b"GET /v2/nfs HTTP/1.1\r\n" + HEAD + b"x: y\r\n" * 11000 + b"\r\n",
        b"GET /v2/nfs HTTP/1.1\r\n" + HEAD + b"x-endless: " + b"x" * 1_000_000,
        b"GET /" + b"x" * 1_000_000,
    ],
    ids=["one header", "many headers", "endless header", "endless line"],
)
def test_headers_that_are_too_large_are_refused_as_such(process: Process, data: bytes) -> None:
    status, headers, body = raw(process, data)
    assert (status, headers["content-type"], json.loads(body)["id"]) == (431, "application/json", "headers_too_large")


def test_headers_that_are_too_large_are_refused_in_process_too(http: httpx.Client) -> None:
    assert http.get("/v2/nfs", headers={"x-big": "x" * 65536}).status_code == 431
    assert http.get("/v2/nfs", headers={"x-big": "x" * 10_000}).status_code == 200


def test_a_client_that_hangs_up_in_the_middle_does_no_harm(process: Process) -> None:
    url = urlsplit(process.url)
    for data in (b"", b"GET", POST, CHUNKED + b"5\r\n{", POST + b"Content-Length: 100\r\n\r\n{"):
        for _ in range(10):
            with socket.create_connection((url.hostname, url.port)) as connection:
                connection.sendall(data)


def test_an_upgrade_to_websockets_is_an_ordinary_request(process: Process) -> None:
    headers = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    answer = process.http.get("/v2/nfs", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_requests_sent_ahead_are_answered_in_order(process: Process) -> None:
    url = urlsplit(process.url)
    ahead = b"GET /v2/vpcs HTTP/1.1\r\n" + HEAD + b"\r\n" + b"GET /none HTTP/1.1\r\n" + HEAD + b"\r\nbad\r\n\r\n"
    with socket.create_connection((url.hostname, url.port), timeout=20) as connection:
        connection.sendall(ahead)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"404", b"400"]


def test_many_clients_at_once_leave_no_memory_behind(process: Process) -> None:
    def work() -> None:
        with httpx.Client(base_url=process.url, headers=process.http.headers, trust_env=False) as client:
            for _ in range(40):
                assert client.post("/v2/nfs", content=b"x" * 900_000, headers=JSON).status_code == 400

    for _ in range(3):
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def exchange(process: Process, *parts: bytes) -> list[bytes]:
    """Sends the parts, closes that direction, and returns the statuses that come back."""
    url = urlsplit(process.url)
    with socket.create_connection((url.hostname, url.port), timeout=20) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        # It may have refused and closed already, which resets what is still on its way there.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                answer += part
    return re.findall(rb"HTTP/1.1 (\d+)", answer)


ORDERED = b'{"name":"n","region":"atl1","size_gib":50,"vpc_ids":["796c6fe3-2a1d-4da2-9f3e-38239827dc91"]}'
VPCS = b"GET /v2/vpcs HTTP/1.1\r\n" + HEAD + b"\r\n"


@pytest.mark.parametrize("upgrade", [b"Upgrade: h2c", b"upgrade: websocket"])
def test_a_wish_for_another_protocol_is_ignored(process: Process, upgrade: bytes) -> None:
    wish = b"Connection: Upgrade\r\n" + upgrade + b"\r\n"
    post = POST + wish + b"Content-Length: %d\r\n\r\n" % len(ORDERED)
    assert exchange(process, post + ORDERED) == [b"201"]
    assert exchange(process, post, ORDERED) == [b"201"]
    assert exchange(process, b"GET /v2/vpcs HTTP/1.1\r\n" + HEAD + wish + b"\r\n" + VPCS) == [b"200", b"200"]


def test_endless_trailers_are_refused(process: Process) -> None:
    endless = CHUNKED + b"2\r\n{}\r\n0\r\nX-T: "
    assert exchange(process, endless, b"a" * 200_000) in ([b"400"], [b"431"], [b"400", b"431"])


def test_many_requests_sent_ahead_do_not_count_as_a_large_head(process: Process) -> None:
    assert exchange(process, VPCS * 900 + b"GET /v2/vpcs HTT") == [b"200"] * 900 + [b"400"]


def test_a_client_that_has_stopped_sending_is_still_answered(process: Process) -> None:
    assert exchange(process, VPCS) == [b"200"]
    first, second = exchange(process, VPCS + b"GET /v2/vpcs HTTP/1.1\r\nX: " + b"a" * 70_000)
    assert first == b"200"
    assert second in {b"400", b"431"}
