"""Where the lines of the audit go, as the operator says, and what keeps them as they are."""

import errno
import gc
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
from do_nfs_mcp.observability.audit_chain import verify
from do_nfs_mcp.observability.audit_file import opened
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


LINE = '{"tool": "create_share"}\n'
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def problems(file: Path) -> list[str]:
    return verify(file.read_bytes().splitlines()).problems


@posix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_an_audit_file_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "audit.jsonl"
    file.touch()
    file.chmod(mode)
    with pytest.raises(PermissionError, match="others may write there, and change its lines; chmod go-w"):
        opened(str(file))
    file.chmod(0o644)
    opened(str(file)).close()


@posix
def test_an_audit_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "audit.jsonl"
    file.touch(0o600)
    found = file.stat()
    owner = os.stat_result([*found[:4], os.geteuid() + 1, *found[5:]])
    monkeypatch.setattr(os, "fstat", lambda _: owner)
    with pytest.raises(PermissionError, match="it belongs to another user"):
        opened(str(file))


@posix
@pytest.mark.parametrize("there", [True, False])
def test_an_audit_file_that_is_a_symbolic_link_is_refused(tmp_path: Path, there: bool) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "audit.jsonl"
    if there:
        elsewhere.touch(0o600)
    link.symlink_to(elsewhere)
    with pytest.raises(OSError, match="it is a symbolic link"):
        opened(str(link))
    assert elsewhere.exists() == there


@posix
def test_what_becomes_of_the_path_later_leads_no_line_elsewhere(tmp_path: Path) -> None:
    file, moved = tmp_path / "audit.jsonl", tmp_path / "audit.jsonl.1"
    stream = opened(str(file), chained=True)
    stream.write(LINE)
    file.rename(moved)
    file.write_text("another's")
    stream.write(LINE)
    stream.close()
    assert file.read_text() == "another's"
    assert (len(moved.read_text().splitlines()), problems(moved)) == (2, [])


@posix
def test_nothing_is_written_to_a_file_that_was_deleted(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    stream = opened(str(file))
    file.unlink()
    with pytest.raises(FileNotFoundError, match="the file was deleted"):
        stream.write(LINE)
    stream.close()


@posix
@pytest.mark.parametrize("chained", [False, True])
def test_a_line_that_does_not_fit_on_the_disk_leaves_no_part_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chained: bool
) -> None:
    file = tmp_path / "audit.jsonl"
    stream = opened(str(file), chained=chained)
    stream.write(LINE)
    before, write = file.read_bytes(), os.write

    def fills_up(descriptor: int, data: memoryview) -> int:
        if len(data) <= 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[: len(data) // 2])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", fills_up)
        with pytest.raises(OSError, match="No space left"):
            stream.write(LINE)
    assert file.read_bytes() == before
    stream.write(LINE)
    stream.close()
    assert len(file.read_text().splitlines()) == 2
    assert problems(file) == [] or not chained


# A machine that lost its power may leave NULs at the end of a file.
@pytest.mark.parametrize("torn", [LINE[:9], "\0" * 9], ids=["half a line", "NULs"])
def test_a_line_stands_alone_whatever_was_broken_off_before_it(tmp_path: Path, torn: str) -> None:
    file = tmp_path / "audit.jsonl"
    stream = opened(str(file), chained=True)
    stream.write(LINE)
    with file.open("a") as other:
        other.write(torn)
    stream.write(LINE)
    stream.close()
    first, broken, last = file.read_text().splitlines()
    assert (json.loads(first)["line"], broken, json.loads(last)["line"]) == (1, torn, 3)
    assert problems(file) == ["line 2 was changed or added: it is of no chain"]


def test_a_chain_is_not_begun_in_a_file_that_has_lines_without_one(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.touch(0o600)
    file.write_text(LINE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    with pytest.raises(OSError, match="nothing can be chained to it: its lines are of no chain"):
        opened(str(file), chained=True)
    with file.open() as other:
        # What was refused is closed, once.
        assert other.fileno() == lowest_free
        gc.collect()
        assert other.read() == LINE


@posix
def test_several_processes_that_write_to_one_file_make_one_chain(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    many = f"""from do_nfs_mcp.observability.audit_file import opened
stream = opened({str(file)!r}, chained=True)
for _ in range(200): stream.write({LINE!r})"""
    processes = [subprocess.Popen([sys.executable, "-c", many]) for _ in range(4)]
    assert [process.wait(timeout=60) for process in processes] == [0] * 4
    assert (len(file.read_text().splitlines()), problems(file)) == (800, [])


@posix
@pytest.mark.parametrize("options", [{"chained": True}, {"required": True}])
def test_a_pipe_is_not_a_file_that_lines_are_kept_in(tmp_path: Path, options: dict[str, bool]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="it is not a regular file"):
        opened(str(pipe), **options)
    os.close(reader)
    with pytest.raises(OSError, match="No such device"):
        opened(str(pipe))


@posix
@pytest.mark.parametrize("chained", [False, True])
def test_a_line_needs_no_sync_unless_it_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chained: bool
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    for required, count in ((False, 0), (True, 1)):
        stream = opened(str(tmp_path / "audit.jsonl"), chained=chained, required=required)
        assert stream.writable()
        assert stream.write(LINE) == len(LINE)
        stream.close()
        assert len(synced) == count


@posix
def test_a_device_keeps_lines_that_are_required_and_no_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    # No device has such a thing.
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("a device was synced"))
    for required in (False, True):
        stream = opened(os.devnull, required=required)
        assert stream.writable()
        assert stream.write(LINE) == len(LINE)
        stream.close()
        with pytest.raises(OSError, match="it is not a regular file"):
            opened(os.devnull, chained=True, required=required)


@posix
def test_a_pipe_whose_reader_is_slow_gets_every_line(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    stream = opened(str(pipe))
    # Whoever writes waits for the reader, in a thread of its own.
    assert os.get_blocking(stream.fileno())
    for _ in range(10_000):
        stream.write(LINE)
    os.set_blocking(reader, True)
    got = b""
    while len(got) < 10_000 * len(LINE):
        got += os.read(reader, 65536)
    assert got.decode() == LINE * 10_000
    stream.close()
    os.close(stream.fileno())
    os.close(reader)


@posix
@pytest.mark.parametrize(("owner", "taken"), [(0, True), (1000, True), (1, False), (999, False), (1001, False)])
def test_an_audit_file_is_the_server_s_user_s_or_root_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, taken: bool
) -> None:
    file = tmp_path / "audit.jsonl"
    file.touch(0o600)
    found = file.stat()
    monkeypatch.setattr("do_nfs_mcp.observability.audit_file.refuse_if_replaceable", lambda *_: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result([*found[:4], owner, *found[5:]]))
    if taken:
        opened(str(file)).close()
    else:
        with pytest.raises(PermissionError, match="it belongs to another user"):
            opened(str(file))
