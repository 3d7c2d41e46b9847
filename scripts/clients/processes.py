"""Programs that are started: for so long at most, and nothing of them is left running."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil


def run(command: list[str], home: Path, environment: dict[str, str], output: Path, seconds: float) -> tuple[str, str]:
    """Run a command to its end or for so long, and end all that it started.

    Args:
        command: The command, which is looked for in the environment's PATH.
        home: The HOME of the environment, in which it is started.
        environment: All of its environment.
        output: The file for what it prints.
        seconds: How long it may take.

    Returns:
        What it printed, and what is to be said of its end: "" if it ended well.
    """
    with output.open("w+", encoding="utf-8", errors="replace") as printed:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(seconds)
            ended = f"exited with {status}" if status else ""
        except subprocess.TimeoutExpired:
            ended = f"was not done after {seconds:.0f} s"
        finally:
            _end(process, home)
    return output.read_text(encoding="utf-8", errors="replace"), ended


def _end(process: subprocess.Popen[bytes], home: Path) -> None:
    """End the process, its group, and whatever of it has left the group: that has the same home."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for other in psutil.process_iter():
        try:
            if other.environ().get("HOME") == str(home):
                other.kill()
        except psutil.Error:
            continue
