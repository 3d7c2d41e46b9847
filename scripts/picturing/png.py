"""PNG files that say in words what they show, in a chunk of text (iTXt) with the keyword Description."""

import struct
import zlib

__all__ = ["described", "description_of"]

_SIGNATURE = 8
_HEAD = b"Description\0\0\0\0\0"  # The keyword, and then: not compressed, in no language, without a translation.


def described(png: bytes, text: str) -> bytes:
    """Return a PNG with a description.

    Args:
        png: A PNG without one.
        text: What it shows.
    """
    end = png.rindex(b"IEND") - 4
    body = b"iTXt" + _HEAD + text.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:end] + chunk + png[end:]


def description_of(png: bytes) -> str:
    """Return the description of a PNG.

    Args:
        png: A PNG.

    Raises:
        ValueError: If it has none.
    """
    at = _SIGNATURE
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"iTXt" and data.startswith(_HEAD):
            return data.removeprefix(_HEAD).decode()
        at += 12 + length
    raise ValueError("The picture has no description.")
