"""What do-nfs-mcp says to a person who types it."""

import os
import pty
import re
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from do_nfs_mcp.cli.options import SERVER_OPTIONS

from .conftest import run_command


def test_the_package_installs_the_command() -> None:
    command = Path(sys.executable).with_name("do-nfs-mcp.exe" if os.name == "nt" else "do-nfs-mcp")
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert said == f"do-nfs-mcp {version('do-nfs-mcp')}\n"


def test_help_names_every_option_and_the_variables() -> None:
    said = run_command("--help").stdout
    for expected in (
        *(
            "--sandbox",
            "--api-url",
            "--read-only",
            "--destructive",
            "--wait-seconds",
            "--log-level",
            "--version",
            "--audit-file",
        ),
        *("--transport", "--host", "--port", "--tokens", "--oauth-issuer", "--oauth-audience", "--public-url"),
        *("--allow-host", "--allow-origin", "--request-state-key-file"),
        "DIGITALOCEAN_ACCESS_TOKEN",
        "install",
    ):
        assert expected in said


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--api-url", "http://api.example.test"), "--api-url has to be https"),
        (("--api-url", "ftp://127.0.0.1"), "--api-url has to be a URL"),
        (("--api-url", "api.digitalocean.com"), "--api-url has to be a URL"),
        (("--api-url", "https://user:pw@api.test"), "--api-url takes no user"),
        (("--api-url", "https://api.digitalocean.com/v2/"), "--api-url is without the /v2"),
        (("--api-url", "http://127.0.0.1:99999"), "--api-url is no URL"),
        (("--api-url", "http://[::1"), "--api-url is no URL"),
        (("--api-url", "https://exa mple"), "--api-url has to be a URL"),
        (("--api-url", "https://-"), "--api-url has to be a URL"),
        (("--api-url", "https://api.test:0"), "--api-url has to be a URL"),
        (("--sandbox=",), "--sandbox takes the path of a file"),
        (("--log-level", "chatty"), "--log-level"),
        (("--readonly",), "--readonly"),
        (("intsall", "cursor"), 'no command "intsall": did you mean "install"? The commands are token, install, '),
        (("lst",), 'no command "lst": did you mean "tools"?'),
        (("\x1b[2J",), 'no command "\\x1b[2J": the commands are token'),
        (("--sandbox", "call", "list_shares"), "list_shares"),
        (("token",), "NAME"),
        (("token", "ann", "--scopes", "all"), "the scopes are"),
        (("--read-only", "install", "cursor"), "a command must be the first argument"),
        (("--destructive", "yes"), "--destructive"),
        (("--wait-seconds", "-1"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--wait-seconds", "3601"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--wait-seconds", "4.5"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--wait-seconds", "٣"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--sandbox", "/nonexistent/folder/nfs.db"), "/nonexistent/folder/nfs.db"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(arguments: tuple[str, ...], named: str) -> None:
    result = run_command(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    (said,) = result.stderr.splitlines()
    assert re.match("do-nfs-mcp( token)?: error: ", said)
    assert named in said


def press_ctrl_c(server: "subprocess.Popen[bytes]") -> int:
    """Press Ctrl-C as a person does, and again if nothing happens: Python notices one that comes in the microseconds
    before it begins to wait for stdin only with the next."""
    for _ in range(60):
        server.send_signal(signal.SIGINT)
        try:
            return server.wait(1)
        except subprocess.TimeoutExpired:
            continue
    server.kill()
    return server.wait()


@pytest.mark.skipif(os.name == "nt", reason="takes a pseudo-terminal")
def test_a_server_that_is_started_in_a_terminal_says_what_it_waits_for_and_how_to_leave() -> None:
    ours, terminal = pty.openpty()
    command = [sys.executable, "-m", "do_nfs_mcp", "--sandbox"]
    with subprocess.Popen(command, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout
        assert server.stderr
        said = server.stderr.readline().decode()
        assert press_ctrl_c(server) in {-signal.SIGINT, 130}
        assert server.stdout.read() == b""
    os.close(ours)
    os.close(terminal)
    assert said.startswith("do-nfs-mcp is waiting for an MCP host to speak on stdin; leave with Ctrl-C.")


@pytest.mark.parametrize("command", [(), ("call",), ("install",)])
def test_help_says_of_each_option_that_may_be_repeated_that_it_may(command: tuple[str, ...]) -> None:
    said = " ".join(run_command(*command, "--help").stdout.split())
    repeated = [option for option in SERVER_OPTIONS if option.action == "append"]
    assert len(repeated) > 5
    assert said.count("; may be repeated") >= len(repeated)
    assert "; may be repeated; may be repeated" not in said
