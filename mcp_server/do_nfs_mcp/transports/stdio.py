"""MCP over stdin and stdout. Other than with the SDK's own transport, calls that run get the time to finish before the
process ends, it ends when it is told to, and a line costs a bounded amount of memory, whatever it holds."""

import asyncio
import os
import select
import signal
import stat
import sys
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from concurrent.futures import CancelledError
from contextlib import aclosing, contextmanager, suppress
from typing import Any, NamedTuple

import anyio
import anyio.lowlevel
from anyio.abc import TaskGroup
from anyio.from_thread import run, run_sync
from anyio.lowlevel import current_token
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.jsonrpc_dispatcher import cancelled_request_id_from_params
from mcp.shared.message import SessionMessage
from mcp_types import (
    CONNECTION_CLOSED,
    INVALID_REQUEST,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
    jsonrpc_message_adapter,
)
from pydantic_core import from_json

from do_nfs_mcp.transports import malformed
from do_nfs_mcp.transports.handshake import HandedOver
from do_nfs_mcp.transports.outbox import Outbox, OutboxSender

__all__ = ["run_stdio", "serve_stdio"]

Incoming = MemoryObjectReceiveStream[SessionMessage | Exception]
Outgoing = OutboxSender[SessionMessage] | MemoryObjectSendStream[SessionMessage]
Chunks = AsyncGenerator[bytes] | MemoryObjectReceiveStream[bytes]
Serve = Callable[[Incoming, Outgoing], Coroutine[Any, Any, None]]

# In bytes. No sensible message comes near; JSON that is all brackets takes 60 times its length in memory.
LONGEST_LINE = 1024 * 1024
_CHUNK = 64 * 1024
# For how many seconds calls may go on when the server is to end. With all else that is to be done then, it takes 5.
_GRACE = 4.5
# For how many seconds the last lines may be on their way to a client that does not read.
_LAST_LINES = 0.5
_CUT_OFF = (
    "The server is shutting down and has ended this call. If the call changes something, that may or may not have been "
    "done: look before you call again."
)
# The request by which a client asks which versions are spoken.
_DISCOVER = "server/discover"
_NOTHING = HandedOver()
# How a thread learns that the client is gone, or that nobody in the event loop is waiting for it any more.
_ENDED = (OSError, RuntimeError, CancelledError, anyio.BrokenResourceError, anyio.ClosedResourceError)


def run_stdio(serve: Serve, handed_over: HandedOver) -> int:
    """Serve the client at stdin and stdout. Nothing else may be written to stdout from now on: what is, goes to stderr.

    Args and what it returns are those of serve_stdio().
    """
    stdout = os.dup(1)
    # Without a stderr there is nowhere else to lead it.
    with suppress(OSError):
        os.dup2(2, 1)
    # What is printed by mistake waits for nobody either.
    sys.stdout = sys.stderr
    return anyio.run(serve_stdio, serve, 0, stdout, handed_over)


async def serve_stdio(
    serve: Serve, stdin: int, stdout: int, handed_over: HandedOver = _NOTHING, grace: float = _GRACE
) -> int:
    """Serve the client until it is gone or SIGINT or SIGTERM comes.

    No more is read then. Calls that run may finish; after the grace, or another signal, they are ended with an error.

    Args:
        serve: Serves one connection until its incoming side is closed, and closes its outgoing side.
        stdin: The descriptor that the client's messages come from, a line each.
        stdout: The descriptor that answers are written to.
        handed_over: What has passed already.
        grace: For how many seconds running calls may go on.

    Returns:
        The exit code: 0 when the client is gone; after a signal 128 and its number, as in shells.
    """
    connection = _Connection(serve, handed_over)
    with connection.stopped_by(signal.SIGINT, signal.SIGTERM):
        async with anyio.create_task_group() as tasks:
            connection.carry(tasks, stdin, stdout, grace)
            await serve(connection.incoming, connection.outgoing)
            with anyio.move_on_after(_LAST_LINES):
                await connection.all_written.wait()
            connection.no_more_written()
            tasks.cancel_scope.cancel()
    return connection.exit_code


class Lines:
    """Cuts what is read into lines, of which it keeps no more than LONGEST_LINE bytes and one."""

    def __init__(self) -> None:
        self._begun = bytearray()

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        """Return the lines that end in the chunk, without their ends."""
        *ends, begun = chunk.split(b"\n")
        for end in ends:
            self._add(end)
            yield self.rest()
        self._add(begun)

    def rest(self) -> bytes:
        """Return the line that has begun, which ends here."""
        line = bytes(self._begun)
        self._begun.clear()
        return line

    def _add(self, part: bytes) -> None:
        self._begun += part[: LONGEST_LINE + 1 - len(self._begun)]


class _Connection:
    def __init__(self, serve: Serve, handed_over: HandedOver) -> None:
        self._serve = serve
        self._handed_over = handed_over
        self._unwritten = handed_over.unwritten
        # Whether a request has come that decides which version is spoken.
        self._decided = False
        self.exit_code = 0
        self.all_written = anyio.Event()
        self._to_server, self.incoming = anyio.create_memory_object_stream[SessionMessage | Exception]()
        self._outbox = Outbox[SessionMessage]()
        self.outgoing, self._refusals = self._outbox.sender(), self._outbox.sender()
        # The client's requests that are not answered, those of them whose answers are being written, and our own. None
        # is the one that an answer is for of which the client has had a part.
        self._open: set[RequestId | None] = {None} if self._unwritten else set()
        self._answering: set[RequestId | None] = set()
        self._asked: set[RequestId | None] = set()
        # Those whose answers the client has had before.
        self._answered: set[RequestId | None] = set()
        self._none_open = anyio.Event()
        # What is going on: reading, then waiting for the calls that run.
        self._phase = anyio.CancelScope()
        self._token = current_token()

    def carry(self, tasks: TaskGroup, stdin: int, stdout: int, grace: float) -> None:
        """Begin to read and to write."""
        if _can_be_waited_for(stdin) and _can_be_waited_for(stdout):
            tasks.start_soon(self._receive, _read_here(stdin), grace)
            tasks.start_soon(self._write_here, stdout)
            return
        to_cut, chunks = anyio.create_memory_object_stream[bytes]()
        tasks.start_soon(self._receive, chunks, grace)
        # Threads of anyio's would keep the process: one that waits for the client cannot be ended.
        for work, arguments in ((self._read, (stdin, to_cut)), (self._write, (stdout,))):
            threading.Thread(target=work, args=arguments, daemon=True).start()

    @contextmanager
    def stopped_by(self, *signals: signal.Signals) -> Iterator[None]:
        # Not through the event loop, which cannot do it on Windows.
        loop = asyncio.get_running_loop()
        before = {
            number: signal.signal(number, lambda number, _: loop.call_soon_threadsafe(self._stop, 128 + number))
            for number in signals
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def _receive(self, chunks: Chunks, grace: float) -> None:
        async with self._to_server, self._refusals, aclosing(chunks):
            with self._phase:
                for line in self._handed_over.answered:
                    await self._take(line, answered=True)
                lines = Lines()
                for line in lines.cut(self._handed_over.unread):
                    await self._take(line)
                async for chunk in chunks:
                    for line in lines.cut(chunk):
                        await self._take(line)
                await self._take(lines.rest())
            self._none_open = anyio.Event()
            self._phase = anyio.move_on_after(grace)
            with self._phase:
                # Nobody will answer a question any more.
                for request_id in tuple(self._asked):
                    closed = JSONRPCResponse(jsonrpc="2.0", id=request_id, result={"action": "cancel"})
                    await self._to_server.send(SessionMessage(closed))
                if self._open:
                    await self._none_open.wait()

    def no_more_written(self) -> None:
        self.all_written.set()
        # If the client is gone, nobody waits for what is still going on.
        self._outbox.close()
        self._open.clear()
        self._none_open.set()
        self._phase.cancel()

    async def _take(self, line: bytes, *, answered: bool = False) -> None:
        if not line.strip():
            return
        message = _message(line)
        if isinstance(message, _Refusal):
            answer = malformed.answer_to_us(line)
            message = answer if answer and answer.id in self._asked else message
        if isinstance(message, _Refusal):
            # A client that is gone needs no answer.
            with suppress(anyio.BrokenResourceError):
                await self._refusals.send(SessionMessage(message.answer))
            # Else thousands of such lines, read as one piece, would hold up calls that run, and a signal.
            await anyio.lowlevel.checkpoint()
            return
        match message:
            case JSONRPCRequest() if answered:
                self._answered.add(message.id)
            case JSONRPCRequest():
                self._open.add(message.id)
            case JSONRPCNotification(method="notifications/cancelled"):
                # It is not answered.
                self._open -= {cancelled_request_id_from_params(message.params)} - {None}
            case JSONRPCResponse() | JSONRPCError():
                self._asked.discard(message.id)
        try:
            if isinstance(message, JSONRPCRequest) and not self._decided:
                self._decided = message.method != _DISCOVER
            if isinstance(message, JSONRPCRequest) and not self._decided:
                await self._answer_aside(message)
            else:
                await self._pass_on(SessionMessage(message))
        except anyio.get_cancelled_exc_class():
            if isinstance(message, JSONRPCRequest):
                self._open.discard(message.id)
            raise

    async def _pass_on(self, message: SessionMessage) -> None:
        try:
            self._to_server.send_nowait(message)
        except anyio.WouldBlock:
            # Only now, since it takes a turn of the event loop even where nobody has to be waited for.
            await self._to_server.send(message)

    async def _answer_aside(self, message: JSONRPCRequest) -> None:
        """Have a request answered on a connection of its own.

        To the SDK the first request decides which version a connection speaks. But a client that asks what is spoken
        may go on with initialize, if the answer came too late for it, say.
        """
        to_server, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](1)
        outgoing, from_server = anyio.create_memory_object_stream[SessionMessage](1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._serve, incoming, outgoing)
            async with to_server, from_server:
                await to_server.send(SessionMessage(message))
                answer = await from_server.receive()
        # A client that is gone needs no answer.
        with suppress(anyio.BrokenResourceError):
            await self._refusals.send(answer)

    def _stop(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self._phase.cancel()

    async def _write_here(self, stdout: int) -> None:
        if sys.platform == "win32":
            raise NotImplementedError("On Windows a thread writes.")
        poll = select.poll()
        poll.register(stdout, select.POLLOUT)
        with suppress(*_ENDED):
            try:
                while lines := memoryview(await self._next_lines()):
                    while lines:
                        if not poll.poll(0):
                            await anyio.wait_writable(stdout)
                        # So much can be written at once where anything can, and the descriptor may be others', too.
                        lines = lines[os.write(stdout, lines[: select.PIPE_BUF]) :]
            finally:
                self.no_more_written()

    def _read(self, stdin: int, to_cut: MemoryObjectSendStream[bytes]) -> None:
        with suppress(*_ENDED):
            try:
                while chunk := os.read(stdin, _CHUNK):
                    run(to_cut.send, chunk, token=self._token)
            finally:
                run_sync(to_cut.close, token=self._token)

    def _write(self, stdout: int) -> None:
        with suppress(*_ENDED):
            try:
                while lines := memoryview(run(self._next_lines, token=self._token)):
                    while lines:
                        lines = lines[os.write(stdout, lines) :]
            finally:
                run_sync(self.no_more_written, token=self._token)

    async def _next_lines(self) -> bytes:
        """Return what is to be written, once there is something; b"" if there will be nothing more."""
        # This is asked for when what was given before has been written.
        self._open -= self._answering
        self._answering.clear()
        if not self._open:
            self._none_open.set()
        if self._unwritten:
            unwritten, self._unwritten = self._unwritten, b""
            self._answering.add(None)
            return unwritten
        while sent := await self._outbox.take():
            if lines := b"".join(self._line(each.message) for each in sent):
                return lines
        return b""

    def _line(self, message: JSONRPCMessage) -> bytes:
        """Return what is written of a message; b"" if the client has had it."""
        match message:
            case JSONRPCRequest():
                self._asked.add(message.id)
            case JSONRPCResponse() | JSONRPCError() if message.id in self._answered:
                self._answered.discard(message.id)
                return b""
            case JSONRPCResponse() | JSONRPCError():
                self._answering.add(message.id)
        if isinstance(message, JSONRPCError) and message.error.code == CONNECTION_CLOSED:
            message.error.message = _CUT_OFF
        return message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"


async def _read_here(stdin: int) -> AsyncGenerator[bytes]:
    # Not by a thread: handing messages over to the event loop and back takes a seventh of a short call. Nor by waiting
    # anew for each: that takes a hundredth.
    loop, chunks, came = asyncio.get_running_loop(), deque[bytes](), asyncio.Event()
    reads = False

    def read() -> None:
        nonlocal reads
        try:
            chunks.append(os.read(stdin, _CHUNK))
        except OSError:
            chunks.append(b"")
        came.set()
        # No more is read until this has been taken.
        if not chunks[-1] or len(chunks) > 1:
            reads = not loop.remove_reader(stdin)

    try:
        while True:
            if not reads:
                loop.add_reader(stdin, read)
                reads = True
            await came.wait()
            came.clear()
            while chunks:
                if not (chunk := chunks.popleft()):
                    return
                yield chunk
    finally:
        loop.remove_reader(stdin)


def _can_be_waited_for(descriptor: int) -> bool:
    """Return whether the event loop can wait for it: on POSIX for all but files."""
    if sys.platform == "win32":
        return False
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


class _Refusal(NamedTuple):
    answer: JSONRPCError


def _message(line: bytes) -> JSONRPCMessage | _Refusal:
    """Return what a line says, or the answer to a line that is not a message."""
    if len(line) > LONGEST_LINE:
        return _Refusal(malformed.error(INVALID_REQUEST, f"longer than {LONGEST_LINE} bytes", None))
    try:
        message = jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValueError:
        return _Refusal(malformed.refusal(line))
    if isinstance(message, JSONRPCNotification) and (answer := malformed.refusal_of_id(from_json(line))):
        return _Refusal(answer)
    return message
