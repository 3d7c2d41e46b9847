"""Commands as one line of text."""

import os
import string

import pytest
from do_nfs_mcp.account_token.command_line import join, split
from hypothesis import given
from hypothesis import strategies as st

from ..support.properties import examples


@pytest.mark.parametrize("line", ["", "  ", "'", '"op read', "''", '"" read'])
def test_a_line_without_a_program_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        split(line)


def test_on_windows_backslashes_are_kept_and_quotes_go_around_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "name", "nt")
    line = r'"C:\Program Files\1Password\op.exe" read "op://Work Vault/nfs/token" C:\new -noon-'
    words = [r"C:\Program Files\1Password\op.exe", "read", "op://Work Vault/nfs/token", r"C:\new", "-noon-"]
    assert split(line) == words
    assert split(join(words)) == words


@examples(200)
@given(st.lists(st.text(string.printable, min_size=1), min_size=1))
def test_a_line_that_was_joined_is_split_into_the_same_words(words: list[str]) -> None:
    assert split(join(words)) == words
