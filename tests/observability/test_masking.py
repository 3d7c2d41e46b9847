"""A secret is masked in a text also where something has encoded it, and nothing that is logged acts on a terminal."""

import base64
import json
import logging
import re
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from do_nfs_mcp.observability.masking import MASK, Masking, MaskingFormatter
from hypothesis import given
from hypothesis import strategies as st

from ..support.constants import TOKEN
from ..support.contracts import ROOT
from ..support.properties import examples

Encode = Callable[[str], str]

# Its base64 has letters that are others in URLs.
SECRET = "s3cr3t>?~?>?+the whole"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode], ids=["standard", "url-safe"])
@pytest.mark.parametrize("before", [b"", b"\0", b"~", b"\xff", b"ab", b"\xff\xff", b"abc", b"Bearer "])
@pytest.mark.parametrize("after", [b"", b"\0", b"\xff", b" and more"])
def test_of_base64_each_letter_is_masked_that_has_a_bit_of_the_secret_and_no_other(
    encode: Callable[[bytes], bytes], before: bytes, after: bytes
) -> None:
    encoded = encode(before + SECRET.encode() + after).decode()
    # A letter stands for six bits.
    first, last = 8 * len(before) // 6, (8 * len(before + SECRET.encode()) - 1) // 6
    assert Masking(SECRET)(encoded) == encoded[:first] + MASK + encoded[last + 1 :]


def test_a_secret_of_eight_characters_is_masked_and_a_shorter_text_is_none() -> None:
    masked = Masking("8letters", "7letter")
    assert masked("An 8letters, a 7letter.") == f"An {MASK}, a 7letter."


def escaped(form: str) -> Encode:
    """An encoder that writes every character by its code."""
    return lambda text: "".join(form.format(ord(character)) for character in text)


def in_base64(before: str, encode: Callable[[bytes], bytes] = base64.b64encode) -> Encode:
    return lambda text: encode(f"{before}{text}...".encode()).decode()


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_hex(text: str) -> str:
    return text.encode().hex()


def percent(text: str) -> str:
    return quote(text, safe="")


def wrapped(width: int, end: str, encode: Encode | None = None) -> Encode:
    def wrap(text: str) -> str:
        encoded = (encode or in_base64("user:"))(text)
        return end.join(encoded[at : at + width] for at in range(0, len(encoded), width))

    return wrap


# What SECURITY.md says is masked, in its words, with encoders that show it.
ENCODINGS: dict[str, dict[str, Encode]] = {
    "percent-encoding of any of its characters, in upper or lower case, and as `%u0041`": {
        "percent": percent,
        "percent in lower case": lambda text: percent(text).lower(),
        "percent in full": escaped("%{:02X}"),
        "percent in full in lower case": escaped("%{:02x}"),
        "percent, every other character": lambda text: "".join(
            f"%{ord(c):02X}" if n % 2 else percent(c) for n, c in enumerate(text)
        ),
        "percent and u": escaped("%u00{:02x}"),
    },
    "escapes with a backslash of any of its characters: JSON's, `\\u0041`, `\\U00000041`, `\\u{41}` and `\\x41`": {
        "JSON": in_json,
        "JSON with escaped slashes": lambda text: in_json(text).replace("/", "\\/"),
        "unicode escapes": escaped("\\u{:04x}"),
        "unicode escapes in upper case": escaped("\\u{:04X}"),
        "long unicode escapes": escaped("\\U{:08x}"),
        "unicode escapes in braces": escaped("\\u{{{:x}}}"),
        "byte escapes": escaped("\\x{:02x}"),
    },
    "hexadecimal, in upper or lower case": {
        "hex": in_hex,
        "hex in upper case": lambda text: in_hex(text).upper(),
        "hex of more, from an odd digit on": lambda text: "f" + in_hex(f"user:{text}") + "ff",
    },
    "base64 and base64url, wherever in what is encoded it stands, with padding or without": {
        **{f"base64 after {before!r}": in_base64(before) for before in ("", "a", "ab", "Bearer ")},
        **{
            f"base64url after {before!r}": in_base64(before, base64.urlsafe_b64encode)
            for before in ("", "a", "ab", "Bearer ")
        },
        "base64 without padding": lambda text: in_base64("")(text).rstrip("="),
        "base64 after letters": lambda text: "abc" + in_base64("")(text),
    },
    "line breaks in the token or in any of these, at any width, with white space around them": {
        "line breaks in itself": wrapped(5, "\n", str),
        "base64 in lines of 76": wrapped(76, "\n"),
        "base64 in lines of 64 as in mails": wrapped(64, "\r\n"),
        "base64 in lines of 3": wrapped(3, "\n"),
        "base64 in lines that end with a carriage return": wrapped(64, "\r"),
        "base64 in folded lines": wrapped(40, "\r\n "),
        "base64 in lines far apart": wrapped(40, " \n\n\t"),
        "hex in lines of 60": wrapped(60, "\n", in_hex),
    },
    "up to four of these within one another": {
        "percent doubled": lambda text: percent(percent(text)),
        "percent in full, doubled": lambda text: percent(escaped("%{:02X}")(text)),
        "percent in full, three times": lambda text: percent(percent(escaped("%{:02x}")(text))),
        "percent of every character, twice": lambda text: escaped("%{:02X}")(escaped("%{:02X}")(text)),
        "JSON in JSON": lambda text: in_json(in_json(text)),
        "unicode escapes in JSON": lambda text: in_json(escaped("\\u{:04x}")(text)),
        "unicode escapes in JSON in JSON": lambda text: in_json(in_json(escaped("\\u{:04x}")(text))),
        "byte escapes in JSON": lambda text: in_json(escaped("\\x{:02X}")(text)),
        "base64 in a URL": lambda text: percent(in_base64("")(text)),
        "base64 in JSON with escaped slashes": lambda text: in_base64("")(text).replace("/", "\\/"),
        "base64 in lines in JSON": lambda text: in_json(wrapped(64, "\r\n")(text)),
        "base64 of percent": lambda text: in_base64("a")(escaped("%{:02X}")(text)),
        "base64 of JSON": lambda text: in_base64("a")(in_json(text)),
        "base64 of hex": lambda text: in_base64("a")(in_hex(text)),
        "hex of base64": lambda text: in_hex(in_base64("ab")(text)),
        "base64 four times": lambda text: in_base64("")(in_base64("a")(in_base64("ab")(in_base64("abc")(text)))),
        "percent of base64 of JSON of percent": lambda text: percent(in_base64("a")(in_json(percent(text)))),
        "JSON of lines of base64 of JSON": lambda text: in_json(wrapped(76, "\n")(in_json(text))),
    },
}
ENCODERS: dict[str, Encode] = {
    "itself": str,
    "upper case": str.upper,
    **{name: encode for encoders in ENCODINGS.values() for name, encode in encoders.items()},
}


def test_security_md_lists_just_the_encodings_that_are_masked() -> None:
    section = (
        (ROOT / "SECURITY.md").read_text("utf-8").partition("\n## Encodings of the token\n")[2].partition("\n## ")[0]
    )
    listed = [" ".join(item.split()) for item in re.findall(r"^- ((?:.+\n)(?:  .+\n)*)", section, re.MULTILINE)]
    assert [item.rstrip(".;,") for item in listed] == list(ENCODINGS)


VENDORS = "dop_v1_" + "0123456789abcdef" * 4
ODD = 'Zq3/+"\\%9~canary=Zq3?>?>~~'


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    ("secret", "sent_back"),
    [(VENDORS, VENDORS), (VENDORS, VENDORS.removeprefix("dop_v1_")), (ODD, ODD)],
    ids=["DigitalOcean's", "DigitalOcean's without its prefix", "odd"],
)
def test_a_secret_is_masked_in_every_encoding(secret: str, sent_back: str, encoder: str) -> None:
    encoded = ENCODERS[encoder](sent_back)
    masked = Masking(secret)(f"before {encoded} after")
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    left = masked[len("before ") : -len(" after")]
    first, found, last = left.partition(MASK)
    assert found
    # What is left is what stands around it in what is encoded.
    assert encoded.startswith(first)
    assert encoded.endswith(last)
    assert len(first + last) < 80


@pytest.mark.parametrize("encoder", ENCODERS)
def test_each_of_several_secrets_in_a_text_is_masked(encoder: str) -> None:
    encoded = ENCODERS[encoder](VENDORS)
    assert Masking(VENDORS)(f"{encoded} . {encoded} . {encoded}").count(MASK) == 3


SECRETS = st.one_of(
    st.text("0123456789abcdef", min_size=64, max_size=64).map("dop_v1_{}".format),
    st.text(string.ascii_letters + string.digits + string.punctuation, min_size=16, max_size=80),
)


@examples(300)
@given(
    secret=SECRETS,
    encoders=st.lists(st.sampled_from([percent, in_json, in_hex, *map(in_base64, ("", "a", "ab"))]), max_size=4),
    before=st.text(max_size=30),
    after=st.text(max_size=30),
)
def test_any_secret_is_masked_in_any_text_and_in_any_four_encodings(
    secret: str, encoders: list[Encode], before: str, after: str
) -> None:
    encoded = secret
    for encode in encoders:
        encoded = encode(encoded)
    masked = Masking(secret)(f"{before} {encoded} {after}")
    assert MASK in masked
    assert encoded not in masked


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
    assert masked("secret-0099 secret-0092 secret-0091 secret-0001") == f"{MASK} {MASK} secret-0091 secret-0001"


@pytest.mark.parametrize("secrets", [("12345678", "1234567890ab"), ("1234567890ab", "12345678")])
def test_of_two_secrets_that_begin_alike_nothing_of_the_longer_is_left(secrets: tuple[str, str]) -> None:
    assert Masking(*secrets)("a 1234567890ab, a 12345678.") == f"a {MASK}, a {MASK}."


def test_secrets_side_by_side_are_masked_each() -> None:
    assert Masking("12345678", "abcdefgh")("12345678abcdefgh12345678") == MASK * 3


def test_of_five_encodings_within_one_another_the_innermost_is_not_looked_into() -> None:
    encoded = VENDORS
    for depth in range(1, 6):
        encoded = in_hex(encoded)
        assert (MASK in Masking(VENDORS)(encoded)) == (depth <= 4)


@pytest.mark.parametrize(
    "text",
    [
        "\\" * 100_000,
        "%25" * 50_000,
        "%64%6f%70" * 20_000,
        "dop_v1_" * 20_000,
        "A" * 100_000,
        "a \n" * 50_000,
        "\n" * 99_999,
    ],
)
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


@pytest.mark.parametrize("unit", [" ", "\t", "a \n", "\\", "\\u{0", "%25", "QUFB", "0a"])
def test_a_megabyte_of_anything_is_looked_through_once(unit: str) -> None:
    # What takes the square of its length takes longer than a test may.
    text = unit * (1_000_000 // len(unit)) + "x\n"
    assert Masking(SECRET)(text) == text
