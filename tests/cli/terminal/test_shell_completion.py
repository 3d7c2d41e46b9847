"""`do-nfs-mcp completion`: what a shell offers."""

import shutil
import subprocess
import sys

import pytest
from do_nfs_mcp.cli import main
from do_nfs_mcp.tools import SPECS

from .conftest import Run


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    main.main(["completion", shell])
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_knows_the_commands_the_tools_and_the_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = script(shell, capsys)
    for expected in (*main.COMMANDS, *(spec.name for spec in SPECS), "wait-seconds", "uninstall"):
        assert expected in said


@pytest.mark.skipif(not shutil.which("bash"), reason="asks bash itself")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("do-nfs-mcp doc", "doctor"),
        ("do-nfs-mcp call list_s", "list_shares list_snapshots"),
        ("do-nfs-mcp call list_shares --js", "-o", "json"),
        ("do-nfs-mcp tools --destructive al", "allow"),
        ("do-nfs-mcp install --un", "--uninstall"),
        ("do-nfs-mcp doctor --audit-file /et", "/etc"),
    ],
)
def test_bash_completes_commands_tools_options_and_files(
    words: str, offered: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = f"""
        COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _shtab_do_nfs_mcp do-nfs-mcp "${{COMP_WORDS[-1]}}" "${{COMP_WORDS[-2]}}"
        echo "${{COMPREPLY[*]}}"
    """
    command = ["bash", "--norc", "-c", script("bash", capsys) + ask]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60).stdout == f"{offered}\n"


def test_completion_without_shtab_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    code, out, err = run("completion", "bash")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "do-nfs-mcp[completion]" in err


def test_a_shell_that_is_not_known_is_one_line(run: Run) -> None:
    code, out, err = run("completion", "tcsh")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "bash" in err
