"""Where the lines of the audit go, as whoever starts the server says."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from do_nfs_mcp.cli.audit_stream import audit_stream
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.token_sources import account_token
from do_nfs_mcp.settings import Settings
from mcp import Client

from ..support.constants import NEW_SHARE, TOKEN
from ..support.server_process import Server, environment


def order(server: Server) -> None:
    server.initialize()
    assert not server.call("create_share", **NEW_SHARE, wait=False)["isError"]
    assert server.call("create_share", **NEW_SHARE, note=TOKEN)["isError"]
    assert not server.call("list_shares")["isError"]


def test_the_audit_goes_to_stderr_unless_a_file_is_named(start: Callable[..., Server]) -> None:
    server = start("--sandbox")
    order(server)
    said = server.stop()
    assert [json.loads(line)["outcome"] for line in said.splitlines()] == ["pending", "refused"]
    assert TOKEN not in said


def test_a_call_whose_params_do_not_fit_is_audited_as_refused_with_what_the_host_is_told(
    start: Callable[..., Server],
) -> None:
    server = start("--sandbox")
    server.initialize()
    error = server.request("tools/call", {"name": "create_share", "arguments": "x"})["error"]
    (line,) = map(json.loads, server.stop().splitlines())
    assert (line["outcome"], line["said"]) == ("refused", error["message"])


def test_a_call_goes_on_without_a_stderr_for_its_audit_line(monkeypatch: pytest.MonkeyPatch) -> None:
    async def calls() -> None:
        settings = Settings(sandbox=":memory:")
        server = server_from_settings(settings, account_token(settings), audit_stream(settings))
        async with Client(server) as client:
            assert not (await client.call_tool("create_share", {**NEW_SHARE, "wait": False})).is_error

    monkeypatch.setattr(sys, "stderr", None)
    anyio.run(calls)


def test_the_audit_is_appended_to_a_file_that_nobody_else_can_read(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    file = tmp_path / "audit.jsonl"
    for _ in range(2):
        server = start("--sandbox", "--audit-file", str(file))
        order(server)
        assert server.stop() == ""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["tool"] for line in lines] == ["create_share"] * 4
    assert TOKEN not in file.read_text()
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("path", "named"), [("{}", "Is a directory"), ("{}/no/file", "No such file"), ("", "the path")]
)
def test_an_audit_file_that_cannot_be_used_is_one_line_and_exit_code_2(tmp_path: Path, path: str, named: str) -> None:
    command = [sys.executable, "-m", "do_nfs_mcp", "--sandbox", "--audit-file", path.format(tmp_path)]
    result = subprocess.run(
        command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stdout) == (2, "")
    said = result.stderr.splitlines()[-1]
    assert said.startswith("do-nfs-mcp: error: ")
    assert "--audit-file" in said
    assert named in said
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_for_the_audit_that_nobody_reads_holds_no_call_up(start: Callable[..., Server], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR)
    server = start("--sandbox", "--audit-file", str(pipe))
    server.initialize()
    # Far more than a pipe takes.
    for _ in range(150):
        assert server.call("create_snapshot", share="none", name="x" * 1500)["isError"]
    server.close_stdin()
    assert server.finish() == 0
    os.close(reader)
