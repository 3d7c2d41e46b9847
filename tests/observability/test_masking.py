"""A secret is masked in a text also where something has encoded it, and nothing that is logged acts on a terminal."""

import base64
import logging
from collections.abc import Callable

import pytest
from do_nfs_mcp.observability.masking import MASK, Masking, MaskingFormatter

# Its base64 has letters that are others in URLs.
SECRET = "s3cr3t>?~?>?+the whole"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode], ids=["standard", "url-safe"])
@pytest.mark.parametrize("before", [b"", b"\0", b"~", b"\xff", b"ab", b"\xff\xff", b"abc", b"Bearer "])
@pytest.mark.parametrize("after", [b"", b"\0", b"\xff", b" and more"])
def test_no_letter_of_base64_that_the_secret_alone_decides_is_left(
    encode: Callable[[bytes], bytes], before: bytes, after: bytes
) -> None:
    encoded = encode(before + SECRET.encode() + after).decode()
    # A letter stands for six bits.
    first_bit, end_bit = 8 * len(before), 8 * len(before + SECRET.encode())
    first = next(n for n in range(len(encoded)) if 6 * n >= first_bit)
    assert Masking(SECRET)(encoded) == encoded[:first] + MASK + encoded[end_bit // 6 :]


def test_a_secret_of_eight_characters_is_masked_and_a_shorter_text_is_none() -> None:
    masked = Masking("8letters", "7letter")
    assert masked("An 8letters, a 7letter.") == f"An {MASK}, a 7letter."


ACTING = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u202e", "\u200b", "\ud800"]


def logged(message: str, error: Exception | None = None) -> str:
    formatter = MaskingFormatter(Masking(SECRET), "%(levelname)s %(name)s: %(message)s")
    details = (type(error), error, error.__traceback__) if error else None
    return formatter.format(logging.LogRecord("a", logging.ERROR, "", 0, "%s", (message,), details))


@pytest.mark.parametrize("acting", ACTING, ids=ascii)
def test_a_character_that_acts_on_a_terminal_is_logged_as_its_code(acting: str) -> None:
    code = acting.encode("unicode_escape").decode()
    assert logged(f"a{acting}b é") == f"ERROR a: a{code}b é"


@pytest.mark.parametrize("acting", [c for c in ACTING if c != "\n"], ids=ascii)
def test_a_character_that_acts_on_a_terminal_is_its_code_in_a_traceback_too(acting: str) -> None:
    said = logged("a", OSError(f"a{acting}b"))
    code = acting.encode("unicode_escape").decode()
    first, *_, last = said.split("\n")
    assert (first, last) == ("ERROR a: a", f"OSError: a{code}b")
    assert said.replace("\n", "").isprintable()


def test_a_message_of_several_lines_is_logged_as_one() -> None:
    assert logged("a\nERROR b: c") == "ERROR a: a\\nERROR b: c"
