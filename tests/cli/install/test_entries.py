"""Whatever a configuration looks like, an entry goes in and comes out, and the rest stays to the letter."""

import copy
from typing import Any

from do_nfs_mcp.cli.install.entries import add_entry, remove_entry
from do_nfs_mcp.cli.install.format import Format
from do_nfs_mcp.cli.install.jsonc import Json
from do_nfs_mcp.cli.install.toml import Toml
from hypothesis import given

from ...support.properties import examples
from .texts import SERVERS, Text, json_configurations, toml_configurations, usual_json

STRICT, LENIENT, TOML = Json(comments=False), Json(comments=True), Toml()
ENTRY: dict[str, Any] = {
    "command": 'C:\\Program Files\\do-nfs-mcp "é"\x7f.exe',
    "args": ["--read-only"],
    "env": {"DIGITALOCEAN_ACCESS_TOKEN": "${env:DIGITALOCEAN_ACCESS_TOKEN}"},
}
OTHER_OPTIONS = {"command": "/bin/do-nfs-mcp", "args": ["--sandbox", "/tmp/nfs.db"]}
KEYS, TOML_KEYS = (SERVERS, "nfs"), ("mcp_servers", "nfs")
UNRELATED = "this is no configuration"


def with_entry(document: dict[str, Any], entry: dict[str, Any] = ENTRY, section: str = SERVERS) -> dict[str, Any]:
    document = copy.deepcopy(document)
    document.setdefault(section, {})["nfs"] = entry
    return document


def holds_all_of(longer: str, shorter: str) -> bool:
    """Whether the one becomes the other by leaving something out, blank space aside."""
    characters = iter(longer)
    return all(character in characters for character in shorter if not character.isspace())


def goes_in_and_out(syntax: Format, text: str, keys: tuple[str, str]) -> None:
    before = syntax.read(text)
    added = add_entry(syntax, text, keys, ENTRY)
    assert syntax.read(added) == with_entry(before, section=keys[0])
    assert holds_all_of(added, text)
    assert add_entry(syntax, added, keys, ENTRY) == added
    assert remove_entry(syntax, added, keys, text) == text
    changed = add_entry(syntax, added, keys, OTHER_OPTIONS)
    assert syntax.read(changed)[keys[0]]["nfs"] == {**OTHER_OPTIONS, **({"env": {}} if keys is KEYS else {})}
    # With nothing known of what it was before.
    left = remove_entry(syntax, added, keys, UNRELATED)
    assert left is not None
    if before.get(keys[0]):
        assert syntax.read(left) == before
    else:
        assert {k: v for k, v in syntax.read(left).items() if k != keys[0]} == {
            k: v for k, v in before.items() if k != keys[0]
        }


@given(json_configurations(comments=True))
@examples(150)
def test_json_with_comments_keeps_all_it_says(drawn: Text) -> None:
    text, value = drawn
    assert LENIENT.read(text) == value
    goes_in_and_out(LENIENT, text, KEYS)


@given(json_configurations(comments=False))
@examples(100)
def test_json_keeps_all_it_says(drawn: Text) -> None:
    text, value = drawn
    assert STRICT.read(text) == value
    goes_in_and_out(STRICT, text, KEYS)


@given(toml_configurations())
@examples(100)
def test_toml_keeps_all_it_says(text: str) -> None:
    goes_in_and_out(TOML, text, TOML_KEYS)


@given(usual_json())
@examples(100)
def test_json_as_programs_write_it_is_restored_without_knowing_what_it_was(drawn: Text) -> None:
    text, document = drawn
    if document.get(SERVERS):
        assert remove_entry(STRICT, add_entry(STRICT, text, KEYS, ENTRY), KEYS, UNRELATED) == text


@given(toml_configurations())
@examples(100)
def test_toml_is_restored_without_knowing_what_it_was(text: str) -> None:
    assert remove_entry(TOML, add_entry(TOML, text, TOML_KEYS, ENTRY), TOML_KEYS, UNRELATED) == text
