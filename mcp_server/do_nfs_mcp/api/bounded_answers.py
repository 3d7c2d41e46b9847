"""An httpx client that reads no more of an answer than it is told to, however much a packed one unpacks to."""

import zlib
from collections.abc import Iterator
from typing import Any, cast

import httpx
from do_nfs_client.client import unpacking

__all__ = ["MAX_HEAD_BYTES", "AnswerTooLargeError", "BoundedClient", "head_too_large"]

# How large the headers of an answer may be.
MAX_HEAD_BYTES = 64 * 1024

# At most so many bytes are unpacked before they are counted.
_PIECE = 64 * 1024
# What tells zlib to expect gzip.
_GZIP = 31


class AnswerTooLargeError(httpx.TransportError):
    """An answer was larger than it may be. The rest of it was not read. max_bytes: How large it may be, unpacked."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The answer is larger than {max_bytes} bytes.")
        self.max_bytes = max_bytes


class BoundedClient(httpx.AsyncClient):
    """httpx's client, for answers that are read as a whole. It asks for no packing but gzip and unpacks no other.

    A request whose answer is too large fails with AnswerTooLargeError, and one whose answer has more than 64 KiB of
    headers with httpx.RemoteProtocolError.

    Args:
        max_answer_bytes: How large an answer may be, unpacked.
        options: httpx.AsyncClient's arguments.
    """

    def __init__(self, *, max_answer_bytes: int, **options: Any) -> None:
        super().__init__(**options)
        self._max_answer_bytes = max_answer_bytes
        self.headers["Accept-Encoding"] = "gzip"
        # In front of hooks that read the answer.
        self.event_hooks["response"].insert(0, self._read)

    async def _read(self, response: httpx.Response) -> None:
        """Read an answer, and put its content, unpacked, in the place of what comes over the network."""
        if sum(len(name) + len(value) for name, value in response.headers.raw) > MAX_HEAD_BYTES:
            raise head_too_large()
        if response.is_closed:
            # It was made with its content.
            if len(response.content) > self._max_answer_bytes:
                raise AnswerTooLargeError(self._max_answer_bytes)
            return
        unpacker = _Unpacker() if response.headers.get("content-encoding", "").strip().lower() == "gzip" else None
        stream, content = cast("httpx.AsyncByteStream", response.stream), bytearray()
        try:
            with unpacking(response):
                async for part in stream:
                    for piece in unpacker.pieces(part) if unpacker else [part]:
                        content += piece
                        if len(content) > self._max_answer_bytes:
                            raise AnswerTooLargeError(self._max_answer_bytes)
        finally:
            await stream.aclose()
        if unpacker and not unpacker.is_done:
            raise httpx.RemoteProtocolError("The answer ends before what is packed in it does.")
        response.headers.pop("content-encoding", None)
        response.stream = httpx.ByteStream(bytes(content))


def head_too_large() -> httpx.TransportError:
    """Return the error for an answer with too many headers, or one too long."""
    return httpx.RemoteProtocolError(f"The answer's headers are larger than {MAX_HEAD_BYTES} bytes.")


class _Unpacker:
    """Unpacks gzip."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP)
        self._has_begun = False

    @property
    def is_done(self) -> bool:
        """Whether it has come to an end. Nothing at all is packed nothing."""
        return self._zlib.eof or not self._has_begun

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """Give what a part unpacks to, in pieces of bounded length."""
        self._has_begun |= bool(packed)
        try:
            while packed and not self._zlib.eof:
                yield self._zlib.decompress(packed, _PIECE)
                packed = self._zlib.unconsumed_tail
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error
