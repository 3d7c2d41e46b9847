"""Programs that print tokens, as password managers do."""

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_PRINT = """#!{python}
import os, pathlib, sys
here = pathlib.Path(__file__).resolve().parent
with open(here / "runs", "a") as runs:
    runs.write(repr((sys.argv[1:], dict(os.environ), sys.stdin.read())) + "\\n")
tokens = (here / "tokens").read_text().splitlines()
number = len((here / "runs").read_text().splitlines())
print(tokens[min(number, len(tokens)) - 1])
print("a secret on stderr:", *tokens, file=sys.stderr)
"""


class TokenCommand:
    """A program that prints one token after the other, the last one again and again.

    Attributes:
        path: The program.
        line: It as --token-command takes it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "print-token"
        self.path.write_text(_PRINT.format(python=sys.executable))
        self.path.chmod(0o700)
        self.line = shlex.quote(str(self.path))
        self._folder = folder

    def prints(self, *tokens: str) -> None:
        """Have it print these from now on."""
        (self._folder / "runs").unlink(missing_ok=True)
        (self._folder / "tokens").write_text("\n".join(tokens) + "\n")

    @property
    def runs(self) -> list[str]:
        """For each time it was run: its arguments, environment and stdin."""
        runs = self._folder / "runs"
        return runs.read_text().splitlines() if runs.exists() else []


@pytest.fixture
def token_command(tmp_path: Path) -> TokenCommand:
    """A program that prints tokens."""
    if os.name == "nt":
        pytest.skip("Windows starts no script by its first line")
    folder = tmp_path / "token command"
    folder.mkdir()
    return TokenCommand(folder)


Script = Callable[[str], Path]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Make a program of a shell script, which only its owner may change."""
    if os.name == "nt":
        pytest.skip("Windows has no POSIX shell")

    def script(text: str) -> Path:
        path = tmp_path / "script"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o700)
        return path

    return script
