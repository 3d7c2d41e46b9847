"""How the server ends: calls that run finish or are ended, the process is gone, and storage is as the answers said."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_mcp.transports import stdio
from do_nfs_mcp.transports.handshake import HandedOver
from do_nfs_mcp.transports.stdio import serve_stdio
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.constants import INITIALIZE_PARAMS, NEW_SHARE, REQUEST_META, TOKEN
from ..support.server_process import Server, environment

Start = Callable[..., Server]
BEGINNINGS = pytest.mark.parametrize("begin", [Server.initialize, Server.discover])
posix = pytest.mark.skipif(os.name == "nt", reason="there, signals are sent otherwise")


@pytest.fixture
def on_sandbox(start: Start, nfs_sandbox_url: str) -> Callable[..., Server]:
    """Start a server on nfs_sandbox."""
    return partial(start, "--api-url", nfs_sandbox_url, DIGITALOCEAN_TOKEN=TOKEN)


def create(server: Server) -> int:
    """Order a share, and come back with the call's id when it waits for the share."""
    call = {"name": "create_share", "arguments": NEW_SHARE, "_meta": {"progressToken": "create"}}
    number = server.send("tools/call", call)
    assert server.read()["method"] == "notifications/progress"
    return number


def answer(server: Server, number: int) -> dict[str, Any]:
    """The answer to a call, after whatever it says of its progress."""
    while (message := server.read()).get("method") == "notifications/progress":
        pass
    assert message["id"] == number
    return message


@BEGINNINGS
def test_a_call_that_runs_when_stdin_closes_is_answered(start: Start, begin: Callable[[Server], Any]) -> None:
    server = start("--sandbox")
    begin(server)
    number = create(server)
    server.close_stdin()
    assert answer(server, number)["result"]["structuredContent"]["share"]["status"] == "ACTIVE"
    assert server.finish() == 0
    assert server.complaints == []


@BEGINNINGS
def test_all_that_came_before_stdin_closed_is_answered(start: Start, begin: Callable[[Server], Any]) -> None:
    server = start("--sandbox")
    begin(server)
    sent = {server.send("tools/call", {"name": "list_vpcs", "arguments": {}}) for _ in range(100)}
    server.close_stdin()
    answers = [server.read() for _ in sent]
    assert {answer["id"] for answer in answers} == sent
    assert all("result" in answer for answer in answers)
    assert server.finish() == 0


@posix
@pytest.mark.parametrize(("begin", "number"), [(Server.initialize, signal.SIGINT), (Server.discover, signal.SIGTERM)])
def test_a_call_that_runs_when_a_signal_comes_is_answered(
    start: Start, begin: Callable[[Server], Any], number: signal.Signals
) -> None:
    server = start("--sandbox")
    begin(server)
    call = create(server)
    server.process.send_signal(number)
    assert answer(server, call)["result"]["structuredContent"]["share"]["status"] == "ACTIVE"
    assert server.finish() == 128 + number
    assert server.complaints == []


@posix
def test_a_call_that_takes_too_long_is_ended_with_an_error_and_what_it_did_is_there(
    on_sandbox: Start, nfs_sandbox: Sandbox
) -> None:
    nfs_sandbox.add_fault("stuck", operation="create_share")
    server = on_sandbox()
    server.initialize()
    call = create(server)
    server.process.send_signal(signal.SIGTERM)
    error = answer(server, call)["error"]
    assert error["code"] == -32000
    assert "shutting down" in error["message"]
    assert "look before you call again" in error["message"]
    assert server.finish() == 128 + signal.SIGTERM
    assert server.complaints == []
    assert [share["name"] for share in nfs_sandbox.state()["shares"]] == ["data"]


def test_a_question_that_nobody_can_answer_any_more_is_closed_and_nothing_is_done(
    on_sandbox: Start, nfs_sandbox: Sandbox
) -> None:
    server = on_sandbox()
    server.initialize(elicitation={})
    server.call("create_share", **NEW_SHARE, wait=False)
    call = server.send("tools/call", {"name": "delete_share", "arguments": {"share": "data"}})
    assert server.read()["method"] == "elicitation/create"
    server.close_stdin()
    result = answer(server, call)["result"]
    assert result["isError"]
    assert result["content"][0]["text"].startswith("Nothing was done")
    assert server.finish() == 0
    assert [share["name"] for share in nfs_sandbox.state()["shares"]] == ["data"]


def test_a_call_that_was_cancelled_is_not_waited_for(on_sandbox: Start, nfs_sandbox: Sandbox) -> None:
    nfs_sandbox.add_fault("stuck", operation="create_share")
    server = on_sandbox()
    server.initialize()
    call = create(server)
    server.write(b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%d}}' % call)
    server.stop()


@posix
def test_after_a_signal_a_sandbox_s_file_has_what_the_answers_said(start: Start, tmp_path: Path) -> None:
    path = str(tmp_path / "nfs.db")
    server = start("--sandbox", path)
    server.initialize()
    create(server)
    for number in range(20):
        server.send("tools/call", {"name": "create_share", "arguments": {**NEW_SHARE, "name": f"more-{number}"}})
    server.process.send_signal(signal.SIGTERM)
    assert server.finish() == 128 + signal.SIGTERM
    said = []
    while not server.lines.empty():
        if "result" in (message := server.read()):
            said.append(message["result"]["structuredContent"]["share"]["id"])
    assert said
    again = start("--sandbox", path)
    again.initialize()
    there = [share["id"] for share in again.call("list_shares")["structuredContent"]["shares"]]
    assert set(said) <= set(there)
    again.stop()


class Pipes:
    """The two pipes between a client in this process and a server in this process."""

    def __init__(self) -> None:
        self.stdin, self._to_stdin = os.pipe()
        self._from_stdout, self.stdout = os.pipe()

    def write(self, *lines: dict[str, Any]) -> None:
        os.write(self._to_stdin, b"".join(json.dumps({"jsonrpc": "2.0", **line}).encode() + b"\n" for line in lines))

    def write_bad_lines(self) -> None:
        """Writes them until nobody reads them any more."""
        with suppress(BrokenPipeError):
            while True:
                os.write(self._to_stdin, b"?\n" * 1000)

    async def read(self) -> bytes:
        return await anyio.to_thread.run_sync(os.read, self._from_stdout, 1_000_000)

    def read_no_more(self) -> None:
        os.close(self._from_stdout)

    def close_stdin(self) -> None:
        os.close(self._to_stdin)


def call_from_the_start(tool: str, **arguments: Any) -> str:
    """All that a client writes to call a tool, a line each."""
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": INITIALIZE_PARAMS},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": tool, "arguments": arguments}},
    ]
    return "".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    pipes = Pipes()
    pipes.write({"id": 0, "method": "initialize", "params": INITIALIZE_PARAMS}, {"method": "notifications/initialized"})
    yield pipes
    for end in (pipes.stdin, pipes._to_stdin, pipes._from_stdout, pipes.stdout):
        with suppress(OSError):
            os.close(end)


Serve = Callable[..., Awaitable[int]]


@pytest.fixture
def serve(nfs_sandbox: Sandbox, pipes: Pipes) -> Serve:
    """Serve the client at the pipes, or what is in a file, with this grace."""
    transport = SandboxTransport(nfs_sandbox)
    server = build_server(lambda: NfsApi.connect("http://sandbox", TOKEN, transport=transport))

    def serve(grace: float, stdin: int | None = None, stdout: int | None = None) -> Awaitable[int]:
        ends = pipes.stdin if stdin is None else stdin, pipes.stdout if stdout is None else stdout
        return serve_stdio(server.serve, *ends, grace=grace)

    return serve


@pytest.mark.anyio
async def test_the_server_ends_when_its_client_is_gone_though_stdin_is_open(serve: Serve, pipes: Pipes) -> None:
    pipes.read_no_more()
    with anyio.fail_after(30):
        assert await serve(3600) == 0


@pytest.mark.anyio
async def test_the_server_ends_when_its_client_is_gone_though_a_call_from_a_file_goes_on(
    serve: Serve, pipes: Pipes, nfs_sandbox: Sandbox, tmp_path: Path
) -> None:
    nfs_sandbox.add_fault("stuck", operation="create_share")
    (tmp_path / "asked").write_text(call_from_the_start("create_share", **NEW_SHARE))
    pipes.read_no_more()
    with anyio.fail_after(30), (tmp_path / "asked").open("rb") as stdin:
        assert await serve(3600, stdin.fileno()) == 0


@pytest.mark.anyio
async def test_a_client_that_reads_nothing_does_not_keep_the_server_from_ending(serve: Serve, pipes: Pipes) -> None:
    pipes.write(*({"id": number, "method": "tools/list"} for number in range(1, 100)))
    pipes.close_stdin()
    with anyio.fail_after(30):
        assert await serve(0.01) == 0


async def signal_until_it_ends(ended: anyio.Event) -> None:
    while not ended.is_set():
        signal.raise_signal(signal.SIGTERM)
        await anyio.lowlevel.checkpoint()


@posix
@pytest.mark.anyio
async def test_another_signal_ends_a_call_that_the_first_one_let_go_on(
    serve: Serve, pipes: Pipes, nfs_sandbox: Sandbox
) -> None:
    nfs_sandbox.add_fault("stuck", operation="create_share")
    call = {"name": "create_share", "arguments": NEW_SHARE, "_meta": {"progressToken": "create"}}
    pipes.write({"id": 1, "method": "tools/call", "params": call})
    ended = anyio.Event()

    async def signal_when_it_runs() -> None:
        while b"notifications/progress" not in await pipes.read():
            pass
        await signal_until_it_ends(ended)

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(signal_when_it_runs)
            assert await serve(3600) == 128 + signal.SIGTERM
            ended.set()
    assert b"shutting down" in await pipes.read()


@posix
@pytest.mark.anyio
async def test_a_client_that_writes_and_never_reads_does_not_keep_the_server_from_ending(
    serve: Serve, pipes: Pipes
) -> None:
    ended = anyio.Event()
    bad_lines = threading.Thread(target=pipes.write_bad_lines)

    async def signal_when_no_more_can_be_written() -> None:
        while select.select([], [pipes.stdout], [], 0)[1]:
            await anyio.lowlevel.checkpoint()
        await signal_until_it_ends(ended)

    bad_lines.start()
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(signal_when_no_more_can_be_written)
            assert await serve(3600) == 128 + signal.SIGTERM
            ended.set()
    os.close(pipes.stdin)
    bad_lines.join()


@pytest.mark.anyio
async def test_an_answer_of_which_the_client_has_had_a_part_is_written_to_its_end(
    pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdio, "_LAST_LINES", 0)
    left = HandedOver(tuple(os.read(pipes.stdin, 10_000).splitlines()), unwritten=b"x" * 1_000_000 + b"\n")
    read = bytearray()
    server = build_server(lambda: NfsApi.unavailable("There is no token."))

    async def read_all() -> None:
        while some := await pipes.read():
            read.extend(some)

    pipes.write({"method": "notifications/cancelled"})
    pipes.close_stdin()
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read_all)
            await serve_stdio(server.serve, pipes.stdin, pipes.stdout, left)
            os.close(pipes.stdout)
    assert read == left.unwritten


@pytest.mark.anyio
async def test_lines_that_are_no_messages_hold_up_no_call(serve: Serve, pipes: Pipes) -> None:
    pipes.write({"id": 1, "method": "tools/list"})
    os.write(pipes._to_stdin, b"?\n" * 5000)
    pipes.close_stdin()
    said: list[dict[str, Any]] = []

    async def read_all() -> None:
        lines = b""
        while chunk := await pipes.read():
            lines += chunk
        said.extend(map(json.loads, lines.splitlines()))

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read_all)
            assert await serve(3600) == 0
            os.close(pipes.stdout)
    assert len(said) == 5002
    assert [message["id"] for message in said].index(1) < 500


@pytest.mark.anyio
async def test_a_request_that_a_signal_keeps_from_the_server_is_not_waited_for(pipes: Pipes) -> None:
    async def take_nothing_until_the_signal(incoming: stdio.Incoming, outgoing: stdio.Outgoing) -> None:
        async with incoming, outgoing:
            while not incoming.statistics().tasks_waiting_send:
                await anyio.lowlevel.checkpoint()
            signal.raise_signal(signal.SIGTERM)
            while incoming.statistics().tasks_waiting_send:
                await anyio.lowlevel.checkpoint()
            assert [message async for message in incoming] == []

    with anyio.fail_after(30):
        code = await serve_stdio(take_nothing_until_the_signal, pipes.stdin, pipes.stdout, grace=3600)
    assert code == 128 + signal.SIGTERM


@pytest.mark.parametrize(("asked", "answered"), [("file", "file"), ("file", "pipe"), ("pipe", "file")])
def test_requests_are_answered_from_and_into_files(tmp_path: Path, asked: str, answered: str) -> None:
    said, file = call_from_the_start("list_shares"), tmp_path / "asked"
    file.write_text(said)
    with file.open() as stdin, (tmp_path / "answered").open("w+") as stdout:
        done = subprocess.run(
            [sys.executable, "-m", "do_nfs_mcp", "--sandbox"],
            **({"stdin": stdin} if asked == "file" else {"input": said}),
            stdout=stdout if answered == "file" else subprocess.PIPE,
            env=environment(),
            text=True,
            timeout=60,
        )
        stdout.seek(0)
        lines = (stdout.read() if answered == "file" else done.stdout).splitlines()
    assert done.returncode == 0
    answers = {answer["id"]: answer["result"] for answer in map(json.loads, lines)}
    assert answers[1]["serverInfo"]["name"] == "do-nfs-mcp"
    assert answers[2]["structuredContent"]["total"] == 0


@pytest.mark.anyio
async def test_what_is_read_from_a_file_is_answered_into_a_pipe(serve: Serve, pipes: Pipes, tmp_path: Path) -> None:
    # Without the handshake, which reads the beginning of a file by itself.
    (tmp_path / "asked").write_text(call_from_the_start("list_shares"))
    with anyio.fail_after(30), (tmp_path / "asked").open("rb") as stdin:
        assert await serve(3600, stdin.fileno()) == 0
    os.close(pipes.stdout)
    answers = {answer["id"]: answer for answer in map(json.loads, (await pipes.read()).splitlines())}
    assert answers[2]["result"]["structuredContent"]["total"] == 0


@posix
def test_a_host_that_does_not_read_stderr_stops_neither_calls_nor_the_end(nfs_sandbox_url: str) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while os.write(writing, b"x" * 65536):
            pass
    os.set_blocking(writing, True)
    with subprocess.Popen(
        [sys.executable, "-m", "do_nfs_mcp", "--api-url", nfs_sandbox_url, "--log-level", "debug"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=writing,
        env=environment(DIGITALOCEAN_TOKEN=TOKEN),
    ) as process:
        assert process.stdin
        assert process.stdout
        # Each leaves a line of the audit, and much is logged besides.
        for number in range(3):
            params = {"name": "create_share", "arguments": {**NEW_SHARE, "wait": False}}
            call = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {**params, "_meta": REQUEST_META}}
            process.stdin.write(json.dumps(call).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["result"]["structuredContent"]["outcome"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 128 + signal.SIGTERM
    os.close(reading)
    os.close(writing)


def test_on_windows_the_event_loop_waits_for_no_stdin(pipes: Pipes, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        waits = stdio._can_be_waited_for(pipes.stdin)
    assert not waits
