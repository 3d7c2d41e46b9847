"""Whatever somebody has written becomes one string, one comment or one identifier of HCL, and nothing else."""

import re
from itertools import pairwise

import pytest
from do_nfs_mcp.storage.terraform.hcl import Labels, block, boolean, comment, identifier, listed, string
from hypothesis import given
from hypothesis import strategies as st

from ...support.properties import examples
from ...support.terraform import parsed

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text('$%{}"\\\n\r<~#/*`ué😀', max_size=12)


@examples(200)
@given(TEXTS)
def test_a_string_is_read_as_the_text_that_it_stands_for(text: str) -> None:
    written = string(text)
    assert written.isascii()
    assert written.isprintable()
    assert not {"${", "%{"} & {a + b for a, b in pairwise(written)}
    resource = block('resource "digitalocean_nfs" "a"', {"name": written, "size": "1"})
    assert parsed(resource).resources == {"digitalocean_nfs.a": {"name": text, "size": 1}}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", '""'),
        ("web-assets", '"web-assets"'),
        ("${var.token}", r'"\u0024{var.token}"'),
        ("%{ for x in y }", r'"\u0025{ for x in y }"'),
        ("$${x}", r'"$\u0024{x}"'),
        ("$ { % {", '"$ { % {"'),
        ('a" b', r'"a\u0022 b"'),
        ("a'b''c", "\"a'b'\\u0027c\""),
        ("a\\", r'"a\\"'),
        ("a\n<<EOT\r\t", r'"a\n<<EOT\r\t"'),
        ("é\u202e😀\x00", r'"\u00e9\u202e\U0001f600\u0000"'),
    ],
)
def test_a_string_has_no_character_that_acts(text: str, written: str) -> None:
    assert string(text) == written


@examples(100)
@given(TEXTS)
def test_nothing_of_a_text_stands_outside_its_comment(text: str) -> None:
    written = comment(text)
    assert written.startswith("# ")
    assert written.isascii()
    assert written.isprintable()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web-assets", "web_assets"),
        ("Web Assets!", "web_assets"),
        ("2024", "share_2024"),
        ("--a--b--", "a_b"),
        ("", "share"),
        ("名前", "share"),
        ("été", "t"),
        ('"${x}\n', "x"),
        ("a" * 100, "a" * 60),
        ("a" * 59 + "-b", "a" * 59),
    ],
)
def test_an_identifier_is_what_is_left_of_a_name(text: str, found: str) -> None:
    assert identifier(text, "share") == found


@examples(100)
@given(TEXTS)
def test_every_text_has_an_identifier(text: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,59}", identifier(text, "share"))


def test_a_label_that_is_taken_gets_a_number() -> None:
    labels = Labels()
    assert [labels.new("a", "x") for _ in range(3)] == ["x", "x_2", "x_3"]
    assert labels.new("b", "x") == "x"


def test_a_label_with_a_number_is_not_that_of_another() -> None:
    labels = Labels()
    assert [labels.new("a", wanted) for wanted in ("x_2", "x", "x", "x_2")] == ["x_2", "x", "x_3", "x_2_2"]


def test_a_block_is_laid_out_as_terraform_does() -> None:
    inner = block("lifecycle", {"prevent_destroy": boolean(True)})
    assert block("a", {"b": "1", "long": listed(["1", "2"])}, inner) == (
        "a {\n  b    = 1\n  long = [1, 2]\n\n  lifecycle {\n    prevent_destroy = true\n  }\n}"
    )
