"""The transport over asyncio does what httpx's own does: whatever goes wrong, the error is the same."""

import asyncio
import gzip
import math
import socket
import struct
from collections.abc import Awaitable, Callable
from functools import partial

import httpx
import pytest
from do_nfs_mcp.api import asyncio_transport
from do_nfs_mcp.api.asyncio_transport import AsyncioTransport
from do_nfs_mcp.api.bounded_answers import AnswerTooLargeError, BoundedClient

from ..support.raw_server import raw_server, says

pytestmark = pytest.mark.anyio

MOST = 1_000_000
TRANSPORTS = [partial(AsyncioTransport, MOST), httpx.AsyncHTTPTransport]
either = pytest.mark.parametrize("make", TRANSPORTS, ids=["asyncio", "httpx"])


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def cuts_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    writer.close()


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def says_to_wait_and_hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    writer.close()


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def is_silent(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


FAILURES = {
    "cuts off": (cuts_off, httpx.RemoteProtocolError),
    "hangs up": (hangs_up, httpx.RemoteProtocolError),
    "says to wait and hangs up": (says_to_wait_and_hangs_up, httpx.RemoteProtocolError),
    "resets": (resets, httpx.ReadError),
    "is silent": (is_silent, httpx.ReadTimeout),
    "is no HTTP": (says(b"220 mail.example.test ESMTP\r\n\r\n"), httpx.RemoteProtocolError),
}


MB = 1_000_000
LARGE = 64 * MB
HEADS_WITHOUT_END = {
    "one header": (b"HTTP/1.1 200 OK\r\nX-One: ", b"a"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-One: a\r\n"),
    "a reason": (b"HTTP/1.1 200 ", b"a"),
    "a trailer": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-One: ", b"a"),
}


@pytest.mark.parametrize("make", [partial(AsyncioTransport, LARGE), httpx.AsyncHTTPTransport], ids=["asyncio", "httpx"])
@pytest.mark.parametrize("head", HEADS_WITHOUT_END)
async def test_a_head_without_an_end_is_not_read_to_the_end(
    make: Callable[[], httpx.AsyncBaseTransport], head: str
) -> None:
    start, more = HEADS_WITHOUT_END[head]
    sent = 0

    async def answer(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(start)
        while sent < LARGE:
            writer.write(more * 10_000)
            await writer.drain()
            sent += len(more) * 10_000

    async with (
        raw_server(answer) as api,
        BoundedClient(transport=make(), max_answer_bytes=LARGE) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(api.url)
    # The rest was on its way.
    assert sent < LARGE / 4


async def test_answers_that_say_to_wait_come_to_an_end() -> None:
    waits = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10_000
    async with raw_server(says(waits)) as api, httpx.AsyncClient(transport=AsyncioTransport(LARGE)) as client:
        with pytest.raises(httpx.RemoteProtocolError, match="headers are larger than 65536 bytes"):
            await client.get(api.url)


@either
@pytest.mark.parametrize(("size", "is_read"), [(65_000, True), (66_000, False)])
async def test_headers_of_an_answer_may_have_64_kib_in_all(
    make: Callable[[], httpx.AsyncBaseTransport], size: int, is_read: bool
) -> None:
    headers = b"".join(b"X-%d: %b\r\n" % (number, b"a" * (size // 10)) for number in range(10))
    answer = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + headers + b"\r\n{}")
    async with raw_server(answer) as api, BoundedClient(transport=make(), max_answer_bytes=MOST) as client:
        if is_read:
            assert (await client.get(api.url)).text == "{}"
        else:
            with pytest.raises(httpx.RemoteProtocolError, match="headers are larger than 65536 bytes"):
                await client.get(api.url)


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


async def hangs_up_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@either
async def test_a_server_that_hangs_up_before_it_was_asked_is_not_waited_for(
    make: Callable[[], httpx.AsyncBaseTransport],
) -> None:
    server = await asyncio.start_server(hangs_up_at_once, "127.0.0.1", 0)
    async with server, httpx.AsyncClient(transport=make(), timeout=60) as client:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)):
            await client.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


ANSWERS = {
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    "after another that says to wait": b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "after another that nobody knows but that is no last one": b"HTTP/1.1 199 Odd\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "with white space around a value": b"HTTP/1.1 200 OK\r\nContent-Length: \t 2 \t\r\n\r\n{}",
}


@either
@pytest.mark.parametrize("answer", ANSWERS)
async def test_an_answer_that_is_whole_leaves_the_connection_for_the_next(
    make: Callable[[], httpx.AsyncBaseTransport], answer: str
) -> None:
    async with raw_server(says(ANSWERS[answer])) as api, httpx.AsyncClient(transport=make()) as client:
        for _ in range(3):
            found = await client.get(api.url)
            assert (found.status_code, found.text) == (200, "{}")
            assert "x-early" not in found.headers
            assert {value.strip() for value in found.headers.values()} == set(found.headers.values())
        assert api.connections == 1


@either
async def test_an_answer_without_content_has_none(make: Callable[[], httpx.AsyncBaseTransport]) -> None:
    async with (
        raw_server(says(b"HTTP/1.1 204 No Content\r\n\r\n")) as api,
        httpx.AsyncClient(transport=make()) as client,
    ):
        for _ in range(2):
            found = await client.delete(api.url)
            assert (found.status_code, found.content) == (204, b"")
        assert api.connections == 1


async def ends_its_answer_by_hanging_up(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n{}")
    writer.close()


async def answers_and_hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    writer.close()


LAST_ANSWERS = {
    "ends with it": ends_its_answer_by_hanging_up,
    "says that it is the last": answers_and_hangs_up,
    "is in HTTP/1.0": says(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
}


@either
@pytest.mark.parametrize("answer", LAST_ANSWERS)
async def test_nothing_more_is_sent_over_a_connection_whose_answer(
    make: Callable[[], httpx.AsyncBaseTransport], answer: str
) -> None:
    async with raw_server(LAST_ANSWERS[answer]) as api, httpx.AsyncClient(transport=make()) as client:
        for asked in range(1, 4):
            assert (await client.get(api.url)).text == "{}"
            assert (len(api.heads), api.connections) == (asked, asked)


@pytest.mark.parametrize("more", [b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n[]", b"bye\r\n"])
async def test_what_follows_an_answer_is_not_part_of_it_and_no_answer_to_the_next_request(more: bytes) -> None:
    answer = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + more)
    async with raw_server(answer) as api, httpx.AsyncClient(transport=AsyncioTransport(MOST)) as client:
        for asked in range(1, 4):
            found = await client.get(api.url)
            assert (found.status_code, found.text) == (200, "{}")
            assert (len(api.heads), api.connections) == (asked, asked)


@either
async def test_an_answer_that_leaves_http_is_none(make: Callable[[], httpx.AsyncBaseTransport]) -> None:
    switches = says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nPRI")
    async with raw_server(switches) as api, httpx.AsyncClient(transport=make(), timeout=0.05) as client:
        with pytest.raises(httpx.TransportError):
            await client.get(api.url)


@either
async def test_no_header_begins_another(make: Callable[[], httpx.AsyncBaseTransport]) -> None:
    async with raw_server(says(b"")) as api, httpx.AsyncClient(transport=make()) as client:
        with pytest.raises(httpx.LocalProtocolError):
            await client.get(api.url, headers={"X-One": "1\r\nX-Two: 2"})
        assert api.heads == []


@either
async def test_requests_at_once_have_a_connection_each_which_later_ones_share(
    make: Callable[[], httpx.AsyncBaseTransport],
) -> None:
    all_asked = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        if len(api.heads) == 3:
            all_asked.set()
        await all_asked.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async with raw_server(answer) as api, httpx.AsyncClient(transport=make()) as client:
        for _ in range(2):
            await asyncio.gather(*(client.get(api.url) for _ in range(3)))
        assert (len(api.heads), api.connections) == (6, 3)


async def test_a_request_that_is_given_up_takes_its_connection_with_it() -> None:
    asked = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        if len(api.heads) == 1:
            asked.set()
            await asyncio.Event().wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async with raw_server(answer) as api, httpx.AsyncClient(transport=AsyncioTransport(MOST)) as client:
        given_up = asyncio.create_task(client.get(api.url))
        await asked.wait()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert (await client.get(api.url)).text == "{}"
        assert api.connections == 2


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Whether a connection has been lost."""
    lost = asyncio.Event()
    real = asyncio_transport._Connection.connection_lost

    def noticed(connection: asyncio_transport._Connection, error: Exception | None) -> None:
        real(connection, error)
        lost.set()

    monkeypatch.setattr(asyncio_transport._Connection, "connection_lost", noticed)
    return lost


async def test_a_connection_that_is_not_used_for_a_while_is_closed(
    monkeypatch: pytest.MonkeyPatch, lost: asyncio.Event
) -> None:
    monkeypatch.setattr(asyncio_transport, "_KEEP_SECONDS", 0)
    async with raw_server(says(OK)) as api, httpx.AsyncClient(transport=AsyncioTransport(MOST)) as client:
        await client.get(api.url)
        await lost.wait()
        await client.get(api.url)
        assert api.connections == 2


@pytest.fixture
async def skip(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], Awaitable[None]]:
    """Moves the clock of the event loop, which stands still otherwise."""
    loop = asyncio.get_running_loop()
    now = float(math.ceil(loop.time()))
    monkeypatch.setattr(loop, "time", lambda: now)

    async def skip(seconds: float) -> None:
        nonlocal now
        now += seconds
        for _ in range(5):
            await asyncio.sleep(0)

    return skip


async def test_who_is_done_leaves_no_connection_open(
    lost: asyncio.Event, skip: Callable[[float], Awaitable[None]]
) -> None:
    async with raw_server(says(OK)) as api, httpx.AsyncClient(transport=AsyncioTransport(MOST)) as client:
        await client.get(api.url)
        await skip(0)
        assert not lost.is_set()
        await client.aclose()
        await skip(0)
        assert lost.is_set()


@pytest.mark.parametrize("limit", [None, 1, 60])
async def test_a_connection_waits_five_seconds_for_a_request_whatever_the_time_limit_of_the_last(
    skip: Callable[[float], Awaitable[None]], limit: float | None
) -> None:
    transport = AsyncioTransport(MOST)
    async with raw_server(says(OK)) as api, httpx.AsyncClient(transport=transport, timeout=limit) as client:
        await client.get(api.url)
        for pause, connections in ((4.5, 1), (4.5, 1), (5, 2)):
            await skip(pause)
            await client.get(api.url)
            assert api.connections == connections


@pytest.mark.parametrize("limit", [None, 1, 60])
@pytest.mark.parametrize("is_new", [True, False])
async def test_a_server_may_be_silent_for_as_long_as_the_limit_says_on_a_connection_new_or_not(
    skip: Callable[[float], Awaitable[None]], limit: float | None, is_new: bool
) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        if len(api.heads) > 1 or is_new:
            asked.set()
            await go_on.wait()
        writer.write(OK)

    transport = AsyncioTransport(MOST)
    async with raw_server(answer) as api, httpx.AsyncClient(transport=transport, timeout=limit) as client:
        if not is_new:
            await client.get(api.url)
        waiting = asyncio.create_task(client.get(api.url))
        await asked.wait()
        await skip((limit or 1000) - 0.5)
        assert not waiting.done()
        if limit:
            await skip(0.5)
            with pytest.raises(httpx.ReadTimeout, match=f"silent for {limit} s"):
                await waiting
        else:
            go_on.set()
            assert (await waiting).text == "{}"
        assert api.connections == 1


async def test_a_server_that_takes_no_connection_is_given_up_when_the_limit_is_over(
    skip: Callable[[float], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = asyncio.Event()

    async def never(*_: object, **__: object) -> None:
        tried.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", never)
    timeout = httpx.Timeout(60, connect=5)
    async with httpx.AsyncClient(transport=AsyncioTransport(MOST), timeout=timeout) as client:
        waiting = asyncio.create_task(client.get("http://api.test/"))
        await tried.wait()
        await skip(4.5)
        assert not waiting.done()
        await skip(0.5)
        with pytest.raises(httpx.ConnectTimeout):
            await waiting


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
async def test_a_name_without_a_port_is_tried_at_its_scheme_s_and_its_next_address_after_a_quarter_of_a_second(
    monkeypatch: pytest.MonkeyPatch, scheme: str, port: int
) -> None:
    tried: list[tuple[object, ...]] = []

    async def no_network(_: object, *address: object, **options: object) -> None:
        tried.append((*address, options["happy_eyeballs_delay"]))
        raise OSError("no network")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", no_network)
    async with httpx.AsyncClient(transport=AsyncioTransport(MOST)) as client:
        with pytest.raises(httpx.ConnectError, match="no network"):
            await client.get(f"{scheme}://api.test/")
    assert tried == [("api.test", port, 0.25)]


@pytest.mark.parametrize("failure", ["cuts off", "hangs up", "resets"])
async def test_what_a_request_fails_with_names_the_request(failure: str) -> None:
    async with raw_server(FAILURES[failure][0]) as api:
        request = httpx.Request("GET", api.url)
        with pytest.raises(httpx.TransportError) as raised:
            await AsyncioTransport(MOST).handle_async_request(request)
    assert raised.value.request is request


@pytest.mark.parametrize(("length", "is_read"), [(MOST + 65_536, True), (MOST + 65_537, False)])
async def test_an_answer_with_its_head_is_read_up_to_what_both_may_have(length: int, is_read: bool) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    content = b"x" * (length - len(head % MOST))
    answer = says(head % len(content) + content)
    async with raw_server(answer) as api, httpx.AsyncClient(transport=AsyncioTransport(MOST)) as client:
        if is_read:
            assert (await client.get(api.url)).content == content
        else:
            with pytest.raises(AnswerTooLargeError, match=f"larger than {MOST} bytes"):
                await client.get(api.url)


@pytest.mark.parametrize(("length", "connections"), [(65_536, 1), (65_537, 2)])
async def test_nothing_more_is_sent_over_a_connection_with_a_head_that_is_too_long(
    length: int, connections: int
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: %b\r\n\r\n"
    answer = says(head % (b"a" * (length - len(head % b""))))
    async with raw_server(answer) as api, httpx.AsyncClient(transport=AsyncioTransport(MOST)) as client:
        for _ in range(2):
            await client.get(api.url)
        assert api.connections == connections


async def test_a_server_is_given_up_for_its_silence_and_not_for_the_length_of_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, later = asyncio.get_running_loop(), 0.0
    real_time, real_on_body = loop.time, asyncio_transport._Connection.on_body
    heard = asyncio.Event()

    def on_body(connection: asyncio_transport._Connection, part: bytes) -> None:
        real_on_body(connection, part)
        heard.set()

    async def answer(writer: asyncio.StreamWriter) -> None:
        nonlocal later
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
        for _ in range(parts):
            later += 40
            writer.write(b"x")
            await heard.wait()
            heard.clear()
        later += 90

    monkeypatch.setattr(loop, "time", lambda: real_time() + later)
    monkeypatch.setattr(asyncio_transport._Connection, "on_body", on_body)
    async with raw_server(answer) as api, httpx.AsyncClient(transport=AsyncioTransport(MOST), timeout=60) as client:
        parts = 3
        assert (await client.get(api.url)).text == "xxx"
        parts = 2
        with pytest.raises(httpx.ReadTimeout):
            await client.get(api.url)
