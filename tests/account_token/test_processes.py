"""The server as it is started takes its token from where it is told to, over stdio and HTTP, and in a terminal."""

import ast
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from do_nfs_sandbox import Sandbox

from ..support.constants import TOKEN
from ..support.http_site import ACCEPT
from ..support.processes import SERVER, running
from ..support.server_process import Server, environment
from ..support.serving import serving
from ..support.token_commands import Script, TokenCommand

Start = Callable[..., Server]
# Not in DigitalOcean's format, so that the sandbox refuses it.
EXPIRED = "expired-token"
OTHER = "dop_v1_" + "5ca1ab1e" * 8


@pytest.fixture
def api_url() -> Iterator[str]:
    with Sandbox() as sandbox, serving(sandbox) as url:
        yield url


def do_nfs_mcp(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "do_nfs_mcp", *arguments],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_over_stdio_the_command_is_run_when_a_call_needs_the_token_and_after_a_401(
    start: Start, token_command: TokenCommand, api_url: str
) -> None:
    token_command.prints(EXPIRED, TOKEN)
    given = ("--token-command", token_command.line, "--api-url", api_url, "--log-level", "debug")
    server = start(*given, DIGITALOCEAN_TOKEN=OTHER)
    server.initialize()
    assert server.request("tools/list", {})["result"]["tools"]
    # No answer to a host's first requests waits for it.
    assert token_command.runs == []
    for _ in range(2):
        assert not server.call("list_shares").get("isError")
        assert len(token_command.runs) == 2
    logged = server.stop()
    assert "200" in logged
    for shown in (EXPIRED, TOKEN, OTHER):
        assert shown not in logged + b"".join(server.said).decode()
    for run in token_command.runs:
        _, variables, stdin = ast.literal_eval(run)
        assert stdin == ""
        assert not [name for name in variables if name.startswith("DIGITALOCEAN_")]
        assert OTHER not in variables.values()


def test_over_stdio_a_token_that_cannot_be_had_is_told_by_each_call_until_that_is_mended(
    start: Start, tmp_path: Path, api_url: str
) -> None:
    file = tmp_path / "token"
    server = start("--token-file", str(file), "--api-url", api_url)
    server.initialize()
    failed = server.call("list_shares")
    assert failed["isError"]
    assert f"--token-file: {file} cannot be read: No such file or directory." in failed["content"][0]["text"]
    assert "The server's operator has to mend that, without restarting it" in failed["content"][0]["text"]
    file.touch(mode=0o600)
    file.write_text(TOKEN)
    assert not server.call("list_shares").get("isError")
    server.stop()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_command_that_still_runs_does_not_keep_the_server_from_ending(
    start: Start, script: Script, tmp_path: Path, api_url: str
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = shlex.quote(str(script(f"echo $$ > {shlex.quote(str(pipe))}; exec sleep 3600")))
    server = start("--token-command", command, "--api-url", api_url)
    server.initialize()
    server.send("tools/call", {"name": "list_shares", "arguments": {}})
    pid = int(pipe.read_text())
    server.process.send_signal(signal.SIGTERM)
    assert server.finish() == 128 + signal.SIGTERM
    assert not psutil.pid_exists(pid)


def test_over_http_the_command_is_run_at_the_start_and_after_a_401(token_command: TokenCommand, api_url: str) -> None:
    token_command.prints(EXPIRED, TOKEN)
    with running(*SERVER, "--token-command", token_command.line, "--api-url", api_url) as server:
        assert len(token_command.runs) == 1
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_shares", "arguments": {}}}
        for _ in range(2):
            answer = httpx.post(f"{server.url}/mcp", json=call, headers=ACCEPT, timeout=60)
            assert "No shares." in answer.text
            assert len(token_command.runs) == 2
        server.stop()
    assert not [line for line in server.logged for token in (EXPIRED, TOKEN) if token in line]


def test_over_http_a_token_that_cannot_be_had_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    file = tmp_path / "token"
    said = do_nfs_mcp(*SERVER[3:], "--token-file", str(file))
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == f"do-nfs-mcp: error: --token-file: {file} cannot be read: No such file or directory\n"


def test_in_a_terminal_the_command_is_run_for_the_call_and_after_a_401(
    token_command: TokenCommand, api_url: str
) -> None:
    token_command.prints(EXPIRED, TOKEN)
    said = do_nfs_mcp("call", "list_shares", "--token-command", token_command.line, "--api-url", api_url)
    assert (said.returncode, said.stdout, said.stderr) == (0, "No shares.\n", "")
    assert len(token_command.runs) == 2


def test_a_sandbox_runs_no_command(token_command: TokenCommand) -> None:
    token_command.prints(TOKEN)
    said = do_nfs_mcp("call", "list_shares", "--token-command", token_command.line, "--sandbox")
    assert (said.returncode, said.stdout, token_command.runs) == (0, "No shares.\n", [])
