"""What is sent in bodies that come slowly is shared out by caller: nobody fills the memory or keeps others out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import anyio
import pytest
from anyio.lowlevel import checkpoint
from do_nfs_mcp.transports.http.body_memory import BodyMemory
from starlette.types import Message, Receive, Scope, Send

from ...support.http_site import INITIALIZE, Grant, OpenSite, Site

pytestmark = pytest.mark.anyio

MOST = 1000


class Bodies:
    """Requests whose bodies do not end, to an application that reads them, with room for 1000 bytes."""

    def __init__(self, group: anyio.abc.TaskGroup, **room: int) -> None:
        self._group = group
        self._app = BodyMemory(self._read, **room)
        self.read = 0

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            self.read += len((await receive())["body"])

    async def begin(self, address: str, *parts: int) -> SimpleNamespace:
        """Send parts of so many bytes; gives `status`, which is None until it is answered, and `end`, which ends it."""
        scope = {"type": "http", "client": (address, 1), "headers": []}
        begun = SimpleNamespace(status=None, wait=None)
        sent, left = anyio.Event(), list(parts)

        async def receive() -> Message:
            if not left:
                sent.set()
                await anyio.sleep_forever()
            return {"type": "http.request", "body": b"a" * left.pop(0), "more_body": True}

        async def send(message: Message) -> None:
            begun.status = message.get("status", begun.status)
            begun.wait = dict(message.get("headers", ())).get(b"retry-after", begun.wait)

        async def run() -> None:
            with anyio.CancelScope() as cancellation:
                begun.end = cancellation.cancel
                await self._app(scope, receive, send)
            sent.set()

        self._group.start_soon(run)
        await sent.wait()
        return begun


@pytest.fixture
async def bodies() -> AsyncIterator[Bodies]:
    async with anyio.create_task_group() as group:
        yield Bodies(group, most_bytes=MOST)
        group.cancel_scope.cancel()


async def test_one_sender_s_bodies_are_no_more_than_a_quarter_together(bodies: Bodies) -> None:
    assert [(await bodies.begin("192.0.2.1", 50, 50)).status for _ in range(120)] == [None, None, *[429] * 118]
    # What was taken of those that were refused is given back.
    assert (await bodies.begin("192.0.2.1", 50)).status is None
    assert (await bodies.begin("192.0.2.1", 1)).status == 429


async def test_whatever_others_send_there_is_room_for_a_newcomer(bodies: Bodies) -> None:
    for number in range(100):
        while (await bodies.begin(f"192.0.2.{number}", 10)).status is None:
            pass
    assert (await bodies.begin("198.51.100.1", 1)).status is None
    assert bodies.read < MOST


async def test_what_a_request_held_is_free_when_it_ends(bodies: Bodies) -> None:
    first = await bodies.begin("192.0.2.1", 250)
    assert (await bodies.begin("192.0.2.1", 1)).status == 429
    first.end()
    await checkpoint()
    assert (await bodies.begin("192.0.2.1", 250)).status is None


async def test_a_sender_takes_more_only_while_as_much_is_free_as_they_then_hold(bodies: Bodies) -> None:
    for number in range(3):
        assert (await bodies.begin(f"192.0.2.{number}", 250)).status is None
    assert (await bodies.begin("192.0.2.4", 126)).status == 429
    assert (await bodies.begin("192.0.2.4", 125)).status is None
    assert (await bodies.begin("192.0.2.5", 63)).status == 429
    assert (await bodies.begin("192.0.2.5", 62)).status is None


async def test_all_bodies_have_a_mebibyte_and_who_has_a_quarter_of_it_is_told_to_wait() -> None:
    async with anyio.create_task_group() as group:
        bodies = Bodies(group)
        assert (await bodies.begin("192.0.2.1", 256 * 1024)).status is None
        refused = await bodies.begin("192.0.2.1", 1)
        assert (refused.status, refused.wait) == (429, b"5")
        assert (await bodies.begin("192.0.2.2", 256 * 1024 + 1)).status == 429
        group.cancel_scope.cancel()


LARGE = 62_000


@asynccontextmanager
async def four_large_bodies(site: Site, token: str | None) -> AsyncIterator[None]:
    """Four bodies of 62 kB, each of which lacks its end, while the block runs."""

    async def post(come: anyio.Event) -> None:
        async def body() -> AsyncIterator[bytes]:
            yield b" " * LARGE
            come.set()
            await anyio.sleep_forever()

        async with site.raw(token) as http:
            await http.post("/mcp", content=body())

    async with anyio.create_task_group() as group:
        for _ in range(4):
            come = anyio.Event()
            group.start_soon(post, come)
            await come.wait()
        yield
        group.cancel_scope.cancel()


async def initialize(site: Site, token: str | None, size: int = 0) -> tuple[int, str]:
    """The answer to a request with so many bytes more than it needs."""
    async with site.raw(token) as http:
        answer = await http.post("/mcp", json={**INITIALIZE, "more": " " * size})
    return answer.status_code, answer.text


async def test_a_caller_with_four_slow_large_bodies_is_refused_a_fifth_and_another_is_not(
    open_site: OpenSite, grant: Grant
) -> None:
    ann, bob = grant("ann", "nfs:list"), grant("bob", "nfs:list")
    async with open_site() as site:
        async with four_large_bodies(site, ann):
            status, said = await initialize(site, ann, LARGE)
            assert status == 429
            assert "The requests of this caller that are under way are too large together" in said
            assert (await initialize(site, bob, LARGE))[0] == 200
        assert (await initialize(site, ann, LARGE))[0] == 200


async def test_where_nobody_is_asked_who_they_are_bodies_are_shared_out_by_address(open_site: OpenSite) -> None:
    async with open_site(asks=False) as site, four_large_bodies(site, None):
        assert (await initialize(site, None, LARGE))[0] == 429
        async with site.raw(address="198.51.100.8") as http:
            assert (await http.post("/mcp", json={**INITIALIZE, "more": " " * LARGE})).status_code == 200
