"""How much of a text is shown, which marks a letter may carry, and which texts look like no other."""

import pytest
from do_nfs_mcp.api import untrusted_text
from do_nfs_mcp.api.untrusted_text import escaped, is_unambiguous, plain, quoted

ACUTE, DOT_BELOW, DIAERESIS, MACRON, CARON = "\u0301\u0323\u0308\u0304\u030c"


@pytest.mark.parametrize(("text", "shown"), [("x" * 10, "x" * 10), ("x" * 11, "x" * 7 + "..."), ("", "")])
def test_a_text_that_is_too_long_is_shown_up_to_its_length(text: str, shown: str) -> None:
    assert escaped(text, 10) == shown
    assert quoted(text, 10) == f'"{shown}"'
    assert plain(text, 10) == (shown or '""')


def test_three_hundred_characters_are_shown_where_nothing_else_is_said() -> None:
    for show in (escaped, plain):
        assert show("x" * 300) == "x" * 300
        assert show("x" * 301) == "x" * 297 + "..."
    assert quoted("x" * 301) == '"' + "x" * 297 + '..."'


def test_no_more_texts_are_remembered_than_a_thousand() -> None:
    for number in range(1001):
        plain(f"<{number}>")
    for remembered in (untrusted_text._plain, untrusted_text._escaped):
        assert remembered.cache_info().currsize == 1000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a`b", "a\\x60b"),
        ("a\\b", "a\\x5cb"),
        ("a<b", "a\\x3cb"),
        ('a"b', "a'b"),
        ('a""b', "a'\\x27b"),
        ("a  b", "a \\x20b"),
        ("a\tb\n", "a\\tb\\n"),
        ("[a](b", "[a\\x5d(b"),
        ("[a][b", "[a\\x5d[b"),
        ("[a]:b", "[a\\x5d:b"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u201db", "a\\u201db"),
        ("\u05d0", "\\u05d0"),
        ("a\U000e0069", "a\\U000e0069"),
    ],
)
def test_a_character_that_acts_or_hides_is_shown_as_its_code_and_no_other_is(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("a" + ACUTE + DOT_BELOW + DIAERESIS + MACRON, ""),
        ("a" + ACUTE + DOT_BELOW + DIAERESIS + MACRON, CARON),
        # What a letter carries already counts.
        ("\u1ebf" + DOT_BELOW + DIAERESIS, ""),
        ("\u1ebf" + DOT_BELOW + DIAERESIS, MACRON),
        ("\u00e9", ACUTE),
        ("a" + DOT_BELOW + ACUTE, DOT_BELOW),
        # A new letter begins anew.
        ("a" + ACUTE + "a" + ACUTE, ""),
        # What is no letter carries none.
        ("1", ACUTE),
        ("a ", ACUTE),
        ("a-", ACUTE),
        # None after one that is stray is the letter's.
        ("1", ACUTE + DOT_BELOW),
        ("a", "\u20dd" + ACUTE),
        ("a", "\u0336"),
        ("a", "\u035f"),
        ("a", "\u0361"),
        # Those next to these classes are ordinary.
        ("a\u0327", ""),
        ("a\u0345", ""),
        # A letter carries what is for its own script.
        ("\u304b\u3099", ""),
        ("\uff76\uff9e", ""),
        ("\u304b", "\uff9e"),
        ("\uff76", "\u3099"),
        ("a", "\u3099"),
        ("\u0915\u093f", ""),
        ("a", "\u093f"),
        ("\u0431" + ACUTE, ""),
        # After what looks like a quote it would look like another.
        ("a\u02bc", ACUTE),
        ("a\u2019", ACUTE),
    ],
)
def test_a_letter_carries_four_marks_of_its_script_each_once(text: str, stray: str) -> None:
    codes = "".join(mark.encode("unicode_escape").decode() for mark in stray)
    assert escaped(text + stray) == text + codes


UNAMBIGUOUS = [
    *(
        "",
        "data",
        "a b/c'\"`",
        "\u00e9t\u00e9",
        "e" + ACUTE,
        "\u540d\u524d",
        "\u30b8\u30e7\u30fc\u30b8",
        "\u4f50\u3005\u6728",
    ),
    *("\u30fd", "\u0967", "\ufb01", "\u00bd", "\u2460", "\U0001f600", "\u231a", "\ua490"),
]
AMBIGUOUS = {
    "a space that does not show": "a\u200bb",
    "a line's end": "a\nb",
    "from right to left": "\u05d0",
    "like a quote": "a\u02bc",
    "like a double quote": "a\u201d",
    "a small letter above": "a\u02b0",
    "a tone": "a\u02e5",
    "a stray mark": "1\u0301",
    "no picture": "\u00a9",
    "the first of the signs that are like words": "\u2e80",
    "the last of them": "\u33ff",
    "between them": "\u3200",
    "a wide slash": "a\uff0fb",
    "a fraction's slash": "a\u2044b",
    "in brackets": "\u2474",
    "with a full stop": "\u2488",
    "like a slash": "\u4e3f",
    "like a backslash": "\u4e36",
    "a Coptic letter like a slash": "\u2cc6",
    "punctuation": "\u00aba\u00bb",
    "a sign": "a\u00d7b",
    "a space of another width": "a\u3000b",
}


@pytest.mark.parametrize("text", UNAMBIGUOUS, ids=ascii)
def test_letters_digits_and_pictures_look_like_nothing_else(text: str) -> None:
    assert is_unambiguous(text)


@pytest.mark.parametrize("what", AMBIGUOUS)
def test_what_may_be_taken_for_something_else_is_ambiguous(what: str) -> None:
    assert not is_unambiguous(AMBIGUOUS[what])
