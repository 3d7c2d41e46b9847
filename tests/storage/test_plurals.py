"""A noun stands in the number that its count asks for."""

import pytest
from do_nfs_mcp.storage.plurals import counted, plural


@pytest.mark.parametrize(("number", "said"), [(0, "0 shares"), (1, "1 share"), (2, "2 shares"), (1000, "1000 shares")])
def test_only_one_is_singular(number: int, said: str) -> None:
    assert counted(number, "share") == said


def test_a_noun_of_two_words_gets_its_plural_at_the_end() -> None:
    assert plural("access point", 2) == "access points"
