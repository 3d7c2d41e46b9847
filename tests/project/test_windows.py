"""The product runs on Windows as well, where many functions of os and select are missing."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("client_helpers", "generated_client", "mcp_server")


def found_by_mypy(cache: Path, *paths: str) -> str:
    command = [sys.executable, "-m", "mypy", "--platform", "win32", "--cache-dir", str(cache), "--no-error-summary"]
    return subprocess.run([*command, *paths], cwd=PROJECT, capture_output=True, text=True, timeout=240).stdout


@pytest.fixture
def cache() -> Path:
    return PROJECT / ".mypy_cache" / "win32"


def test_nothing_is_used_on_windows_that_it_lacks(cache: Path) -> None:
    assert found_by_mypy(cache, *PACKAGES) == ""


def test_what_windows_lacks_is_found(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text("import select\n\nsize = select.PIPE_BUF\n", encoding="utf-8")
    assert "PIPE_BUF" in found_by_mypy(cache, str(tmp_path / "careless.py"))
