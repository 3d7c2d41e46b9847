"""Requests over HTTP as bytes. Costs far less than what it measures."""

import asyncio
import json
import re
from collections.abc import Iterator
from itertools import cycle, islice

OK = re.compile(rb"HTTP/1\.1 20[0-4] ")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding: chunked")
LAST_CHUNK = b"\r\n0\r\n\r\n"


class WireError(Exception):
    """An answer is not what it should be, or none came."""


def request(method: str, path: str, token: str, body: object = None, **headers: str) -> bytes:
    """The bytes of a request.

    Args:
        method: GET or POST.
        path: Where to.
        token: A bearer token.
        body: What is sent as JSON, if anything.
        headers: More headers, with _ for -.
    """
    content = json.dumps(body).encode() if body is not None else b""
    all_headers = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {token}",
        "Accept": "application/json, text/event-stream",
        **({"Content-Type": "application/json", "Content-Length": str(len(content))} if body is not None else {}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content


class Connection(asyncio.Protocol):
    """Sends messages, each when the one before is answered. `last` is the last answer, head and body."""

    def __init__(self, messages: Iterator[bytes]) -> None:
        self._messages = messages
        self._answer, self._whole, self._chunked = bytearray(), 0, False
        self.last: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._transport.write(next(self._messages))

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._whole and not self._chunked and (head := self._answer.find(b"\r\n\r\n") + 4) > 3:
            self._read_head(head)
        if (self._whole and len(self._answer) >= self._whole) or (self._chunked and self._answer.endswith(LAST_CHUNK)):
            self._go_on()

    def _read_head(self, head: int) -> None:
        length = LENGTH.search(self._answer, 0, head)
        self._chunked = CHUNKED.search(self._answer, 0, head) is not None
        self._whole = 0 if self._chunked else head + int(length[1] if length else 0)
        if not OK.match(self._answer):
            self._fail(f"An answer was {self._answer.decode(errors='replace')}")

    def _go_on(self) -> None:
        if b'"isError":true' in self._answer or b'"error":{' in self._answer:
            self._fail(f"An answer was {self._answer.decode(errors='replace')}")
        elif (message := next(self._messages, None)) is not None:
            self._answer, self._whole, self._chunked = bytearray(), 0, False
            self._transport.write(message)
        elif not self.last.done():
            self.last.set_result(bytes(self._answer))
            self._transport.close()

    def _fail(self, why: str) -> None:
        if not self.last.done():
            self.last.set_exception(WireError(why))
        self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.last.done():
            self.last.set_exception(WireError(f"A connection was lost: {error}"))


async def send(port: int, *messages: bytes, count: int = 1) -> bytes:
    """Send so many messages over one connection, around and around. Returns the last answer, head and body.

    Raises:
        WireError: If an answer is not a success, or none comes.
    """
    loop = asyncio.get_running_loop()
    around = islice(cycle(messages), count)
    try:
        _, connection = await loop.create_connection(lambda: Connection(around), "127.0.0.1", port)
    except OSError as error:
        raise WireError(str(error)) from error
    return await connection.last
