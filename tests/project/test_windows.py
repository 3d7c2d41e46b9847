"""The product runs on Windows as well, where many functions of os and select are missing."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGES = ("client_helpers", "generated_client", "mcp_server")


def found_by_mypy(cache: Path, *paths: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "mypy", "--platform", "win32", "--cache-dir", str(cache), "--no-error-summary"]
    done = subprocess.run(
        [*command, *paths], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240
    )
    return done.returncode, done.stdout


def test_nothing_is_used_on_windows_that_it_lacks() -> None:
    assert found_by_mypy(PROJECT / ".mypy_cache" / "win32", *PACKAGES) == (0, "")


def test_what_windows_lacks_is_found(tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text("import select\n\nsize = select.PIPE_BUF\n", encoding="utf-8")
    code, found = found_by_mypy(tmp_path / "cache", str(tmp_path / "careless.py"))
    assert code == 1
    assert "PIPE_BUF" in found
