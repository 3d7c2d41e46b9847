"""`do-nfs-mcp completion`: what a shell offers."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from do_nfs_mcp.cli import main
from do_nfs_mcp.tools import SPECS
from do_nfs_sandbox import Sandbox

from .conftest import Run

PROGRAM = str(Path(sys.executable).with_name("do-nfs-mcp"))


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    main.main(["completion", shell])
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_knows_the_commands_the_tools_and_the_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = script(shell, capsys)
    for expected in (*main.COMMANDS, *(spec.name for spec in SPECS), "wait-seconds", "uninstall"):
        assert expected in said


def offers(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What bash offers after a line. It takes = for a word of its own."""
    words = line.replace("=", " = ").split(" ")
    program, *rest = [word for word in words[:-1] if word] + words[-1:]
    assert program == "do-nfs-mcp"
    ask = f"""
        COMP_WORDS=({shlex.join([PROGRAM, *rest])}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        COMP_LINE={shlex.quote(line)}; COMP_POINT=${{#COMP_LINE}}
        _do_nfs_mcp do-nfs-mcp "${{COMP_WORDS[-1]}}" "${{COMP_WORDS[-2]}}"
        echo "${{COMPREPLY[*]}}"
    """
    command = ["bash", "--norc", "-c", script("bash", capsys) + ask]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.removesuffix("\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sandbox's, with a team's storage."""
    file = tmp_path / "nfs.db"
    Sandbox(file, seed="team").close()
    return file


@pytest.mark.skipif(not shutil.which("bash"), reason="asks bash itself")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("call --sandbox {} list_shares region=a", "ams3 atl1"),
        ("call --sandbox {} create_share vpc_ids=default-nyc2,apps-at", "default-nyc2,apps-atl1"),
        ("tools --sandbox {} --protect web", "web-assets"),
        ("call --sandbox {} nope region=", ""),
        ("tools delete_sn", "delete_snapshot"),
        ("install oth", "other"),
    ],
)
def test_bash_completes_what_is_in_the_account_and_the_names_that_are_known(
    typed: str, offered: str, capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    assert offers(f"do-nfs-mcp {typed.format(file)}", capsys) == offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("call {} list_shares na", "name_contains="),
        ("call {} list_shares region=a", "ams3 atl1"),
        ("call {} get_share share=web", "web-assets"),
        ("call {} get_share share=arch", "archive-2023"),
        ("call {} create_snapshot share=web-assets wait=t", "true"),
        ("call {} create_share performance_tier=h", "high"),
        ("call {} delete_snapshot snapshot=before-r", "before-redesign"),
        ("call {} attach_share vpc_id=default-at", "default-atl1"),
        ("call {} create_share vpc_ids=default-nyc2,apps-at", "default-nyc2,apps-atl1"),
        ("tools {} --vpcs default-at", "default-atl1"),
        ("tools {} --regions nyc2,am", "nyc2,ams3"),
        ("tools {} --protect web", "web-assets"),
        ("call {} nope region=", ""),
        ("call {} list_shares nope=", ""),
        ("call --token-file /nowhere get_share share=w", ""),
        ("call --wait-seconds x get_share share=w", ""),
        ("install zed --regions am", "ams3"),
    ],
)
def test_a_line_becomes_what_is_in_the_account(
    typed: str, offered: str, capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    main.main(["complete", "bash", f"do-nfs-mcp {typed.replace('{}', f'--sandbox {file}')}"])
    assert capsys.readouterr().out.split() == offered.split()


@pytest.mark.parametrize(
    "arguments", [(), ("bash",), ("bash", ""), ("bash", "do-nfs-mcp"), ("zsh", "do-nfs-mcp call 'a")]
)
def test_a_line_that_makes_no_sense_completes_to_nothing(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    main.main(["complete", *arguments])
    assert capsys.readouterr().out == ""


def test_a_name_with_a_space_is_quoted_for_bash_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Sandbox(tmp_path / "nfs.db", seed={"shares": [{"name": "my data", "region": "atl1"}]}).close()
    for shell, offered in (("bash", "'my data'"), ("zsh", "share=my data"), ("fish", "share=my data")):
        main.main(["complete", shell, f"do-nfs-mcp call --sandbox {tmp_path / 'nfs.db'} get_share share=m"])
        assert capsys.readouterr().out == f"{offered}\n"


@pytest.mark.skipif(not shutil.which("bash"), reason="asks bash itself")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("do-nfs-mcp install cl", "claude-desktop claude-code cline"),
        ("do-nfs-mcp doc", "doctor"),
        ("do-nfs-mcp call list_s", "list_shares list_snapshots"),
        ("do-nfs-mcp call list_shares --outp", "--output"),
        ("do-nfs-mcp tools --destructive al", "allow"),
        ("do-nfs-mcp install --un", "--uninstall"),
        ("do-nfs-mcp doctor --audit-file /et", "/etc"),
    ],
)
def test_bash_completes_commands_tools_options_and_files(
    words: str, offered: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert offers(words, capsys) == offered


def test_zsh_asks_for_each_argument_of_a_tool(capsys: pytest.CaptureFixture[str]) -> None:
    assert '"*:its arguments' in script("zsh", capsys)
    assert '"(*)::' not in script("zsh", capsys)


def test_completion_without_shtab_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    code, out, err = run("completion", "bash")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "do-nfs-mcp[completion]" in err


def test_a_shell_that_is_not_known_is_one_line(run: Run) -> None:
    code, out, err = run("completion", "tcsh")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "bash" in err
