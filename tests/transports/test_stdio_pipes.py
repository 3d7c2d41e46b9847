"""What is read of stdin, and when; and what is left as it was for others."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, aclosing, suppress
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from do_nfs_mcp.transports import stdio

from ..support.constants import INITIALIZE_PARAMS
from ..support.contracts import ROOT
from ..support.server_process import environment

posix = pytest.mark.skipif(os.name == "nt", reason="there, threads wait for stdin")
# What the handshake answers by itself, and a call.
TYPED = "".join(
    json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"
    for number, (method, params) in enumerate(
        [("initialize", INITIALIZE_PARAMS), ("tools/call", {"name": "list_shares", "arguments": {}})]
    )
)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


async def turn_the_loop() -> None:
    """Let the event loop look at what has come, more than once."""
    for _ in range(10):
        await anyio.lowlevel.checkpoint()


@posix
@pytest.mark.anyio
async def test_of_what_comes_while_nobody_takes_it_two_pieces_are_read_and_the_rest_later(
    pipe: tuple[int, int],
) -> None:
    reading, writing = pipe
    with anyio.fail_after(30):
        async with aclosing(stdio._read_here(reading)) as pieces:
            for first, later in ((b"1", b"2345"), (b"6", b"789a")):
                os.write(writing, first)
                assert await anext(pieces) == first
                for piece in later:
                    os.write(writing, bytes([piece]))
                    await turn_the_loop()
                # What came when two were waiting was left in the pipe, and came together.
                assert [await anext(pieces) for _ in range(3)] == [later[:1], later[1:2], later[2:]]
            os.write(writing, b"the last")
            os.close(writing)
            assert [piece async for piece in pieces] == [b"the last"]


@posix
@pytest.mark.anyio
async def test_stdin_is_watched_no_more_once_nobody_reads_it(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.write(writing, b"1")
    async with aclosing(stdio._read_here(reading)) as pieces:
        assert await anext(pieces) == b"1"
    assert not asyncio.get_running_loop().remove_reader(reading)


@posix
@pytest.mark.anyio
async def test_a_client_that_resets_its_connection_is_gone() -> None:
    ours, theirs = socket.socketpair()
    with ours, anyio.fail_after(10):
        # Who closes a socket with something unread resets it.
        ours.send(b"an answer")
        theirs.close()
        assert [piece async for piece in stdio._read_here(ours.fileno())] == []


@posix
def test_the_event_loop_waits_for_pipes_and_sockets_and_for_nothing_else(pipe: tuple[int, int], tmp_path: Path) -> None:
    with ExitStack() as opened:
        ours, theirs = map(opened.enter_context, socket.socketpair())
        file = opened.enter_context((tmp_path / "file").open("w"))
        device = opened.enter_context(Path(os.devnull).open())
        descriptors = dict.fromkeys((*pipe, ours.fileno(), theirs.fileno()), True)
        descriptors |= {file.fileno(): False, device.fileno(): False}
        assert {each: stdio._can_be_waited_for(each) for each in descriptors} == descriptors


@pytest.mark.anyio
async def test_signals_do_what_they_did_before_once_nobody_is_served(pipe: tuple[int, int]) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    during: list[Any] = []

    async def serve(incoming: stdio.Incoming, outgoing: stdio.Outgoing) -> None:
        during.extend(signal.getsignal(number) for number in numbers)
        async with incoming, outgoing:
            assert [message async for message in incoming] == []

    reading, writing = pipe
    os.close(writing)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with anyio.fail_after(30):
        assert await stdio.serve_stdio(serve, reading, nowhere) == 0
    os.close(nowhere)
    assert not set(before) & set(during)
    assert [signal.getsignal(number) for number in numbers] == before


def test_what_is_printed_by_mistake_goes_to_stderr() -> None:
    program = """
import os, sys
from do_nfs_mcp.transports.handshake import HandedOver
from do_nfs_mcp.transports.stdio import run_stdio
async def serve(incoming, outgoing):
    print("printed", flush=True)
    os.write(1, b"written\\n")
    async with incoming, outgoing:
        assert [message async for message in incoming] == []
sys.exit(run_stdio(serve, HandedOver()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr.split()) == (0, "", ["printed", "written"])


@posix
def test_a_terminal_for_stdin_does_not_keep_the_server_from_ending() -> None:
    # Nothing can end a thread that waits for what is typed.
    ours, theirs = os.openpty()
    server = subprocess.Popen(
        [sys.executable, "-m", "do_nfs_mcp", "--sandbox"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    with server, ExitStack() as ended:
        ended.callback(os.close, ours)
        ended.callback(os.close, theirs)
        ended.callback(server.kill)
        os.write(ours, TYPED.encode())
        assert server.stdout
        assert [json.loads(server.stdout.readline())["id"] for _ in range(2)] == [0, 1]
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 128 + signal.SIGTERM


def test_calls_and_the_last_lines_have_the_seconds_that_the_page_says() -> None:
    page = " ".join((ROOT / "docs/assistant.md").read_text("utf-8").split())
    assert "on SIGINT or SIGTERM, running calls get 5 seconds" in page
    assert (stdio._GRACE, stdio._LAST_LINES) == (4.5, 0.5)
