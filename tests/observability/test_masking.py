"""A secret is masked in a text also where something has encoded it."""

import base64
from collections.abc import Callable

import pytest
from do_nfs_mcp.observability.masking import MASK, Masking

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
