"""What of the pages is made from the code and the tests is what they give."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.contracts import ROOT


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/docs", "--check"]
    return subprocess.run(command, cwd=root, text=True, capture_output=True, timeout=120)


def test_the_pages_are_what_the_code_and_the_tests_give() -> None:
    result = check(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.skipif(os.name == "nt", reason="makes symbolic links")
def test_a_claim_that_no_test_makes_is_noticed_and_so_is_a_changed_part_of_a_page(tmp_path: Path) -> None:
    for folder in ("scripts", "tests", "docs", "openapi", "mcp_server"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CONTRIBUTING.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    page = tmp_path / "docs/fidelity.md"
    page.write_text(page.read_text() + "| Shares can fly | yes | reference |\n")
    readme = tmp_path / "README.md"
    readme.write_text(readme.read_text().replace("It grew from 500", "It shrank from 500"))
    result = check(tmp_path)
    assert result.returncode == 1
    assert re.search(r"^-.*It shrank from 500", result.stderr, re.MULTILINE)
    assert "-| Shares can fly | yes | reference |" in result.stderr
