"""`do-nfs-mcp audit verify`, and what `do-nfs-mcp call` adds to the file that it looks at."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ...support.constants import NEW_SHARE, TOKEN
from ...support.server_process import Server, environment, start
from .conftest import CREATE, Run

__all__ = ["start"]

OPTIONS = ("--audit-chain", "--audit", "required")


@pytest.fixture
def audit(tmp_path: Path, run_on_sandbox: Run) -> Path:
    """What the audit has of five calls."""
    file = tmp_path / "audit.jsonl"
    for number in range(5):
        given = (CREATE[0], f"name=data-{number}", *CREATE[2:])
        assert run_on_sandbox("call", *given, "--audit-file", str(file), "--audit-chain").code == 0
    return file


def last_hash(out: str) -> str:
    found = re.search("--last ([0-9a-f]{64})$", out.strip())
    assert found
    return found[1]


def test_an_audit_that_is_as_it_was_written_has_nothing_missing_or_changed(run: Run, audit: Path) -> None:
    code, out, err = run("audit", "verify", str(audit))
    assert (code, err) == (0, "")
    assert out.startswith(f"{audit}: 5 lines, none missing or changed.")


def test_it_is_said_which_lines_of_an_audit_are_not_as_they_were(run: Run, audit: Path) -> None:
    lines = audit.read_text().splitlines(keepends=True)
    audit.write_text("".join([lines[0].replace("data-0", "data-9"), *lines[1:3], lines[4]]))
    code, out, err = run("audit", "verify", str(audit))
    assert (code, err) == (1, "")
    assert out.splitlines() == [f"{audit}: line 1 was changed", f"{audit}: line 4 is missing"]


def test_an_end_that_was_cut_off_shows_by_the_hash_of_the_last_line(run: Run, audit: Path) -> None:
    last = last_hash(run("audit", "verify", str(audit)).out)
    assert run("audit", "verify", str(audit), "--last", last).code == 0
    lines = audit.read_text().splitlines(keepends=True)
    audit.write_text("".join(lines[:4]))
    assert run("audit", "verify", str(audit)).code == 0
    code, out, _ = run("audit", "verify", str(audit), "--last", last)
    assert (code, out) == (1, f"{audit}: the line whose hash was given with --last is missing or changed\n")


def test_of_very_many_lines_that_are_wrong_some_are_named(run: Run, audit: Path) -> None:
    with audit.open("a") as file:
        file.write("x\n" * 100)
    out = run("audit", "verify", str(audit)).out.splitlines()
    assert (len(out), out[-1]) == (51, f"{audit}: and 50 more")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 1, "it is empty"),
        ("{}\n", 1, "it was not written with --audit-chain"),
        (None, 2, "No such file or directory"),
    ],
)
def test_what_is_not_a_chained_audit_is_not_passed(
    run: Run, tmp_path: Path, text: str | None, code: int, said: str
) -> None:
    file = tmp_path / "audit.jsonl"
    if text is not None:
        file.write_text(text)
    ended = run("audit", "verify", str(file))
    assert ended.code == code
    assert said in ended.out + ended.err


@pytest.mark.parametrize("arguments", [(), ("verify",), ("verify", "file", "--last", "x"), ("check", "file")])
def test_what_audit_cannot_take_is_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run("audit", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_what_a_server_and_calls_write_at_once_is_one_chain(
    run: Run, start: Callable[..., Server], audit: Path
) -> None:
    server = start("--sandbox", "--allowance-gib", "unlimited", "--audit-file", str(audit), *OPTIONS)
    server.initialize()
    command = [sys.executable, "-m", "do_nfs_mcp", "call", *CREATE, "--sandbox=:memory:", "--audit-file", str(audit)]
    calls = [
        subprocess.Popen([*command, *OPTIONS], env=environment(DIGITALOCEAN_TOKEN=TOKEN), stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    for _ in range(20):
        assert not server.call("create_share", **NEW_SHARE, wait=False)["isError"]
    assert [call.wait(timeout=60) for call in calls] == [0, 0, 0]
    server.stop()
    lines = [json.loads(line) for line in audit.read_text().splitlines()]
    assert [line["line"] for line in lines] == list(range(1, 5 + 2 * 23 + 1))
    assert {line["caller"]["via"] for line in lines} == {"stdio", "terminal"}
    assert run("audit", "verify", str(audit)).code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_a_call_whose_line_cannot_be_written_changes_nothing(run_on_sandbox: Run) -> None:
    code, out, err = run_on_sandbox("call", *CREATE, "--audit", "required", "--audit-file", "/dev/full")
    assert (code, out) == (1, "")
    assert "This change was not sent: with --audit required it has to be written into the audit first" in err
    assert json.loads(run_on_sandbox("call", "list_shares", "-o", "json").out)["total"] == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")
def test_a_call_writes_to_no_file_that_others_may_write(run_on_sandbox: Run, audit: Path) -> None:
    audit.chmod(0o660)
    code, out, err = run_on_sandbox("call", *CREATE, "--audit-file", str(audit), "--audit-chain")
    assert (code, out) == (2, "")
    assert err.startswith(f"do-nfs-mcp call: error: --audit-file {audit}: others may write there")
