"""Text in columns."""

import pytest
from do_nfs_mcp.cli.terminal.table import table


def test_words_are_broken_only_where_they_have_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("name", "some words in a cell"), ("other", "")]
    monkeypatch.setenv("COLUMNS", "15")
    assert table(rows) == "name   some\n       words in\n       a cell\nother"
    monkeypatch.setenv("COLUMNS", "9")
    assert table(rows) == "nam  some\ne    word\n     s in\n     a\n     cell\noth\ner"
