"""A server that answers every request with what a test gives it, byte for byte, and counts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """The server.

    Attributes:
        url: Where it listens.
        heads: The head of each request.
        connections: How many there were.
    """

    def __init__(self, answer: Answer, until: bytes) -> None:
        self.heads: list[bytes] = []
        self.connections = 0
        self.url = ""
        self._answer = answer
        self._until = until
        self._serving: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        serving = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def end(self) -> None:
        """Leave those who are still connected, also one that is never answered."""
        for serving in (leaving := tuple(self._serving)):
            serving.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing():
                self.heads.append(await reader.readuntil(self._until))
                await self._answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(answer: Answer, until: bytes = b"\r\n\r\n") -> AsyncIterator[RawServer]:
    """Answer on a free port while the block runs. A request is all until these bytes."""
    raw = RawServer(answer, until)
    server = await asyncio.start_server(raw.accept, "127.0.0.1", 0)
    raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        server.close()
        await raw.end()


def says(text: bytes) -> Answer:
    """Answer with these bytes."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(text)

    return answer
