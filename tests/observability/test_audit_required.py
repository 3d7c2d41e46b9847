"""With --audit required a change is sent only once a line that says so is written."""

import io
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.audit_chain import verify
from do_nfs_mcp.observability.audit_file import opened
from do_nfs_mcp.observability.masking import Masking
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.api_answers import CALLS, answering
from ..support.constants import NEW_SHARE, TOKEN
from ..support.in_memory import Assistant, Connect
from ..support.server_process import Server

pytestmark = pytest.mark.anyio

REFUSED = "This change was not sent: with --audit required it has to be written into the audit first, and that failed: "


class Disk(io.StringIO):
    """Takes so many lines more. What was sent by then is noted with each."""

    def __init__(self, sent: list[httpx.Request]) -> None:
        super().__init__()
        self.room = 1000
        self.sent = sent
        self.before: list[list[str]] = []

    def write(self, text: str) -> int:
        if not self.room:
            raise OSError(28, "No space left on device")
        self.room -= 1
        self.before.append([request.method for request in self.sent if request.method != "GET"])
        return super().write(text)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def disk(sent: list[httpx.Request]) -> Disk:
    return Disk(sent)


@pytest.fixture
def required(connect: Connect, disk: Disk) -> Callable[..., Any]:
    """Connect to a server that requires its audit."""
    return lambda **options: connect(audit=Audit(disk, Masking(TOKEN), required=True), **options)


async def test_a_change_is_written_down_before_it_is_sent_and_with_what_came_of_it(
    required: Callable[..., Any], disk: Disk
) -> None:
    async with required() as assistant:
        share = (await assistant.succeed("create_share", **NEW_SHARE, wait=False))["share"]
    sending, made = disk.lines
    assert disk.before == [[], ["POST"]]
    assert sending == {
        **{field: made[field] for field in ("call", "caller", "tool", "arguments")},
        "time": "2026-01-01T00:00:00.000+00:00",
        "outcome": "sending",
        "changes": [{"kind": "share", "name": "data"}],
    }
    assert made["changes"] == [{"kind": "share", "name": "data", "id": share["id"], "result": "accepted"}]


async def test_the_lines_of_a_call_are_in_the_order_of_their_times(required: Callable[..., Any], disk: Disk) -> None:
    async with required(transport=answering(lambda _, text: text), wait_seconds=1) as assistant:
        await assistant.call("create_share", **CALLS["create_share"])
    sending, made = disk.lines
    assert (sending["outcome"], made["outcome"]) == ("sending", "done")
    assert sending["time"] < made["time"]


async def test_each_of_several_changes_is_written_down_before_it_is_sent(
    required: Callable[..., Any], disk: Disk, assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    for name in ("a", "b"):
        await assistant.succeed("create_snapshot", share="data", name=name)
    sent.clear()
    async with required(destructive="allow") as audited:
        await audited.succeed("delete_share", share="data", delete_snapshots=True)
    assert [line["outcome"] for line in disk.lines] == ["sending"] * 3 + ["done"]
    assert [before.count("DELETE") for before in disk.before] == [0, 1, 2, 3]
    assert [line["changes"][0]["kind"] for line in disk.lines[:3]] == ["snapshot", "snapshot", "share"]
    assert {line["changes"][0]["name"] for line in disk.lines[:3]} == {"a", "b", "data"}


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("create_share", {**NEW_SHARE, "name": "more"}),
        ("resize_share", {"share": "data", "size_gib": 200}),
        ("create_snapshot", {"share": "data", "name": "monday"}),
        ("delete_share", {"share": "data"}),
    ],
)
async def test_a_change_whose_line_cannot_be_written_is_not_sent(
    required: Callable[..., Any],
    disk: Disk,
    share: dict[str, Any],
    sent: list[httpx.Request],
    caplog: pytest.LogCaptureFixture,
    tool: str,
    arguments: dict[str, Any],
) -> None:
    async with required() as assistant:
        # The line of a question, on the newer protocol, is for nothing that is sent.
        disk.room = 0
        said = await assistant.fail(tool, **arguments)
        assert said.startswith(f'{REFUSED}"No space left on device". Trying again will not help')
        assert "The server's operator has to" in said
        assert {request.method for request in sent} == {"GET"}
        assert "A line of the audit could not be written" in caplog.text
        disk.room = 1000
        await assistant.succeed(tool, **arguments)


async def test_a_disk_that_fills_up_in_the_middle_stops_what_is_not_sent_yet(
    required: Callable[..., Any], disk: Disk, assistant: Assistant, share: dict[str, Any], sandbox: Sandbox
) -> None:
    for name in "abcde":
        await assistant.succeed("create_snapshot", share="data", name=name)
    disk.room = 2
    async with required(destructive="allow") as audited:
        pruned = await audited.succeed("prune_snapshots", share="data", keep_last=0)
    assert len(sandbox.state()["snapshots"]) == 3
    assert [snapshot["id"] for snapshot in pruned["snapshots"]] == [line["changes"][0]["id"] for line in disk.lines]
    assert [failed["reason"].startswith(REFUSED) for failed in pruned["failed"]] == [True, False, False]


async def test_a_change_whose_last_line_finds_no_room_is_made_and_has_its_first(
    required: Callable[..., Any], disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.room = 1
    async with required() as assistant:
        await assistant.succeed("create_share", **NEW_SHARE)
        assert "A line of the audit could not be written" in caplog.text
        assert (await assistant.fail("create_share", **NEW_SHARE)).startswith(REFUSED)
    assert [line["outcome"] for line in disk.lines] == ["sending"]


async def test_a_change_that_is_sent_again_after_a_lost_answer_is_written_down_each_time(
    required: Callable[..., Any], disk: Disk, sandbox: Sandbox
) -> None:
    sandbox.add_fault("drop_before", operation="create_share")
    async with required(transport=SandboxTransport(sandbox)) as assistant:
        await assistant.succeed("create_share", **NEW_SHARE, wait=False)
    assert [line["outcome"] for line in disk.lines] == ["sending", "sending", "pending"]
    assert [change["result"] for change in disk.lines[-1]["changes"]] == ["accepted"]


async def test_what_changes_nothing_needs_no_room(
    required: Callable[..., Any], disk: Disk, share: dict[str, Any]
) -> None:
    disk.room = 0
    async with required() as assistant:
        await assistant.succeed("list_shares")
        await assistant.succeed("delete_share", share="data", plan=True)


async def test_an_order_that_was_not_sent_takes_nothing_from_the_allowance(
    required: Callable[..., Any], disk: Disk
) -> None:
    async with required(allowance_gib=100, asks=False) as assistant:
        disk.room = 0
        assert (await assistant.fail("create_share", **NEW_SHARE)).startswith(REFUSED)
        disk.room = 1000
        await assistant.succeed("create_share", **NEW_SHARE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
@pytest.mark.parametrize("era", ["initialize", "discover"])
def test_nothing_is_changed_with_a_device_that_is_full(start: Callable[..., Server], era: str) -> None:
    server = start("--sandbox", "--audit", "required", "--audit-file", "/dev/full")
    getattr(server, era)()
    refused = server.call("create_share", **NEW_SHARE)
    assert refused["isError"]
    assert refused["content"][0]["text"].startswith(f'{REFUSED}"No space left on device".')
    assert server.call("list_shares")["structuredContent"]["total"] == 0
    assert "A line of the audit could not be written" in server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="has no way to bound the files of another process")
def test_a_server_whose_disk_fills_up_changes_nothing_until_there_is_room(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    import resource

    file = tmp_path / "audit.jsonl"
    server = start("--sandbox", "--audit", "required", "--audit-chain", "--audit-file", str(file))
    server.initialize()
    assert not server.call("create_share", **NEW_SHARE, wait=False)["isError"]
    size = file.stat().st_size
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size + 50, resource.RLIM_INFINITY))
    assert server.call("create_share", **NEW_SHARE, wait=False)["content"][0]["text"].startswith(REFUSED)
    assert file.stat().st_size == size
    assert server.call("list_shares")["structuredContent"]["total"] == 1
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert not server.call("create_share", **NEW_SHARE, wait=False)["isError"]
    server.stop()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    verdict = verify(file.read_bytes().splitlines())
    assert (len(verdict.hashes), verdict.problems) == (4, [])


def test_a_required_line_is_on_the_disk_before_write_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    file = tmp_path / "audit.jsonl"
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(file.read_text()))
    for required in (False, True):
        stream = opened(str(file), required=required)
        stream.write("{}\n")
        stream.close()
    assert synced == ["{}\n{}\n"]
