"""The transport over aiohttp does what httpx's own does: whatever goes wrong, the error is the same."""

import asyncio
import gzip
import socket
import struct
from collections.abc import Callable

import httpx
import pytest
from do_nfs_mcp.api.aiohttp_transport import AiohttpTransport

from ..support.raw_server import raw_server, says

pytestmark = pytest.mark.anyio

TRANSPORTS = [lambda: AiohttpTransport(tls=False), httpx.AsyncHTTPTransport]
either = pytest.mark.parametrize("make", TRANSPORTS, ids=["aiohttp", "httpx"])


async def cuts_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    writer.close()


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def is_silent(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


FAILURES = {
    "cuts off": (cuts_off, httpx.RemoteProtocolError),
    "hangs up": (hangs_up, httpx.RemoteProtocolError),
    "resets": (resets, httpx.ReadError),
    "is silent": (is_silent, httpx.ReadTimeout),
    "is no HTTP": (says(b"220 mail.example.test ESMTP\r\n\r\n"), httpx.RemoteProtocolError),
}


@either
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("failure", FAILURES)
async def test_a_request_that_fails_is_sent_once_and_never_said_not_to_be(
    make: Callable[[], httpx.AsyncBaseTransport], method: str, failure: str
) -> None:
    answer, error = FAILURES[failure]
    timeout = httpx.Timeout(10, read=0.05 if answer is is_silent else 10)
    async with raw_server(answer) as api, httpx.AsyncClient(transport=make(), timeout=timeout) as client:
        with pytest.raises(error) as raised:
            await client.request(method, f"{api.url}/v2/nfs/1")
        assert type(raised.value) is error
        assert len(api.heads) == 1


@either
async def test_where_nobody_listens_nothing_is_sent(make: Callable[[], httpx.AsyncBaseTransport]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with httpx.AsyncClient(transport=make()) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://127.0.0.1:{closed.getsockname()[1]}/")


@either
async def test_requests_go_out_as_they_are_and_answers_come_in_as_they_are(
    make: Callable[[], httpx.AsyncBaseTransport],
) -> None:
    body = gzip.compress("ä".encode())
    head = b"HTTP/1.1 200 OK\r\nX-Two: 1\r\nX-Two: 2\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(
        body
    )
    async with raw_server(says(head + body)) as api, httpx.AsyncClient(transport=make()) as client:
        answer = await client.get(f"{api.url}/a%2Fb?x=%26&y=", headers={"Authorization": "Bearer t"})
        assert (answer.status_code, answer.text) == (200, "ä")
        assert answer.headers.get_list("x-two") == ["1", "2"]
        line, *headers = api.heads[0].lower().split(b"\r\n")
        assert line == b"get /a%2fb?x=%26&y= http/1.1"
        assert b"authorization: bearer t" in headers


@either
async def test_requests_in_a_row_share_a_connection(make: Callable[[], httpx.AsyncBaseTransport]) -> None:
    async with (
        raw_server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as api,
        httpx.AsyncClient(transport=make()) as client,
    ):
        for _ in range(5):
            await client.get(api.url)
        assert (len(api.heads), api.connections) == (5, 1)
