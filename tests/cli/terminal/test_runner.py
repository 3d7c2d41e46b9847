"""Commands end as a shell expects of a command, whatever becomes of their output."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run


def test_settings_that_cannot_be_used_are_one_line(run: Run, tmp_path: Path) -> None:
    code, out, err = run("call", "list_shares", "--sandbox", str(tmp_path / "nowhere" / "nfs.db"))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "nowhere" in err


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "said", ["tools", "call list_shares --sandbox", "--help", "--version", "install cursor --print"]
)
def test_a_reader_who_has_read_enough_is_not_an_error(said: str, unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "do_nfs_mcp", *said.split()]
    variables = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    errors = subprocess.DEVNULL if said.startswith("install") else subprocess.PIPE
    ended = subprocess.run(command, stdout=writing, stderr=errors, timeout=60, env=variables)
    os.close(writing)
    assert (ended.returncode, ended.stderr or b"") == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="it takes a disk that is full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("said", ["tools", "completion bash"])
def test_a_disk_that_is_full_is_one_line(unbuffered: str, said: str) -> None:
    command = [sys.executable, "-m", "do_nfs_mcp", *said.split()]
    variables = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, env=variables)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"do-nfs-mcp {said.split()[0]}: error: cannot write the output: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="no shell there starts a command so")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
@pytest.mark.parametrize("said", ["tools", "call list_shares --sandbox"])
def test_a_command_without_a_stdin_stdout_or_stderr_does_its_work(said: str, closed: str) -> None:
    command = [sys.executable, "-m", "do_nfs_mcp", *said.split()]
    ended = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *command], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr or b"") == (0, b"")
    assert bool(ended.stdout) == (closed != ">&-")
