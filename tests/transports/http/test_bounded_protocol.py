"""Before a request is there as a whole, whoever sends it can make the process hold little, and not for long."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from do_nfs_mcp.transports.http import bounded_protocol
from do_nfs_mcp.transports.http.bounded_protocol import BoundedProtocol
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.server import ServerState

pytestmark = pytest.mark.anyio

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
REFUSED = b"POST /refused HTTP/1.1\r\nHost: localhost\r\n"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())}")


async def is_timed(request: Request) -> PlainTextResponse:
    """Answers whether time still counts when all of a request has come."""
    await request.body()
    return PlainTextResponse(str(request.app.state.connections[-1]._too_slow is not None))


async def refuse(request: Request) -> PlainTextResponse:
    """Answers without having read the body."""
    request.app.state.refused.append(request.app.state.connections[-1].cycle)
    return PlainTextResponse("no", 401)


async def kept(request: Request) -> PlainTextResponse:
    """Answers how many bytes are kept of the requests that were refused."""
    return PlainTextResponse(str(sum(len(cycle.body) for cycle in request.app.state.refused)))


async def limits(request: Request) -> PlainTextResponse:
    """Answers from how many bytes on that are left, and until how many, it counts how long they are not read."""
    return PlainTextResponse(str(request.app.state.connections[-1].transport.get_write_buffer_limits()))


async def answer_at_length(_: Request) -> PlainTextResponse:
    return PlainTextResponse("a" * 20_000_000)


Say = Callable[..., Awaitable[bytes]]


@asynccontextmanager
async def listening(unread: asyncio.Event | None = None) -> AsyncIterator[Say]:
    """A server: gives what sends bytes, part by part, and returns all that comes back until the connection ends.

    With `unread` it reads nothing before that is set. With `then` it sends that once it has had the head of an answer;
    with `goes_on` that again and again until the end.
    """
    connections: list[BoundedProtocol] = []
    app = Starlette(
        routes=[
            Route("/", echo, methods=["POST"]),
            Route("/timed", is_timed, methods=["POST"]),
            Route("/refused", refuse, methods=["POST"]),
            Route("/kept", kept, methods=["POST"]),
            Route("/limits", limits, methods=["POST"]),
            Route("/long", answer_at_length, methods=["POST"]),
        ]
    )
    app.state.connections, app.state.refused = connections, []
    config = uvicorn.Config(app, http=BoundedProtocol, ws="none", log_config=None)
    config.load()

    def connect() -> BoundedProtocol:
        connections.append(BoundedProtocol(config=config, server_state=ServerState(), app_state={}))
        return connections[-1]

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def say(*parts: bytes, then: bytes = b"", goes_on: bytes = b"") -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            if then:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(then)
                await writer.drain()
                return head + await reader.read()
            if unread:
                await unread.wait()
            said = asyncio.ensure_future(reader.read())
            while goes_on and not (await asyncio.wait([said], timeout=0.01))[0]:
                writer.write(goes_on)
            return await said
        except ConnectionError:
            # Closed while more was on its way.
            return b""
        finally:
            writer.close()

    try:
        yield say
    finally:
        server.close()


@pytest.fixture
async def say() -> AsyncIterator[Say]:
    async with listening() as found:
        yield found


def request(headers: bytes = b"", body: bytes = b"") -> bytes:
    return HEAD + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([HEAD + b"X: " + b"a" * 70_000], id="a header without an end"),
        pytest.param([HEAD, *[b"X: a\r\n" * 100] * 120], id="headers without an end"),
        pytest.param([request(b"X: " + b"a" * 70_000 + b"\r\n")], id="a header"),
        pytest.param([request(b"X: a\r\n" * 20_000)], id="headers"),
        pytest.param([b"POST /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"], id="an address"),
        pytest.param([b"POST /" + b"a" * 70_000], id="an address without an end"),
        pytest.param([request(), HEAD, *[b"X: a\r\n" * 1000] * 100], id="of a second request"),
    ],
)
async def test_a_head_of_more_than_64_kib_is_refused(say: Say, parts: list[bytes]) -> None:
    assert b"HTTP/1.1 431 Request Header Fields Too Large\r\n" in await say(*parts)


async def test_a_head_of_60_kib_and_a_large_body_are_taken(say: Say) -> None:
    large = request(b"X: " + b"a" * 60_000 + b"\r\n", b"b" * 1_000_000)
    answers = await say(large, large, request(b"Connection: close\r\n"))
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.count(b"\r\n\r\n1000000") == 2


@pytest.mark.parametrize(
    "part",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01",
        b"POST / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_refused_without_a_line_in_the_log(
    say: Say, caplog: pytest.LogCaptureFixture, part: bytes
) -> None:
    assert (await say(part)).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert caplog.records == []


async def test_nor_does_a_protocol_that_is_not_spoken_here_make_one(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    await say(HEAD + b"Connection: Upgrade, close\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n")
    assert caplog.records == []


async def test_however_little_is_left_unread_of_an_answer_it_counts(say: Say) -> None:
    assert (await say(b"POST /limits HTTP/1.0\r\nContent-Length: 0\r\n\r\n")).endswith(b"\r\n\r\n(0, 0)")


@pytest.mark.parametrize("requests", [5, 6, 20_000])
async def test_five_requests_at_once_are_answered_and_those_that_follow_are_refused(say: Say, requests: int) -> None:
    said = (
        await say(request() * requests)
        if requests > 5
        else await say(request() * 4 + request(b"Connection: close\r\n"))
    )
    assert said.count(b"HTTP/1.1 200 OK") == 5
    assert said.count(b"HTTP/1.1 400 Bad Request") == (requests > 5)


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        pytest.param([], b"", id="nothing"),
        pytest.param([HEAD], b"HTTP/1.1 408 Request Timeout\r\n", id="half a head"),
        pytest.param([request(), b"POST"], b"HTTP/1.1 408 Request Timeout\r\n", id="half of a second one"),
    ],
)
async def test_a_connection_on_which_no_request_comes_is_closed(
    say: Say, monkeypatch: pytest.MonkeyPatch, parts: list[bytes], answer: bytes
) -> None:
    monkeypatch.setattr(bounded_protocol, "_MOST_SECONDS", 0.2)
    said = await say(*parts)
    assert answer in said
    assert bool(said) == bool(answer)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param(request(), b"\r\n", id="an empty line"),
        pytest.param(
            b"POST /refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n", b"{}", id="a late body"
        ),
    ],
)
async def test_what_comes_after_an_answer_and_is_no_request_keeps_no_connection(
    say: Say, monkeypatch: pytest.MonkeyPatch, first: bytes, then: bytes
) -> None:
    monkeypatch.setattr(bounded_protocol, "_MOST_SECONDS", 0.2)
    assert (await say(first, then=then)).count(b"HTTP/1.1") == 1


async def test_nothing_is_kept_of_the_body_of_a_request_that_was_refused(say: Say) -> None:
    head = REFUSED + b"Content-Length: 60000\r\n\r\n"
    asked = b"POST /kept HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    assert (await say(head + b"a" * 50_000, then=b"a" * 10_000 + asked)).endswith(b"\r\n\r\n0")


async def test_who_reads_nothing_of_an_answer_is_cut_off(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    lost, is_lost = BoundedProtocol.connection_lost, asyncio.Event()

    def note_lost(self: BoundedProtocol, exc: Exception | None) -> None:
        lost(self, exc)
        is_lost.set()

    monkeypatch.setattr(bounded_protocol, "_MOST_UNREAD_SECONDS", 0.2)
    monkeypatch.setattr(BoundedProtocol, "connection_lost", note_lost)
    async with listening(unread=is_lost) as say:
        assert len(await say(b"POST /long HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")) < 20_000_000


async def test_once_the_whole_request_is_there_no_time_is_counted(say: Say) -> None:
    head = b"POST /timed HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
    assert (await say(head, b"body")).endswith(b"\r\n\r\nFalse")


CHUNKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"


async def test_a_trailer_that_does_not_end_is_not_kept(say: Say) -> None:
    # The connection is closed in the middle of it.
    assert b"200 OK" not in await say(CHUNKED + b"0\r\nX-T: ", *([b"a" * 16_000] * 20))


async def test_a_body_of_many_parts_with_a_trailer_is_taken(say: Say) -> None:
    part = b"fa0\r\n" + b"a" * 4000 + b"\r\n"
    end = b"0\r\nX-T: a\r\n\r\n" + request(b"Connection: close\r\n")
    said = await say(CHUNKED, *([part] * 50), end)
    assert b"\r\n\r\n200002HTTP/1.1 200 OK" in said.replace(b"\r\n\r\nHTTP", b"HTTP")


LONG = b"Content-Length: 1000000\r\n\r\n"


@pytest.mark.parametrize(
    ("parts", "goes_on"),
    [
        pytest.param([HEAD + LONG], b"", id="nothing of it"),
        pytest.param([HEAD + LONG, b"a"], b"", id="a part"),
        pytest.param([CHUNKED], b"", id="a part of unknown length"),
        pytest.param([HEAD + LONG], b"a", id="byte by byte"),
        pytest.param([CHUNKED], b"1\r\na\r\n", id="chunk by chunk"),
        pytest.param([CHUNKED + b"0\r\nX-T: "], b"a", id="a trailer byte by byte"),
    ],
)
async def test_a_body_that_does_not_come_whole_in_time_is_a_408(
    say: Say, monkeypatch: pytest.MonkeyPatch, parts: list[bytes], goes_on: bytes
) -> None:
    monkeypatch.setattr(bounded_protocol, "_MOST_SECONDS", 0.2)
    said = await say(*parts, goes_on=goes_on)
    assert said.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert said.count(b"HTTP/1.1") == 1


# As a proxy may ask, which sends each request on a connection of its own.
LAST = [b"POST /refused HTTP/1.0\r\n", REFUSED + b"Connection: close\r\n"]


@pytest.mark.parametrize("head", [REFUSED, *LAST])
async def test_who_was_answered_before_the_body_came_does_not_send_it_for_ever(
    say: Say, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(bounded_protocol, "_MOST_SECONDS", 0.2)
    said = await say(head + LONG, goes_on=b"a")
    assert said.count(b"HTTP/1.1") <= 1
    assert b"408" not in said


@pytest.mark.parametrize("head", LAST)
async def test_who_was_answered_before_the_body_came_can_send_it_to_its_end(say: Say, head: bytes) -> None:
    """To what comes after it is closed, a connection answers with a reset, and nginx keeps away from a server that
    does: a stranger's large bodies would have it keep away from every replica."""
    said = await say(head + LONG, then=b"a" * 1_000_000)
    assert said.startswith(b"HTTP/1.1 401 Unauthorized\r\n")


async def test_a_body_that_cannot_be_read_is_refused_at_once(say: Say) -> None:
    assert (await say(CHUNKED + b"nonsense\r\n")).startswith(b"HTTP/1.1 400 Bad Request\r\n")
