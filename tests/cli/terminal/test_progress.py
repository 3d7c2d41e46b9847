"""How far a call is, on a terminal."""

import io
import json
import sys

import pytest
from do_nfs_mcp.cli.terminal.progress import Progress
from do_nfs_sandbox import Sandbox

from .conftest import CREATE, Run


class Terminal(io.StringIO):
    """What a terminal would be shown."""

    def isatty(self) -> bool:
        return True


def test_a_person_who_waits_sees_the_progress_of_a_call(
    run_on_sandbox: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run_on_sandbox("call", *CREATE, "-o", "json")
    assert code == 0
    assert json.loads(out)["share"]["status"] == "ACTIVE"
    shown = terminal.getvalue().split("\r")
    assert shown[1].startswith("0 of at most 45 s: it is CREATING")
    # At the end there is nothing left of it.
    *_, last, cleared, rest = shown
    assert (cleared.strip(), rest) == ("", "")
    assert len(cleared) >= len(last.rstrip()) > 0


@pytest.mark.anyio
async def test_progress_keeps_to_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(terminal := Terminal())
    monkeypatch.setenv("COLUMNS", "60")
    await progress(15, 45, "a message longer than what is left of the line")
    await progress(2, 2, "done")
    first, second = terminal.getvalue().split("\r")[1:]
    assert first == "15 of at most 45 s: a message longer than what is left of the line"[:59]
    assert second.rstrip() == "2 s: done"
    assert len(second) == len(first) == 59
