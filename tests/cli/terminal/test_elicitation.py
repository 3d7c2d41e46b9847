"""What would be asked in a host is asked at the terminal."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from do_nfs_sandbox import Sandbox

from ...support.constants import OTHER_VPC, TOKEN, VPC
from .conftest import CREATE, Run


class Keyboard(io.TextIOWrapper):
    """What is typed at a terminal."""

    def __init__(self, typed: bytes) -> None:
        super().__init__(io.BytesIO(typed), encoding="utf-8")

    def isatty(self) -> bool:
        return True


class Screen(io.StringIO):
    """What a terminal is shown."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (b"data\n", ""),
        (b"Data\r\n", 'Nothing was done: the name you typed, "Data", is not the share\'s.'),
        (b"y\n", "Nothing was done: the name you typed"),
        (b"\n", "Nothing was done: the name you typed"),
        (b"\xff\n", "Nothing was done: the name you typed"),
        (b"", "Nothing was done: you gave no answer"),
    ],
)
def test_a_share_goes_only_if_its_name_is_typed(
    typed: bytes, said: str, run_on_sandbox: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on_sandbox("call", *CREATE)
    monkeypatch.setattr(sys, "stdin", Keyboard(typed))
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    code, out, _ = run_on_sandbox("call", "delete_share", "share=data")
    assert 'Delete share "data"' in screen.getvalue()
    assert "To confirm, type the share's name." in screen.getvalue()
    assert "\nThe share's name: " in screen.getvalue()
    assert "Type it" not in screen.getvalue()
    assert said in screen.getvalue()
    assert (code, bool(out)) == ((3, False) if said else (0, True))
    assert any(request.method == "DELETE" for request in sandbox.requests) is not bool(said)


@pytest.mark.parametrize(("typed", "agreed"), [(b"y\n", True), (b"YES\n", True), (b"n\n", False), (b"\n", False)])
def test_only_y_or_yes_confirms(
    typed: bytes, agreed: bool, run_on_sandbox: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on_sandbox("call", *CREATE)
    run_on_sandbox("call", "create_snapshot", "share=data", "name=monday")
    (snapshot,) = sandbox.state()["snapshots"]
    monkeypatch.setattr(sys, "stdin", Keyboard(typed))
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    code, _, _ = run_on_sandbox("call", "delete_snapshot", f"snapshot={snapshot['id']}")
    assert "This cannot be undone.\nYes, do it [y/N]: " in screen.getvalue()
    assert code == (0 if agreed else 3)
    assert ("Nothing was done: you said no.\n" in screen.getvalue()) is not agreed
    assert any(request.method == "DELETE" for request in sandbox.requests) is agreed


@pytest.mark.parametrize(
    "called",
    [("detach_share", "share=data", f"vpc_id={VPC}"), ("reassign_share", "share=data", f"new_vpc_id={OTHER_VPC}")],
)
def test_what_can_be_undone_is_not_said_to_be_for_good(
    called: tuple[str, ...], run_on_sandbox: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on_sandbox("call", *CREATE)
    monkeypatch.setattr(sys, "stdin", Keyboard(b"n\n"))
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    assert run_on_sandbox("call", *called).code == 3
    assert "Without a yes nothing is done.\nYes, do it [y/N]: " in screen.getvalue()
    assert "undone" not in screen.getvalue()
    assert (" and it can be attached again." if called[0] == "detach_share" else " be moved back.") in screen.getvalue()


class Typist:
    """A command on a terminal of its own, with somebody who types there; its stdout is a pipe."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = os.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _IN_FRONT, *arguments],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "DIGITALOCEAN_TOKEN": TOKEN, "COLUMNS": "80"},
        )
        os.close(theirs)
        # Whatever goes wrong, it ends, and so does reading what it shows.
        self._deadline = threading.Timer(60, self._process.kill)
        self._deadline.start()
        self.shown = ""

    def until(self, text: str) -> None:
        """Read what is shown until there is this text in it."""
        while text not in self.shown:
            self.shown += os.read(self._ours, 4096).decode()

    def type(self, text: bytes) -> None:
        os.write(self._ours, text)

    def finish(self) -> tuple[int, str]:
        """Wait for the end. Gives the exit code and what went to stdout; what is shown is read to its end."""
        out, _ = self._process.communicate()
        try:
            while read := os.read(self._ours, 4096):
                self.shown += read.decode()
        except OSError:
            # How Linux says that nobody has the terminal any more.
            pass
        return self._process.returncode, out.decode()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._deadline.cancel()
        if self._process.stdout:
            self._process.stdout.close()
        os.close(self._ours)


# Ctrl-C goes to those whose terminal it is, unless they ignore it, as what a script runs in the background does.
_IN_FRONT = """
import fcntl, signal, termios
signal.signal(signal.SIGINT, signal.default_int_handler)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from do_nfs_mcp.cli.main import main
main()
"""


@contextmanager
def typist(*arguments: str) -> Iterator[Typist]:
    someone = Typist(*arguments)
    try:
        yield someone
    finally:
        someone.close()


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals there")
def test_the_question_is_on_the_terminal_and_the_answer_in_the_pipe(
    run_on_sandbox: Run, url: str, sandbox: Sandbox
) -> None:
    run_on_sandbox("call", *CREATE)
    with typist("call", "delete_share", "share=data", "-o", "json", "--api-url", url) as someone:
        someone.until("The share's name: ")
        assert 'Delete share "data"' in someone.shown
        someone.type(b"data\n")
        code, out = someone.finish()
    assert (code, json.loads(out)["outcome"]) == (0, "done")
    assert sum(request.method == "DELETE" for request in sandbox.requests) == 1


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals there")
def test_ctrl_c_at_a_question_is_not_an_answer(run_on_sandbox: Run, url: str, sandbox: Sandbox) -> None:
    run_on_sandbox("call", *CREATE)
    with typist("call", "delete_share", "share=data", "--api-url", url) as someone:
        someone.until("The share's name: ")
        someone.type(b"\x03")
        assert someone.finish() == (3, "")
    assert "Nothing was done: you gave no answer" in someone.shown
    assert all(request.method != "DELETE" for request in sandbox.requests)


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals there")
def test_ctrl_c_ends_a_call_that_waits(url: str, sandbox: Sandbox) -> None:
    sandbox.add_fault("stuck", operation="create_share")
    with typist("call", *CREATE, "--api-url", url) as someone:
        someone.until("of at most 45 s: it is CREATING")
        someone.type(b"\x03")
        assert someone.finish() == (130, "")
    assert "do-nfs-mcp call: interrupted; if the call changes something, look whether it did" in someone.shown
    assert "Traceback" not in someone.shown
