"""What the page on the client says has types, and says what went wrong."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from do_nfs_sandbox import Sandbox

from ..support.contracts import ROOT
from ..support.serving import serving

SNIPPETS = re.findall(r"```python\n(.*?)```", (ROOT / "docs/client.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_snippets_of_the_page_have_types(tmp_path: Path) -> None:
    programs = [tmp_path / f"snippet_{number}.py" for number, _ in enumerate(SNIPPETS)]
    for program, snippet in zip(programs, SNIPPETS, strict=True):
        program.write_text(snippet)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(tmp_path),
        "--config-file",
        "",
        *map(str, programs),
    ]
    result = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, timeout=240)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("token", "printed"),
    [("dop_v1_" + "0" * 64, "sammy-share-drive ACTIVE 1024\n"), ("dop_v1_...", "401 unauthorized The token was not")],
)
def test_the_first_snippet_shows_shares_or_what_went_wrong(
    token: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(seed="examples") as sandbox, serving(sandbox) as url:
        exec(SNIPPETS[0].replace("https://api.digitalocean.com", url).replace("dop_v1_...", token), {})
    assert capsys.readouterr().out.startswith(printed)
