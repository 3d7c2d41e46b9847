"""What do-nfs-mcp says to a person who types it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from do_nfs_mcp.settings import Settings, checked_url, token_from

from ..support.constants import TOKEN
from ..support.server_process import Server, environment


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "do_nfs_mcp", *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_is_installed_as_a_command() -> None:
    command = Path(sys.executable).with_name("do-nfs-mcp.exe" if os.name == "nt" else "do-nfs-mcp")
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert said == f"do-nfs-mcp {version('do-nfs-mcp')}\n"


def test_help_names_every_option_and_the_variables() -> None:
    said = run("--help").stdout
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
        (("intsall", "cursor"), "install"),
        (("--sandbox", "call", "list_shares"), "list_shares"),
        (("token",), "NAME"),
        (("token", "ann", "--scopes", "all"), "the scopes are"),
        (("--read-only", "install", "cursor"), "a command has to be the first argument"),
        (("--destructive", "yes"), "--destructive"),
        (("--wait-seconds", "-1"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--wait-seconds", "3601"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--wait-seconds", "4.5"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--wait-seconds", "٣"), "--wait-seconds: has to be a whole number from 0 to 3600"),
        (("--sandbox", "/nonexistent/folder/nfs.db"), "/nonexistent/folder/nfs.db"),
    ],
)
def test_what_it_cannot_take_is_one_line_and_exit_code_2(arguments: tuple[str, ...], named: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    (said,) = result.stderr.splitlines()
    assert re.match("do-nfs-mcp( token)?: error: ", said)
    assert named in said


def test_a_file_that_is_no_sandbox_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all, " * 1000)
    result = run("--sandbox", str(letter))
    assert result.returncode == 2
    assert "letter.txt" in result.stderr
    assert letter.read_text() == "Dear all, " * 1000


@pytest.mark.skipif(os.name == "nt", reason="there, signals are sent otherwise")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told_to_while_stdin_is_open(start: Callable[..., Server], number: signal.Signals) -> None:
    server = start("--sandbox")
    server.initialize()
    server.process.send_signal(number)
    assert server.finish() == 128 + number
    assert server.logged == []


def test_it_ends_when_stdin_is_closed() -> None:
    result = run("--sandbox")
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    "url", ["https://api.digitalocean.com", "http://127.0.0.1:8181", "http://localhost:80", "http://[::1]:9"]
)
def test_urls_a_token_may_go_to(url: str) -> None:
    assert checked_url(url + "/") == url


@pytest.mark.parametrize("reference", ["${env:DIGITALOCEAN_TOKEN}", "${DIGITALOCEAN_TOKEN:-}"])
def test_a_reference_that_a_host_left_as_it_is_is_no_token(reference: str) -> None:
    token, said = token_from({"DIGITALOCEAN_TOKEN": reference})
    assert token is None
    assert said.startswith("What DIGITALOCEAN_TOKEN holds is a reference that the host of this server did not fill in.")


def test_settings_do_not_show_the_token() -> None:
    token, _ = token_from({"DIGITALOCEAN_TOKEN": TOKEN})
    assert token == TOKEN
    assert TOKEN not in repr(Settings(token=token))
