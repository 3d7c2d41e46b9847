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


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a copy in which everything is otherwise than it would be generated."""
    root = tmp_path_factory.mktemp("copy")
    for folder in ("openapi", "scripts", "generated_client"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", SERVER_PAGE, *map(str, script("generate").COPIES)):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, root / file)
    (root / ".venv").symlink_to(sys.prefix)

    contract = root / "openapi/nfs.yaml"
    contract.write_text(contract.read_text().replace("enum: [standard, high]", "enum: [standard, high, extreme]"))
    client = root / "generated_client/do_nfs_client"
    (client / "types.py").write_text("# edited by hand\n")
    (client / "extra.py").write_text("")
    (client / "py.typed").unlink()
    (root / SERVER_PAGE).write_text("the server's page\n", encoding="utf-8")
    (root / SANDBOX_PAGE).write_text("edited by hand, too\n", encoding="utf-8")
    result = check(root)
    assert result.returncode == 1
    return result.stdout


def test_what_is_committed_is_what_would_be_generated() -> None:
    result = check(ROOT)
    assert result.returncode == 0, result.stdout


def test_what_to_do_is_said(said: str) -> None:
    assert "Run scripts/generate." in said


def test_a_changed_contract_is_noticed_and_shown(said: str) -> None:
    assert '+    EXTREME = "extreme"' in said
    assert re.search(r'^\+ +"extreme"$', said, re.MULTILINE), "the sandbox's copy of the contract"


def test_an_edited_file_is_noticed_and_shown(said: str) -> None:
    assert "types.py differs" in said
    assert "-# edited by hand" in said


def test_an_added_file_is_noticed(said: str) -> None:
    assert "extra.py should not be there" in said


def test_a_missing_file_is_noticed(said: str) -> None:
    assert "py.typed is missing" in said


def test_a_difference_between_the_server_s_page_and_the_sandbox_s_copy_is_noticed(said: str) -> None:
    assert f"{SANDBOX_PAGE} differs" in said
    assert "-edited by hand, too\n+the server's page\n" in said
