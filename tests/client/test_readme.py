"""What the README says of the client works as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from do_nfs_sandbox import Sandbox

from ..contracts import ROOT
from ..serving import serving

(SNIPPET,) = (
    block
    for block in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    if "do_nfs_client" in block
)


def test_the_snippet_has_types(tmp_path: Path) -> None:
    program = tmp_path / "snippet.py"
    program.write_text(SNIPPET)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(tmp_path),
        "--config-file",
        "",
        str(program),
    ]
    result = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, timeout=240)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("token", "printed"),
    [("dop_v1_" + "0" * 64, "sammy-share-drive ACTIVE 1024\n"), ("dop_v1_...", "401 unauthorized The token was not")],
)
def test_the_snippet_runs(token: str, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox(seed="examples") as sandbox, serving(sandbox) as url:
        exec(SNIPPET.replace("https://api.digitalocean.com", url).replace("dop_v1_...", token), {})
    assert capsys.readouterr().out.startswith(printed)
