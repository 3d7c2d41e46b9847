"""A connection of uvicorn's on which nobody can make the process hold much before they have said what they want."""

import asyncio
import logging
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["BoundedProtocol"]

logger = logging.getLogger(__name__)
# What strangers send that is no request is not worth a line each. Failures of the application are errors.
logger.setLevel(logging.ERROR)

# How many bytes a request line and its headers may have, and within how many seconds they have to come whole, and then
# the body.
_MOST_BYTES = 64 * 1024
_MOST_SECONDS = 20
# How many requests may wait until those before them on the same connection are answered.
_MOST_WAITING = 4
# For how many seconds what a client goes on sending is read when it has been refused.
_LAST_SECONDS = 2
# For how many seconds what was answered waits to be read.
_MOST_UNREAD_SECONDS = 60


class _LingeringTransport(asyncio.Transport):
    """What an answer is written to. It closes a connection only once the body of the request has come, too: to what is
    still on its way, a closed one answers with a reset. The answer could be lost, and nginx would take the replica for
    one that has failed and send nobody to it for 10 s.
    """

    def __init__(self, protocol: "BoundedProtocol", transport: asyncio.Transport) -> None:
        super().__init__()
        self._protocol, self._transport = protocol, transport

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._transport.write(data)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._protocol.close_after(self)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's connection, which bounds how large the head of a request may be, how long it and the body may take to
    come, and how many requests may wait.

    uvicorn's parser keeps all that it is sent of a head, uvicorn itself each request that is sent before the last is
    answered, and only between two requests does it close a connection on which nothing comes.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.logger = logger
        # Whether no request has begun that has not ended; whether a head has, how many bytes of it came, as far as
        # that is known before its end, and how many its lines have.
        self._between, self._in_head, self._received, self._parsed = True, False, 0, 0
        # How many requests began in the last piece.
        self._requests = 0
        self._too_slow: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._refused: HTTPStatus | None = None
        # How many bytes came after the last part of a body: of a trailer, which the parser keeps until it is whole.
        self._of_trailer = 0
        # Whether the request whose body is still coming has been answered, and was to be the last.
        self._closes = False
        self._start_timer()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # However little is left unread counts: even once it is closed, a transport stays until its last byte is taken.
        transport.set_write_buffer_limits(0)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        if self._unread is not None:
            self._unread.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self._unread = self.loop.call_later(_MOST_UNREAD_SECONDS, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            # As in _answer.
            return
        # How many requests begin in a piece of one head alone. What comes after the end of another request in the
        # same piece is bounded by the piece.
        begin = 1 if self._between else 0
        self._requests = 0
        self._of_trailer += len(data)
        before = self._of_trailer
        super().data_received(data)
        if self._of_trailer == before > _MOST_BYTES and not self._in_head:
            self.transport.close()
        if self._in_head and self._requests == begin:
            self._received += len(data)
        if self._in_head and self._received > _MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self._between and not self._busy and self._too_slow is None and not self._refused:
            # uvicorn's own timer ended with whatever came: the rest of a body, or an empty line.
            self._start_timer()

    def on_message_begin(self) -> None:
        self._between, self._in_head, self._received, self._parsed = False, True, 0, 0
        self._requests += 1
        self._start_timer()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        # With a colon, a space and the end of the line.
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.pipeline) == _MOST_WAITING:
            # As in _count.
            raise ValueError("Too many requests wait.")
        # If what it says cannot be read, it is refused as a head.
        super().on_headers_complete()
        self._in_head = False
        self._of_trailer = 0
        self._start_timer()
        self.cycle.transport = _LingeringTransport(self, self.transport)

    def on_body(self, body: bytes) -> None:
        self._of_trailer = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._between = True
        self._of_trailer = 0
        self._stop_timer()
        super().on_message_complete()
        if self._closes:
            self.transport.close()

    def close_after(self, answered: asyncio.Transport) -> None:
        """Close the connection once the request has come whole whose answer was written there."""
        if self._between or self.cycle.transport is not answered:
            self.transport.close()
        else:
            self._closes = True

    def on_response_complete(self) -> None:
        if self.cycle.response_complete:
            # Nobody reads any more what came of the body.
            self.cycle.body.clear()
        super().on_response_complete()
        if self._refused and not self._busy:
            self._answer(self._refused)

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read: that it is too large, or no HTTP."""
        self._refuse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if self._parsed > _MOST_BYTES else HTTPStatus.BAD_REQUEST
        )

    def _count(self, size: int) -> None:
        self._parsed += size
        if self._parsed > _MOST_BYTES:
            # The parser takes any exception for a request that cannot be read.
            raise ValueError("The head is too large.")

    def _start_timer(self) -> None:
        self._stop_timer()
        self._too_slow = self.loop.call_later(_MOST_SECONDS, self._refuse_if_slow)

    def _stop_timer(self) -> None:
        if self._too_slow is not None:
            self._too_slow.cancel()
            self._too_slow = None

    def _refuse_if_slow(self) -> None:
        if self.flow.read_paused:
            # It is not the client who keeps back what is still to come.
            self._start_timer()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    @property
    def _busy(self) -> bool:
        """Whether an earlier request is still to be answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_timer()
        if self._refused:
            return
        self._refused = status
        if not (self._between or self._in_head):
            self._give_up(status)
        elif not self._busy:
            self._answer(status)

    def _give_up(self, status: HTTPStatus) -> None:
        """Answer in place of the application, which would wait for the rest of the body."""
        if self.cycle.response_started or self.pipeline:
            # Its own answer has begun, or that to an earlier request is still to come.
            self.transport.close()
            return
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self._answer(status)

    def _answer(self, status: HTTPStatus) -> None:
        # Who has said nothing waits for no answer.
        if self._between and status != HTTPStatus.BAD_REQUEST:
            self.transport.close()
            return
        # What is on its way has to be read: else the answer could be lost.
        self.flow.resume_reading()
        text = f"{status.phrase}\n".encode()
        head = (
            f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
            f"content-length: {len(text)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + text)
        self.transport.write_eof()
        self.loop.call_later(_LAST_SECONDS, self.transport.close)
