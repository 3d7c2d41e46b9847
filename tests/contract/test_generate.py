"""scripts/generate --check tells whether what is committed is what would be generated."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.contracts import ROOT
from ..support.scripting import script

SERVER_PAGE = "mcp_server/do_nfs_mcp/tools/overview.html"
SANDBOX_PAGE = "mcp_server/do_nfs_sandbox/http/overview.html"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes symbolic links")


def check(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/generate", "--check"], cwd=root, text=True, capture_output=True, timeout=120
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what generating needs, with the environment of the project."""
    for folder in ("openapi", "scripts", "generated_client"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", SERVER_PAGE, *map(str, script("generate").COPIES)):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, tmp_path / file)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def test_what_is_committed_is_what_would_be_generated() -> None:
    result = check(ROOT)
    assert result.returncode == 0, result.stdout


def test_a_changed_contract_is_noticed_and_shown(copy: Path) -> None:
    contract = copy / "openapi/nfs.yaml"
    contract.write_text(contract.read_text().replace("enum: [standard, high]", "enum: [standard, high, extreme]"))
    result = check(copy)
    assert result.returncode == 1
    assert '+    EXTREME = "extreme"' in result.stdout
    assert re.search(r'^\+ +"extreme"$', result.stdout, re.MULTILINE), "the sandbox's copy of the contract"
    assert "Run scripts/generate." in result.stdout


def test_an_edited_or_added_file_is_noticed_and_shown(copy: Path) -> None:
    client = copy / "generated_client/do_nfs_client"
    (client / "types.py").write_text("# edited by hand\n")
    (client / "extra.py").write_text("")
    result = check(copy)
    assert result.returncode == 1
    assert "-# edited by hand" in result.stdout
    assert "extra.py should not be there" in result.stdout


@pytest.mark.parametrize("page", [SERVER_PAGE, SANDBOX_PAGE])
def test_a_difference_between_the_server_s_page_and_the_sandbox_s_copy_is_noticed(copy: Path, page: str) -> None:
    (copy / page).write_text("edited by hand\n", encoding="utf-8")
    result = check(copy)
    assert result.returncode == 1
    assert f"{SANDBOX_PAGE} differs" in result.stdout
    assert "edited by hand" in result.stdout


def test_a_missing_file_is_noticed(copy: Path) -> None:
    (copy / "generated_client/do_nfs_client/py.typed").unlink()
    result = check(copy)
    assert result.returncode == 1
    assert "py.typed is missing" in result.stdout
