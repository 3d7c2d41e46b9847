"""The server from its start to its end, as a process."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from ..support.server_process import Server
from .conftest import run_command


def test_a_file_that_is_not_a_sandbox_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all, " * 1000)
    result = run_command("--sandbox", str(letter))
    assert result.returncode == 2
    assert "letter.txt" in result.stderr
    assert letter.read_text() == "Dear all, " * 1000


@pytest.mark.skipif(os.name == "nt", reason="there, signals are sent otherwise")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_ends_on_a_signal_while_stdin_is_open(start: Callable[..., Server], number: signal.Signals) -> None:
    server = start("--sandbox")
    server.initialize()
    server.process.send_signal(number)
    assert server.finish() == 128 + number
    assert server.logged == []


def test_the_server_ends_when_stdin_is_closed() -> None:
    result = run_command("--sandbox")
    assert (result.returncode, result.stdout) == (0, "")
