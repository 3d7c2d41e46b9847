"""The sandbox behind httpx clients in this process."""

import asyncio
import re
import sys
from collections.abc import Iterator
from importlib import import_module

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport

from ...support.constants import NEW_SHARE
from ...support.sandboxes import AUTHORIZED, Sleeps

URL = "http://sandbox.test/v2/nfs"


def test_async_and_sync_clients_get_the_same_answers(sandbox: Sandbox) -> None:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
            made = await client.post(URL, json=NEW_SHARE)
            return await client.get(f"{URL}/{made.json()['share']['id']}")

    answer = asyncio.run(ask())
    with httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
        assert client.get(str(answer.url)).json() == answer.json()
        assert client.get(URL).headers.raw == answer.headers.raw[:3] + client.get(URL).headers.raw[3:]


def test_a_sync_client_works_inside_an_event_loop(sandbox: Sandbox, sleeps: Sleeps) -> None:
    async def ask() -> int:
        with httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
            return client.get(URL).status_code  # noqa: ASYNC212

    sandbox.add_fault("delay", seconds=3)
    assert asyncio.run(ask()) == 200
    assert sleeps.slept == [3]


def test_async_clients_meet_drops_and_timeouts_too(sandbox: Sandbox, sleeps: Sleeps) -> None:
    async def ask(kind: str, **fields: object) -> None:
        sandbox.add_fault(kind, **fields)
        async with httpx.AsyncClient(transport=SandboxTransport(sandbox), headers=AUTHORIZED, timeout=2) as client:
            await client.get(URL)

    for kind in ("drop_before", "drop_after", "truncate"):
        with pytest.raises(httpx.RemoteProtocolError):
            asyncio.run(ask(kind))
    with pytest.raises(httpx.ReadTimeout):
        asyncio.run(ask("delay", seconds=2.5))
    asyncio.run(ask("slow_drip", seconds=2))
    assert sleeps.slept == [2] + [2] * 10


def test_a_body_may_come_in_pieces(sandbox: Sandbox) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"name": "new", "region": "atl1", "size_gib": 50,'
        yield b' "vpc_ids": ["796c6fe3-2a1d-4da2-9f3e-38239827dc91"]}'

    with httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
        assert client.post(URL, content=pieces(), headers={"content-type": "application/json"}).status_code == 201


def test_closing_a_client_leaves_the_sandbox_open(sandbox: Sandbox) -> None:
    for _ in range(2):
        with httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
            assert client.get(URL).status_code == 200


def test_a_wait_that_is_not_a_pause_is_an_error(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    async def waits(*_: object) -> None:
        await asyncio.Future(loop=loop)

    loop = asyncio.new_event_loop()
    monkeypatch.setattr(Sandbox, "respond", waits)
    with (
        httpx.Client(transport=SandboxTransport(sandbox)) as client,
        pytest.raises(RuntimeError, match="waits for something"),
    ):
        client.get(URL)
    loop.close()


def test_without_httpx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    monkeypatch.delitem(sys.modules, "do_nfs_sandbox.http.transport")
    with pytest.raises(ImportError, match=re.escape("pip install 'do-nfs-sandbox[httpx]'")):
        import_module("do_nfs_sandbox.http.transport")


def test_an_answer_is_read_as_one_that_comes_over_a_network(sandbox: Sandbox) -> None:
    with (
        httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client,
        client.stream("GET", URL) as answer,
    ):
        assert not answer.is_stream_consumed
        assert b"".join(answer.iter_raw()) == client.get(URL).content
        assert answer.num_bytes_downloaded == int(answer.headers["content-length"])
    assert answer.elapsed.total_seconds() >= 0


def test_an_async_client_reads_it_so_too(sandbox: Sandbox) -> None:
    async def ask() -> None:
        async with httpx.AsyncClient(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
            async with client.stream("GET", URL) as answer:
                read = [piece async for piece in answer.aiter_raw()]
                assert answer.num_bytes_downloaded == len(b"".join(read)) == int(answer.headers["content-length"])
            assert answer.elapsed.total_seconds() >= 0

    asyncio.run(ask())


def test_a_slow_body_comes_in_pieces(sandbox: Sandbox, sleeps: Sleeps) -> None:
    sandbox.add_fault("slow_drip", seconds=2)
    with (
        httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client,
        client.stream("GET", URL) as answer,
    ):
        assert (answer.status_code, sleeps.slept) == (200, [2])
        pieces = answer.iter_raw()
        assert next(pieces)
        assert sleeps.slept == [2]
        assert next(pieces)
        assert sleeps.slept == [2, 2]


def test_a_body_that_is_cut_short_is_seen_up_to_there(sandbox: Sandbox) -> None:
    sandbox.add_fault("truncate")
    with (
        httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client,
        client.stream("GET", URL) as answer,
    ):
        assert answer.status_code == 200
        pieces = answer.iter_raw()
        assert next(pieces).startswith(b'{"shares":[')
        with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
            next(pieces)
