"""scripts/demo, as a person runs it who has just cloned the project."""

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from ..support.contracts import ROOT


# It waits as long as the sandbox takes to do what is asked of it.
@cache
def run_demo(*options: str) -> str:
    """Return what the demo prints. It has to succeed."""
    result = subprocess.run(
        [sys.executable, "scripts/demo", *options], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_demo_shows_a_share_s_whole_life() -> None:
    printed = run_demo()
    calls = re.findall(r"→ (\w+)\(", printed)
    for tool in (
        *("list_shares", "list_vpcs", "create_share", "get_mount_instructions", "resize_share", "create_snapshot"),
        *("list_snapshots", "delete_share"),
    ):
        assert tool in calls
    for shown in ("ACTIVE, 100 GiB", "sudo mount", "from 100 to 200 GiB", "ACTIVE, 200 GiB", "Deleted share"):
        assert shown in printed
    questions = re.findall(r"\? (Delete \w+).*\n *! (.*)", printed)
    assert questions == [("Delete share", "team-data")]
    assert "this script answers in the person's place" in printed
    assert "connection closes" not in printed


@pytest.mark.skipif(os.name == "nt", reason="the commands are read as a POSIX shell does")
def test_the_demo_ends_with_commands_that_install_the_server_in_hosts(tmp_path: Path) -> None:
    commands = re.findall(r"^  (\S*do-nfs-mcp install .*)$", run_demo(), re.MULTILINE)
    assert [command.partition(" install ")[2] for command in commands] == [
        "claude-code --sandbox nfs.db",
        "codex --sandbox nfs.db",
        "claude-code",
    ]
    for command in commands:
        done = subprocess.run(
            shlex.split(command), env={"HOME": str(tmp_path), "PATH": ""}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert "DIGITALOCEAN_ACCESS_TOKEN" in (tmp_path / ".claude.json").read_text(encoding="utf-8")
    assert "--sandbox" in (tmp_path / ".codex/config.toml").read_text(encoding="utf-8")


def test_the_demo_can_lose_the_answer_to_an_order_and_no_second_share_is_made() -> None:
    printed = run_demo("--lose-answer")
    order = printed.index("→ create_share(")
    assert "connection closes" in printed[:order]
    assert "The API has received 1 order and has 1 share" in printed[order:]
    assert printed.count("→ create_share(") == 1
    assert 'Deleted share "team-data"' in printed
