"""What a connection bounds is bounded to the byte and to the second, and nobody within the bounds is cut off."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvicorn
from do_nfs_mcp.transports.http.bounded_protocol import BoundedProtocol
from starlette.types import Message, Receive, Scope, Send
from uvicorn.server import ServerState

pytestmark = pytest.mark.anyio

MOST = 64 * 1024
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
OK, TIMEOUT, TOO_LARGE = b"HTTP/1.1 200 ", b"HTTP/1.1 408 ", b"HTTP/1.1 431 "


def request(headers: bytes = b"", body: bytes = b"", path: bytes = b"/") -> bytes:
    head = HEAD.replace(b" / ", b" " + path + b" ") + headers
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Timer:
    """What goes off once unless it is cancelled."""

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when, self.callback, self.is_left = when, callback, True

    def cancel(self) -> None:
        self.is_left = False


class Time:
    """A loop whose timers go off as a test lets time pass."""

    def __init__(self) -> None:
        self._now = 0.0
        self._timers: list[Timer] = []

    @property
    def left(self) -> list[Timer]:
        return [timer for timer in self._timers if timer.is_left]

    def call_later(self, delay: float, callback: Callable[..., None], *arguments: Any) -> Timer:
        self._timers.append(Timer(self._now + delay, lambda: callback(*arguments)))
        return self._timers[-1]

    def create_task(self, task: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(task)

    async def pass_time(self, seconds: float) -> None:
        end = self._now + seconds
        while due := [timer for timer in self.left if timer.when <= end]:
            first = min(due, key=lambda timer: timer.when)
            self._now, first.is_left = first.when, False
            first.callback()
            await until_idle()
        self._now = end


async def until_idle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


class Wire(asyncio.Transport):
    """A connection: what was said on it, and how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.closed = self.ended = self.aborted = False
        self.is_read = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += data

    def write_eof(self) -> None:
        self.ended = True

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass


class Connected:
    """A connection to an application, which holds its answers while it is not `free`."""

    def __init__(self) -> None:
        self.time, self.wire = Time(), Wire()
        self.free = asyncio.Event()
        self.free.set()
        self.received: list[str] = []
        config = uvicorn.Config(self._answer, http=BoundedProtocol, ws="none", log_config=None, interface="asgi3")
        config.load()
        loop: Any = self.time
        self.protocol = BoundedProtocol(config=config, server_state=ServerState(), app_state={}, _loop=loop)
        self.protocol.connection_made(self.wire)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {"type": "http.response.start", "status": 200, "headers": []}
        if scope["path"] == "/early":
            await send(start)
        if scope["path"] != "/eager":
            await self.free.wait()
        size, more = 0, True
        while more:
            message = await receive()
            self.received.append(message["type"])
            if message["type"] == "http.disconnect":
                return
            size, more = size + len(message["body"]), message["more_body"]
        await self.free.wait()
        await send(start)
        await send({"type": "http.response.body", "body": b"<%d>" % size})

    async def say(self, *pieces: bytes) -> bytes:
        """Send pieces, each of which comes as one, and return what was answered to all so far."""
        for piece in pieces:
            self.protocol.data_received(piece)
            await until_idle()
        return self.wire.said

    def is_refused(self, with_status: bytes) -> bool:
        return self.wire.said.startswith(with_status) and self.wire.ended


@pytest.fixture
async def connected() -> Connected:
    return Connected()


def long_header(size: int) -> bytes:
    """A head that counts as so many bytes: its address, and each line with a colon, a space and its end."""
    return request(b"X: " + b"a" * (size - 42) + b"\r\n")


def many_headers(size: int) -> bytes:
    number, rest = divmod(size - 42, 6)
    return request(b"X: a\r\n" * number + b"X: " + b"a" * rest + b"\r\n")


def long_address(size: int) -> bytes:
    return request(path=b"/" * (size - 36))


@pytest.mark.parametrize("head", [long_header, many_headers, long_address])
@pytest.mark.parametrize("before", [b"", request(b"X: " + b"a" * 40_000 + b"\r\n")], ids=["first", "second"])
async def test_a_head_may_have_64_kib_and_not_a_byte_more(
    connected: Connected, head: Callable[[int], bytes], before: bytes
) -> None:
    answers = (await connected.say(before) if before else b"").count(OK)
    assert (await connected.say(head(MOST))).count(OK) == answers + 1
    assert not connected.wire.closed
    assert TOO_LARGE in await connected.say(head(MOST + 1))
    assert connected.wire.ended


@pytest.mark.parametrize("piece", [MOST, 1000])
@pytest.mark.parametrize("before", [b"", request(b"", b"a" * 70_000)], ids=["first", "second"])
async def test_of_a_head_that_does_not_end_64_kib_are_taken(connected: Connected, piece: int, before: bytes) -> None:
    if before:
        await connected.say(before)
    answered = connected.wire.said
    head = (HEAD + b"X: ").ljust(MOST, b"a")
    assert await connected.say(*(head[start : start + piece] for start in range(0, MOST, piece))) == answered
    assert TOO_LARGE in await connected.say(b"a")
    # Nothing else is said to what follows.
    said = connected.wire.said
    assert await connected.say(b"a" * 1000, b"\r\n\r\n", request()) == said


@pytest.mark.parametrize(
    "before",
    [
        pytest.param([request(b"", b"a" * 70_000)], id="a whole request"),
        pytest.param([request(b"", b"a" * 70_000)] * 2, id="two whole requests"),
        pytest.param([request(b"", b"a" * 70_000)[:40], request(b"", b"a" * 70_000)[40:]], id="the end of a head"),
        pytest.param([request(b"", b"a" * 70_000)[:100], request(b"", b"a" * 70_000)[100:]], id="the end of a body"),
    ],
)
async def test_what_a_head_follows_in_the_same_piece_is_not_counted_as_its_own(
    connected: Connected, before: list[bytes]
) -> None:
    *first, last = before
    whole = b"".join(before).count(b"POST")
    said = await connected.say(*first, last + HEAD + b"X: ")
    assert (said.count(b"<70000>"), TOO_LARGE in said) == (whole, False)
    assert await connected.say(b"a" * MOST) == said
    assert TOO_LARGE in await connected.say(b"a")


@pytest.mark.parametrize(
    ("before", "junk"),
    [
        pytest.param([], b"\r\n" * MOST, id="empty lines before a request"),
        pytest.param([request()], b"\r\n" * MOST, id="empty lines after an answer"),
        pytest.param([CHUNKED], b"2;" + b"a" * MOST, id="what follows the size of a chunk"),
        pytest.param([CHUNKED, b"2\r\nab\r\n"], b"0\r\nX: " + b"a" * MOST, id="a trailer"),
    ],
)
async def test_of_what_is_neither_head_nor_body_64_kib_are_taken(
    connected: Connected, before: list[bytes], junk: bytes
) -> None:
    said = await connected.say(*before)
    for piece in (junk[:1000], junk[1000:MOST]):
        assert await connected.say(piece) == said
        assert not connected.wire.closed
    assert await connected.say(junk[MOST : MOST + 1]) == said
    assert connected.wire.closed


async def test_a_large_piece_of_a_body_is_no_trailer(connected: Connected) -> None:
    large = b"%x\r\n" % (2 * MOST) + b"a" * 2 * MOST + b"\r\n"
    assert await connected.say(CHUNKED, large, large) == b""
    assert b"<%d>" % (4 * MOST) in await connected.say(b"0\r\n\r\n")
    assert not connected.wire.closed


async def test_what_cannot_be_read_after_the_largest_head_is_not_called_too_large(connected: Connected) -> None:
    head = long_header(MOST).replace(b"Content-Length: 0", b"Expect:           ")
    assert b"HTTP/1.1 400 " in await connected.say(head[:-4] + b"\r\nnonsense\r\n\r\n")


async def test_nobody_says_nothing_for_longer_than_20_seconds(connected: Connected) -> None:
    await connected.time.pass_time(19.9)
    assert not connected.wire.closed
    await connected.time.pass_time(0.1)
    assert (connected.wire.said, connected.wire.closed) == (b"", True)


@pytest.mark.parametrize(
    ("before", "part"),
    [
        pytest.param([], [HEAD, b"X", b": ", b"a"], id="a head"),
        pytest.param(
            [HEAD], [b"Content-Length: 9\r\n\r\n", b"a", b"a", b"a"], id="a body, which has a time of its own"
        ),
        pytest.param([CHUNKED], [b"1\r\na\r\n", b"0\r\n", b"X: ", b"a"], id="a trailer"),
    ],
)
async def test_a_head_and_a_body_have_20_seconds_each_however_often_some_of_it_comes(
    connected: Connected, before: list[bytes], part: list[bytes]
) -> None:
    await connected.say(*before)
    if before == [HEAD]:
        await connected.time.pass_time(15)
    for piece in part:
        assert await connected.say(piece) == b""
        await connected.time.pass_time(4.9)
    assert not connected.wire.ended
    await connected.time.pass_time(0.5)
    assert connected.is_refused(TIMEOUT)
    # What is on its way is read for 2 seconds.
    await connected.time.pass_time(1.8)
    assert not connected.wire.closed
    await connected.time.pass_time(0.2)
    assert connected.wire.closed
    assert connected.wire.said.count(b"HTTP/1.1") == 1


async def test_empty_lines_after_an_answer_keep_a_connection_for_20_seconds(connected: Connected) -> None:
    said = await connected.say(request(), b"\r\n")
    for _ in range(2):
        await connected.time.pass_time(9.9)
        assert not connected.wire.closed
        await connected.say(b"\r\n")
    await connected.time.pass_time(0.2)
    assert (connected.wire.said, connected.wire.closed) == (said, True)


async def test_an_empty_line_while_a_request_is_answered_does_not_cut_the_answer_off(connected: Connected) -> None:
    connected.free.clear()
    await connected.say(request(), b"\r\n")
    await connected.time.pass_time(1000)
    connected.free.set()
    await until_idle()
    assert connected.wire.said.startswith(OK)
    assert not connected.wire.closed


async def test_time_does_not_count_while_it_is_the_application_that_does_not_read(connected: Connected) -> None:
    connected.free.clear()
    body = b"a" * 200_000
    await connected.say(request(b"", body)[:-1])
    assert not connected.wire.is_read
    await connected.time.pass_time(1000)
    assert (connected.wire.said, connected.wire.closed) == (b"", False)
    connected.free.set()
    await until_idle()
    assert connected.wire.is_read
    await connected.time.pass_time(20)
    assert connected.is_refused(TIMEOUT)


async def test_an_application_is_told_when_the_rest_of_a_body_does_not_come(connected: Connected) -> None:
    await connected.say(request(b"", b"abc", b"/eager")[:-1])
    await connected.time.pass_time(20)
    assert connected.is_refused(TIMEOUT)
    assert connected.received == ["http.request", "http.disconnect"]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([request(), CHUNKED + b"nonsense\r\n"], id="an earlier request is still to be answered"),
        pytest.param([request(b"", b"abc", b"/early")[:-1]], id="its answer has begun"),
    ],
)
async def test_nothing_is_said_in_the_middle_of_an_answer_or_out_of_turn(
    connected: Connected, parts: list[bytes]
) -> None:
    connected.free.clear()
    said = await connected.say(*parts)
    await connected.time.pass_time(20)
    assert (connected.wire.said, connected.wire.closed) == (said, True)


@pytest.mark.parametrize(
    ("second", "status"),
    [
        pytest.param(b"nonsense\r\n\r\n", b"400", id="no HTTP"),
        pytest.param(long_header(MOST + 1), b"431", id="too large"),
        pytest.param(HEAD, b"408", id="too slow"),
    ],
)
async def test_a_request_is_refused_once_those_before_it_are_answered(
    connected: Connected, second: bytes, status: bytes
) -> None:
    connected.free.clear()
    await connected.say(request(), second)
    await connected.time.pass_time(20)
    assert await connected.say(b"more") == b""
    connected.free.set()
    await until_idle()
    assert [line.split()[1] for line in connected.wire.said.splitlines() if line.startswith(b"HTTP")] == [
        b"200",
        status,
    ]
    assert connected.wire.ended


async def test_the_body_of_a_request_that_waits_is_kept_while_another_is_answered(connected: Connected) -> None:
    connected.free.clear()
    await connected.say(request(), request(b"", b"a" * 10))
    connected.free.set()
    await until_idle()
    assert connected.wire.said.index(b"<0>") < connected.wire.said.index(b"<10>")


async def test_an_answer_that_is_not_read_is_given_up_after_60_seconds(connected: Connected) -> None:
    connected.protocol.pause_writing()
    await connected.time.pass_time(59.9)
    assert not connected.wire.aborted
    await connected.time.pass_time(0.1)
    assert connected.wire.aborted


async def test_who_reads_an_answer_in_time_is_not_cut_off(connected: Connected) -> None:
    await connected.say(request())
    connected.protocol.pause_writing()
    await connected.time.pass_time(1)
    connected.protocol.resume_writing()
    await connected.time.pass_time(1000)
    assert not connected.wire.aborted


@pytest.mark.parametrize("unread", [False, True])
@pytest.mark.parametrize("part", [b"", HEAD, request(b"", b"abc")[:-1], request()])
async def test_nothing_is_left_of_a_connection_that_is_lost(connected: Connected, part: bytes, unread: bool) -> None:
    await connected.say(part)
    if unread:
        connected.protocol.pause_writing()
    connected.protocol.connection_lost(None)
    assert connected.time.left == []


async def test_four_requests_wait_for_an_answer_and_not_a_fifth(connected: Connected) -> None:
    connected.free.clear()
    await connected.say(*[request()] * 5)
    assert not connected.wire.ended
    await connected.say(request())
    connected.free.set()
    await until_idle()
    assert connected.wire.said.count(OK) == 5
    assert connected.wire.said.count(b"HTTP/1.1 400 ") == 1


async def test_a_connection_takes_one_request_after_the_other(connected: Connected) -> None:
    for number in range(1, 8):
        assert (await connected.say(request())).count(OK) == number
