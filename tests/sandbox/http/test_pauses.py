"""How a fault waits."""

import asyncio
import socket
import threading
import time
from typing import NoReturn

import anyio
import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport
from do_nfs_sandbox.http.pauses import pause, pause_thread

from ...support.sandboxes import AUTHORIZED, Sleeps

URL = "http://sandbox.test/v2/nfs"


async def lets_the_event_loop_go_on(seconds: float) -> None:
    await asyncio.sleep(0 * seconds)


def test_a_thread_waits_in_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    pause_thread(600)
    assert slept == [600]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_event_loop_whose_clock_stands_still_goes_on_after_a_pause(
    monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    # As freezegun has it. trio looks at no clock but its own.
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    anyio.run(pause, 0.001, backend=backend)


def test_a_pause_that_is_cancelled_leaves_no_thread() -> None:
    async def cancelled() -> None:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(pause, 3600)
                await anyio.lowlevel.checkpoint()
                await anyio.lowlevel.checkpoint()
                scope.cancel()

    before = set(threading.enumerate())
    anyio.run(cancelled)
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
        assert not thread.is_alive()


def test_a_pause_of_a_sync_client_needs_no_socket_and_no_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "socketpair", forbidden)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with Sandbox() as sandbox, httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
        sandbox.add_fault("delay", seconds=1)
        assert client.get(URL).status_code == 200


def test_a_tests_own_sleep_is_used_by_both_kinds_of_client(sleeps: Sleeps) -> None:
    pause_thread(2, sleeps)
    assert sleeps.slept == [2]


def test_a_sleep_that_needs_an_event_loop_is_refused_in_a_thread() -> None:
    with pytest.raises(RuntimeError, match="needs an event loop"):
        pause_thread(2, lets_the_event_loop_go_on)
