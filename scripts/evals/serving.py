"""The session of a player in a shell: one request after the other, each until the person is told its outcome."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from evals.attempt import Attempt, SpentError, as_json
from evals.evaluation import Evaluation
from evals.session import PORT_FILE

IDLE_SECONDS = 2 * 3600
"""After so long without a command the session ends."""


class _Command:
    """A command, and where its answer goes."""

    def __init__(self, what: dict[str, Any]) -> None:
        self.what = what
        self.answered: asyncio.Future[tuple[str, bool]] = asyncio.get_running_loop().create_future()

    def answer(self, text: str, failed: bool = False) -> None:
        self.answered.set_result((text, failed))


Commands = asyncio.Queue[_Command]
_LONGEST_LINE = 2**20


async def serve_session(evaluation: Evaluation, folder: Path, ready: Callable[[], None]) -> None:
    """Take commands of `evals.session.send` until all requests are played, or the session is ended.

    Args:
        evaluation: What is played.
        folder: The session's.
        ready: Called once commands are taken.

    Raises:
        ServerError: If a server does not start.
    """
    async with _commands(folder) as commands:
        last: _Command | None = None
        try:
            for request in evaluation.requests:
                async with evaluation.begin(request) as (under_way, outcome):
                    if last is None:
                        ready()
                    else:
                        last.answer(f"That request is over. The next one:\n\n{under_way.ask()}")
                        last = None
                    last = await _play(under_way, commands)
                    if last.what["do"] == "end":
                        break
                    evaluation.add(under_way, outcome())
        finally:
            if last:
                last.answer("That was all. The session is over.")


async def _play(under_way: Attempt, commands: Commands) -> _Command:
    """Carry out commands until one ends the attempt or the session. Returns that one, which is not answered yet."""
    while True:
        try:
            command = await asyncio.wait_for(commands.get(), IDLE_SECONDS)
        except TimeoutError:
            return _Command({"do": "end"})
        match command.what:
            case {"do": "tools"}:
                command.answer("\n".join([under_way.instructions, "", *map(as_json, under_way.tools)]))
            case {"do": "ask"}:
                command.answer(under_way.ask())
            case {"do": "call", "tool": tool, "arguments": arguments}:
                under_way.ask()
                try:
                    command.answer(*await under_way.call(tool, arguments))
                except SpentError:
                    command.answer("No calls are left for this request. Tell the person what came of it.", failed=True)
            case {"do": "say", "text": text}:
                if (reply := under_way.say(text)) is None:
                    return command
                command.answer(reply)
            case {"do": "end"}:
                return command
            case _:
                command.answer("There is no such command.", failed=True)


@asynccontextmanager
async def _commands(folder: Path) -> AsyncIterator[Commands]:
    """Listen for commands on a free port, which the folder tells, until the block ends and all are answered."""
    commands: Commands = asyncio.Queue()
    conversations: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if not line:  # Somebody looked whether there is a session.
            writer.close()
            return
        command = _Command(json.loads(line))
        await commands.put(command)
        text, failed = await command.answered
        writer.write(json.dumps({"text": text, "status": int(failed)}).encode() + b"\n")
        writer.close()
        await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.create_task(converse(reader, writer))
        conversations.add(conversation)
        conversation.add_done_callback(conversations.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=_LONGEST_LINE)
    port = folder / PORT_FILE
    port.write_text(str(server.sockets[0].getsockname()[1]), encoding="utf-8")
    try:
        yield commands
    finally:
        port.unlink()
        server.close()
        while not commands.empty():
            commands.get_nowait().answer("The session is over.", failed=True)
        if conversations:
            await asyncio.wait(conversations)
