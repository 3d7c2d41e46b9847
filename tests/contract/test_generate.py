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


def test_what_is_committed_is_what_would_be_generated() -> None:
    result = check(ROOT)
    assert result.returncode == 0, result.stdout


def test_whatever_is_otherwise_than_it_would_be_generated_is_noticed_and_shown(tmp_path: Path) -> None:
    for folder in ("openapi", "scripts", "generated_client"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", SERVER_PAGE, *map(str, script("generate").COPIES)):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, tmp_path / file)
    (tmp_path / ".venv").symlink_to(sys.prefix)

    contract = tmp_path / "openapi/nfs.yaml"
    contract.write_text(contract.read_text().replace("enum: [standard, high]", "enum: [standard, high, extreme]"))
    client = tmp_path / "generated_client/do_nfs_client"
    (client / "types.py").write_text("# edited by hand\n")
    (client / "extra.py").write_text("")
    (client / "py.typed").unlink()
    (tmp_path / SERVER_PAGE).write_text("the server's page\n", encoding="utf-8")
    (tmp_path / SANDBOX_PAGE).write_text("edited by hand, too\n", encoding="utf-8")

    result = check(tmp_path)
    assert result.returncode == 1
    said = result.stdout
    # The contract has a new value, which the client and the sandbox's copy of the contract lack.
    assert '+    EXTREME = "extreme"' in said
    assert re.search(r'^\+ +"extreme"$', said, re.MULTILINE)
    assert "types.py differs" in said
    assert "-# edited by hand" in said
    assert "extra.py should not be there" in said
    assert "py.typed is missing" in said
    assert f"{SANDBOX_PAGE} differs" in said
    assert "-edited by hand, too\n+the server's page\n" in said
    assert "Run scripts/generate." in said
