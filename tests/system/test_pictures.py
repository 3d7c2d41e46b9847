"""scripts/pictures makes the pictures in the docs, and what they show is what the pages say today."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..support.contracts import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from picturing.png import description_of
finally:
    sys.path.pop(0)

pytestmark = pytest.mark.system


def test_the_pictures_in_the_docs_say_what_the_pages_say_today(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/pictures", "--into", str(tmp_path)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["overview-dark.png", "overview-light.png", "question.png", "terminal.svg"]
    for name in names[:3]:
        said = [description_of((folder / name).read_bytes()) for folder in (ROOT / "docs", tmp_path)]
        assert said[0] == said[1], f"docs/{name} shows what is no longer so: run scripts/pictures"
    assert (tmp_path / "terminal.svg").read_text("utf-8") == (ROOT / "docs/terminal.svg").read_text("utf-8")
