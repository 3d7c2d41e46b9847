"""No answer takes more memory than it may, however it comes and whatever it unpacks to."""

import asyncio
import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable

import httpx
import pytest
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.api.bounded_answers import BoundedClient
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.cli.serve import connector
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.settings import Settings

from ..support.clock import Clock
from ..support.constants import TOKEN, VPC
from ..support.raw_server import Answer, RawServer, raw_server, says

pytestmark = pytest.mark.anyio

MB = 1_000_000
NONE = b'{"shares":[]}'


@pytest.fixture(params=["direct", "proxy"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go over the project's own transport, or over httpx's, which is used where there is a proxy."""
    if request.param == "proxy":
        # For others than this machine.
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")


def whole(content: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer with this content."""
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(content), b"", content])


def packed(content: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer that unpacks to this content."""
    return whole(gzip.compress(content), b"Content-Encoding: gzip", *headers, status=status)


def padded(length: int) -> bytes:
    """A list without shares of this length."""
    return NONE.ljust(length)


def without_end(head: bytes, part: bytes) -> Answer:
    """Answer with the head and then, again and again, with the part; a test that waits for the end fails."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(50 * MB // len(part)):
            writer.write(part)
            try:
                await writer.drain()
            except ConnectionError:
                break
        writer.close()

    return answer


def connected(server: RawServer, clock: Clock) -> NfsApi:
    return NfsApi.connect(server.url, TOKEN, max_answer_bytes=MB, sleep=clock.sleep)


TOO_LARGE = {
    "as it is": says(whole(padded(MB + 1))),
    "packed": says(packed(padded(MB + 1))),
    "packed fifty times smaller": says(packed(padded(50 * MB))),
    "packed, by its name in capitals": says(packed(padded(MB + 1)).replace(b": gzip", b": GZIP ")),
    "of an error": says(packed(padded(MB + 1), status=b"404 Not Found")),
    "without end, in chunks": without_end(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"
    ),
    "without end, and without a length": without_end(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65536),
}


@pytest.mark.parametrize("answer", TOO_LARGE)
async def test_an_answer_that_is_too_large_is_told_as_that_and_is_not_asked_for_again(
    answer: str, clock: Clock
) -> None:
    async with raw_server(TOO_LARGE[answer]) as server:
        api = connected(server, clock)
        with pytest.raises(NfsError) as caught:
            await api.list_shares()
        await api.aclose()
        assert len(server.heads) == 1
    assert str(caught.value) == (
        "The API's answer is larger than 1 MB, and so was not read to its end. Trying again will not help, unless it "
        "asks for less, such as for one region. The server's operator has to start it with a higher --max-answer-mb."
    )
    assert caught.value.failure.kind is FailureKind.FAILED


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["lines", "one line"])
async def test_a_head_without_end_is_given_up(head: bytes, clock: Clock) -> None:
    part = b"X-More: 1\r\n" * 1000 if head.endswith(b"\n") else b"1" * 10_000
    async with raw_server(without_end(head, part)) as server:
        api = connected(server, clock)
        with pytest.raises(NfsError, match="The API's answer"):
            await api.list_vpcs()
        await api.aclose()


@pytest.mark.parametrize("made", [whole, packed])
async def test_an_answer_that_is_just_as_large_as_it_may_be_is_read(
    made: Callable[[bytes], bytes], clock: Clock
) -> None:
    async with raw_server(says(made(padded(MB)))) as server:
        api = connected(server, clock)
        for _ in range(2):
            assert await api.list_shares() == []
        assert server.connections == 1
        await api.aclose()


async def test_no_more_memory_is_taken_than_an_answer_may_have(clock: Clock) -> None:
    async with raw_server(says(packed(padded(50 * MB)))) as server:
        api = connected(server, clock)
        tracemalloc.start()
        try:
            with pytest.raises(NfsError, match="is larger than 1 MB"):
                await api.list_shares()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        await api.aclose()
    assert peak < 4 * MB


async def test_whether_a_share_was_made_is_looked_up_after_an_answer_that_is_too_large(clock: Clock) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(packed(padded(MB + 1)) if b"POST" in server.heads[-1] else whole(NONE))

    async with raw_server(answer) as server:
        api = connected(server, clock)
        with pytest.raises(NfsError) as caught:
            await api.create_share("data", "atl1", 50, [VPC], None)
        await api.aclose()
        methods = [head.partition(b" /")[0].rpartition(b"}")[2] for head in server.heads]
    assert methods[:2] == [b"GET", b"POST"]
    assert set(methods[2:]) == {b"GET"}
    assert "It is not known whether the change was made: look with list_shares before trying again." in str(
        caught.value
    )
    assert caught.value.failure.kind is FailureKind.UNKNOWN_OUTCOME


async def test_a_delete_whose_answer_is_too_large_is_not_sent_again(clock: Clock) -> None:
    async with raw_server(says(packed(padded(MB + 1)))) as server:
        api = connected(server, clock)
        with pytest.raises(NfsError, match=r"is larger than 1 MB.*It is not known whether the change was made"):
            await api.delete_share(VPC)
        await api.aclose()
        assert len(server.heads) == 1


async def test_the_words_of_an_error_are_read_however_they_are_packed(clock: Clock) -> None:
    error = b'{"id":"forbidden","message":"You may not."}'
    async with raw_server(says(packed(error, status=b"403 Forbidden"))) as server:
        api = connected(server, clock)
        with pytest.raises(NfsError, match=r'The API answered 403 \(forbidden\): "You may not\."'):
            await api.list_shares()
        await api.aclose()


async def test_no_packing_is_asked_for_but_gzip(clock: Clock) -> None:
    async with raw_server(says(whole(NONE))) as server:
        api = connected(server, clock)
        await api.list_shares()
        await api.aclose()
        headers = server.heads[0].lower().split(b"\r\n")
    assert [header for header in headers if header.startswith(b"accept-encoding")] == [b"accept-encoding: gzip"]


UNREADABLE = {
    "in a packing that was not asked for": whole(zlib.compress(NONE), b"Content-Encoding: deflate"),
    "packed twice": whole(gzip.compress(gzip.compress(NONE)), b"Content-Encoding: gzip, gzip"),
    "in another packing than it says": whole(zlib.compress(NONE), b"Content-Encoding: gzip"),
    "cut off in what is packed": whole(gzip.compress(padded(1000))[:-12], b"Content-Encoding: gzip"),
    "not what it says it is": whole(NONE, b"Content-Encoding: gzip"),
    "packed, with nothing in it": whole(b"", b"Content-Encoding: gzip"),
}


@pytest.mark.parametrize("answer", UNREADABLE)
async def test_an_answer_that_cannot_be_unpacked_is_not_a_success(answer: str, clock: Clock) -> None:
    async with raw_server(says(UNREADABLE[answer])) as server:
        api = connected(server, clock)
        with pytest.raises(NfsError, match=r"answer broke off|not one the API gives"):
            await api.list_shares()
        await api.aclose()


async def test_what_repeats_itself_after_a_while_is_unpacked(clock: Clock) -> None:
    # As far back as gzip goes, and not to be packed in itself.
    once = f"{random.Random(1).getrandbits(120_000):030000x}"
    content = b'{"shares":[],"more":"%b"}' % (once * 2).encode()
    async with raw_server(says(packed(content))) as server:
        api = connected(server, clock)
        assert await api.list_shares() == []
        await api.aclose()


@pytest.mark.parametrize(
    ("status", "said"), [(b"200 OK", "not one the API gives"), (b"503 No", "The API answered 503")]
)
async def test_an_answer_that_is_not_what_it_says_it_is_still_has_its_status(
    status: bytes, said: str, clock: Clock
) -> None:
    async with raw_server(says(whole(NONE, b"Content-Encoding: gzip", status=status))) as server:
        api = connected(server, clock)
        with pytest.raises(NfsError, match=said):
            await api.list_shares()
        await api.aclose()


async def test_how_large_an_answer_may_be_is_what_the_settings_say(clock: Clock) -> None:
    async with raw_server(says(whole(padded(2 * MB)))) as server:
        for most, is_read in ((1, False), (2, True)):
            api = connector(Settings(api_url=server.url, max_answer_mb=most), AccountToken.fixed(TOKEN))()
            if is_read:
                assert await api.list_shares() == []
            else:
                with pytest.raises(NfsError, match="is larger than 1 MB"):
                    await api.list_shares()
            await api.aclose()


@pytest.mark.parametrize(("size", "is_read"), [(65_536, True), (65_537, False)])
async def test_names_and_values_of_headers_have_64_kib_in_all(size: int, is_read: bool) -> None:
    headers = {"content-length": "0", "x-long": ""}
    headers["x-long"] = "a" * (size - sum(map(len, [*headers, *headers.values()])))
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers))
    async with BoundedClient(transport=answer, max_answer_bytes=MB) as client:
        if is_read:
            assert (await client.get("http://api.test")).content == b""
        else:
            with pytest.raises(httpx.RemoteProtocolError, match="larger than 65536 bytes"):
                await client.get("http://api.test")
