"""A secret is masked in a text also where something has encoded it, and nothing that is logged acts on a terminal."""

import base64
import json
import logging
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from do_nfs_mcp.observability.masking import MASK, Masking, MaskingFormatter
from hypothesis import given
from hypothesis import strategies as st

from ..support.constants import TOKEN
from ..support.properties import examples

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


def escaped(form: str) -> Callable[[str], str]:
    """An encoder that writes every character by its code."""
    return lambda text: "".join(form.format(ord(character)) for character in text)


def in_base64(before: str, encode: Callable[[bytes], bytes] = base64.b64encode) -> Callable[[str], str]:
    return lambda text: encode(f"{before}{text}...".encode()).decode()


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


ENCODERS: dict[str, Callable[[str], str]] = {
    "itself": str,
    "upper case": str.upper,
    "percent": lambda text: quote(text, safe=""),
    "percent in lower case": lambda text: quote(text, safe="").lower(),
    "percent in full": escaped("%{:02X}"),
    "percent in full in lower case": escaped("%{:02x}"),
    "percent, every other character": lambda text: "".join(
        f"%{ord(c):02X}" if n % 2 else quote(c, safe="") for n, c in enumerate(text)
    ),
    "percent doubled": lambda text: quote(quote(text, safe=""), safe=""),
    "percent in full, doubled": lambda text: quote(escaped("%{:02X}")(text), safe=""),
    "percent in full, three times": lambda text: quote(quote(escaped("%{:02x}")(text), safe=""), safe=""),
    "percent of every character, twice": lambda text: escaped("%{:02X}")(escaped("%{:02X}")(text)),
    "percent and u": escaped("%u00{:02x}"),
    "JSON": in_json,
    "JSON in JSON": lambda text: in_json(in_json(text)),
    "JSON with escaped slashes": lambda text: in_json(text).replace("/", "\\/"),
    "unicode escapes": escaped("\\u{:04x}"),
    "unicode escapes in upper case": escaped("\\u{:04X}"),
    "unicode escapes in JSON": lambda text: in_json(escaped("\\u{:04x}")(text)),
    "unicode escapes in JSON in JSON": lambda text: in_json(in_json(escaped("\\u{:04x}")(text))),
    "long unicode escapes": escaped("\\U{:08x}"),
    "unicode escapes in braces": escaped("\\u{{{:x}}}"),
    "byte escapes": escaped("\\x{:02x}"),
    "byte escapes in JSON": lambda text: in_json(escaped("\\x{:02X}")(text)),
    "hex": lambda text: text.encode().hex(),
    "hex in upper case": lambda text: text.encode().hex().upper(),
    **{f"base64 after {before!r}": in_base64(before) for before in ("", "a", "ab", "Bearer ")},
    **{
        f"base64 of URLs after {before!r}": in_base64(before, base64.urlsafe_b64encode)
        for before in ("", "a", "ab", "Bearer ")
    },
    "base64 in a URL": lambda text: quote(in_base64("")(text), safe=""),
    "base64 in JSON with escaped slashes": lambda text: in_base64("")(text).replace("/", "\\/"),
}


def core(secret: str, encoder: str) -> str:
    """What the secret alone decides of its encoded form: of base64, not the letters at its ends."""
    encoded = ENCODERS[encoder](secret)
    return encoded[8:-8] if encoder.startswith("base64") else encoded


VENDORS = "dop_v1_" + "0123456789abcdef" * 4
ODD = 'Zq3/+"\\%9~canary=Zq3?>?>~~'


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    ("secret", "sent_back"),
    [(VENDORS, VENDORS), (VENDORS, VENDORS.removeprefix("dop_v1_")), (ODD, ODD)],
    ids=["vendor's", "vendor's without its prefix", "odd"],
)
def test_a_secret_is_masked_in_every_plain_encoding(secret: str, sent_back: str, encoder: str) -> None:
    masked = Masking(secret)(f"before {ENCODERS[encoder](sent_back)} after")
    assert core(sent_back, encoder) not in masked
    assert MASK in masked
    # What is left of base64 are the letters that its neighbours decide, too.
    assert len(masked) <= len(f"before {MASK} after") + 24
    assert (masked.startswith("before "), masked.endswith(" after")) == (True, True)


SECRETS = st.one_of(
    st.text("0123456789abcdef", min_size=64, max_size=64).map("dop_v1_{}".format),
    st.text(string.ascii_letters + string.digits + string.punctuation, min_size=16, max_size=80),
)


@examples(300)
@given(
    secret=SECRETS, encoder=st.sampled_from(sorted(ENCODERS)), before=st.text(max_size=30), after=st.text(max_size=30)
)
def test_any_secret_is_masked_in_any_text_and_encoding(secret: str, encoder: str, before: str, after: str) -> None:
    masked = Masking(secret)(f"{before} {ENCODERS[encoder](secret)} {after}")
    assert MASK in masked
    assert core(secret, encoder) not in masked


@examples(300)
@given(text=st.text())
def test_a_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert Masking(VENDORS, ODD)(text) == text


def test_a_secret_that_is_learnt_later_is_masked_and_so_is_the_one_before() -> None:
    masked = Masking(VENDORS)
    masked.learn(TOKEN)
    masked.learn(None)
    assert masked(f"{VENDORS} {TOKEN.removeprefix('dop_v1_')} 7letter") == f"{MASK} {MASK} 7letter"


def test_of_very_many_secrets_the_last_ones_are_masked() -> None:
    masked = Masking(*(f"secret-{number:04}" for number in range(100)))
    assert masked("secret-0099 secret-0095 secret-0001") == f"{MASK} {MASK} secret-0001"


@pytest.mark.parametrize("text", ["\\" * 100_000, "%25" * 50_000, "%64%6f%70" * 20_000, "dop_v1_" * 20_000])
def test_a_text_of_nothing_but_beginnings_is_read_through_in_a_moment(text: str) -> None:
    # Were each begun match read to the end of the text, this would take hours.
    assert Masking(VENDORS)(text) == text


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
