"""The person's browser is started if there is one, and takes nothing of the server's."""

import json
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.to_thread import run_sync
from do_nfs_mcp.browser.launcher import can_open, open_page

URL = "http://127.0.0.1:1/token"
# Says what it was started with, and stays until it is let go.
BROWSER = """
import json, os, socket, sys
print("a browser is chatty")
said = {"arguments": sys.argv[2:], "stdin": sys.stdin.read(), "variables": dict(os.environ)}
said["group"] = os.getpgrp() if hasattr(os, "getpgrp") else None
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.sendall(json.dumps(said).encode() + b"\\n")
connection.recv(1)
sys.exit(1)
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        yield listener


@pytest.mark.anyio
async def test_a_browser_that_stays_and_writes_holds_nothing_up_and_sees_no_stdin(
    tmp_path: Path, listener: socket.socket, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "browser.py"
    program.write_text(BROWSER)
    command = shlex.join([sys.executable, str(program), str(listener.getsockname()[1])])
    failed = anyio.Event()
    variables = {"BROWSER": f"{command} %s", "TERM": "xterm", "PATH": os.environ["PATH"]}
    open_page(variables, URL, failed.set)

    def heard() -> tuple[socket.socket, dict[str, Any]]:
        connection, _ = listener.accept()
        return connection, json.loads(connection.makefile().readline())

    connection, said = await run_sync(heard)
    with connection:
        assert said["arguments"] == [URL]
        assert said["stdin"] == ""
        assert "TERM" not in said["variables"]
        # A signal to this process's group does not reach it.
        assert os.name == "nt" or said["group"] != os.getpgrp()
        assert not failed.is_set()
    # It ends with an error then.
    with anyio.fail_after(60):
        await failed.wait()
    assert capfd.readouterr() == ("", "")


@pytest.mark.anyio
@pytest.mark.parametrize("browser", ["false", "/no/such/browser", "/no/such/browser %s"])
async def test_a_browser_that_cannot_be_started_is_told(browser: str) -> None:
    failed = anyio.Event()
    open_page({"BROWSER": browser, "PATH": os.environ["PATH"]}, URL, failed.set)
    with anyio.fail_after(60):
        await failed.wait()


def test_a_loop_that_has_ended_is_told_nothing() -> None:
    async def start() -> None:
        open_page({"BROWSER": "false", "PATH": os.environ["PATH"]}, URL, lambda: None)

    anyio.run(start)
    # An exception in a thread would be a warning, which fails a test.


@pytest.mark.parametrize(
    ("platform", "variables", "can"),
    [
        ("linux", {}, False),
        ("linux", {"TERM": "xterm"}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "firefox"}, True),
        ("linux", {"DISPLAY": ":0", "CI": "true"}, False),
        ("darwin", {}, True),
        ("darwin", {"CI": "1"}, False),
        ("win32", {}, True),
        ("win32", {"CI": "true"}, False),
        ("win32", {"CI": "false"}, True),
    ],
)
def test_a_browser_takes_a_display_and_no_ci(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], can: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert can_open(variables) is can
