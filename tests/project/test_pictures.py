"""The pictures in the docs show what the product says today."""

import os
import sys

import pytest

from ..support.contracts import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from picturing.png import described, description_of
finally:
    sys.path.pop(0)

DOCS = ROOT / "docs"
PHOTOGRAPHS = ("overview-light", "overview-dark", "question")


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_picture_is_small_enough_to_load_and_says_what_it_shows(name: str) -> None:
    picture = (DOCS / f"{name}.png").read_bytes()
    assert 10_000 < len(picture) < 150_000
    title = "An assistant asks you to confirm" if name == "question" else "NFS storage"
    assert description_of(picture).startswith(title)


def test_a_picture_keeps_the_description_that_it_is_given() -> None:
    picture = (DOCS / "question.png").read_bytes()
    bare = picture[: picture.index(b"iTXt") - 4] + picture[-12:]
    with pytest.raises(ValueError, match="no description"):
        description_of(bare)
    assert description_of(described(bare, "שלום · 1")) == "שלום · 1"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_the_picture_of_a_terminal_is_what_is_printed_there() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from picturing.terminal import terminal
    finally:
        sys.path.pop(0)
    picture = terminal()
    assert picture == (DOCS / "terminal.svg").read_text(encoding="utf-8")
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "").replace("https://www.textualize.io", "")
