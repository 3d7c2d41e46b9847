"""An audit line says what was changed, by id and name, and what a person was asked and answered."""

import io
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import httpx
import pytest
from do_nfs_mcp.api.changes import change_of
from do_nfs_mcp.api.operations import OPERATIONS
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.masking import Masking
from do_nfs_sandbox import Sandbox, SandboxTransport
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult

from ..support.browsing_person import BrowsingPerson
from ..support.clock import Clock
from ..support.constants import NEW_SHARE, OTHER_VPC, TOKEN, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio


class Lines(io.StringIO):
    """What was written, line by line."""

    @property
    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.getvalue().splitlines()[-1])
        return found

    @property
    def outcomes(self) -> list[str]:
        return [json.loads(line)["outcome"] for line in self.getvalue().splitlines()]


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def audited(connect: Connect, lines: Lines) -> Callable[..., Any]:
    """Connect to a server that is audited."""
    return lambda **options: connect(audit=Audit(lines, Masking(TOKEN)), **options)


async def make_snapshots(assistant: Assistant, *names: str) -> list[dict[str, str]]:
    """Take snapshots of the share data, and return what the audit is to say of each."""
    taken = [(await assistant.succeed("create_snapshot", share="data", name=name))["snapshot"] for name in names]
    return [{"kind": "snapshot", "id": snapshot["id"], "name": snapshot["name"]} for snapshot in taken]


def accepted(*things: dict[str, str]) -> list[dict[str, str]]:
    return [{**thing, "result": "accepted"} for thing in things]


async def test_what_is_made_is_audited_with_its_new_id(audited: Callable[..., Any], lines: Lines) -> None:
    async with audited() as assistant:
        share = (await assistant.succeed("create_share", **NEW_SHARE, wait=False))["share"]
        assert lines.last["changes"] == accepted({"kind": "share", "name": "data", "id": share["id"]})
        await assistant.succeed("wait_until_ready", share=share["id"])
        taken = (await assistant.succeed("create_snapshot", share="data", name="monday"))["snapshot"]
        of_share = {"share_id": share["id"]}
        made = {"kind": "snapshot", "name": "monday", "id": taken["id"], **of_share}
        assert lines.last["changes"] == accepted(made)
        opened = await assistant.succeed("create_access_point", share="data", name="team", path="/t", vpc_id=VPC)
        made = {"kind": "access point", "name": "team", "id": opened["access_point"]["id"], **of_share}
        assert lines.last["changes"] == accepted(made)


async def test_what_is_changed_is_audited_with_id_and_name_and_how_it_was_and_is(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any]
) -> None:
    async with audited() as assistant:
        for called in (share["id"], "data"):
            await assistant.succeed("resize_share", share=called, add_gib=50)
            assert lines.last["changes"] == accepted({"kind": "share", "id": share["id"], "name": "data"})
        assert (lines.last["before"], lines.last["after"]) == ({"size_gib": 150}, {"size_gib": 200})
        await assistant.succeed("attach_share", share="data", vpc_id=OTHER_VPC)
        assert lines.last["changes"] == accepted({"kind": "share", "id": share["id"], "name": "data"})
        assert lines.last["after"] == {"vpc_ids": [VPC, OTHER_VPC]}


async def test_a_share_that_is_destroyed_by_its_name_is_audited_by_its_id_too_and_with_each_snapshot(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any]
) -> None:
    async with audited() as assistant:
        snapshots = await make_snapshots(assistant, "a", "b")
        await assistant.succeed("delete_share", share="data", delete_snapshots=True)
    *gone, last = lines.last["changes"]
    assert last == {"kind": "share", "id": share["id"], "name": "data", "result": "accepted"}
    assert sorted(gone, key=lambda thing: thing["name"]) == accepted(*snapshots)
    assert lines.last["before"]["size_gib"] == 100


async def test_each_snapshot_of_a_prune_is_audited_with_what_came_of_it(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], sandbox: Sandbox, person: Person
) -> None:
    async with audited() as assistant:
        for snapshot in await make_snapshots(assistant, *(f"s{number}" for number in range(100))):
            assert snapshot["name"]
        sandbox.add_fault("status", status=422, operation="delete_snapshot")
        pruned = await assistant.succeed("prune_snapshots", share="data", keep_last=0)
    assert (len(pruned["snapshots"]), len(pruned["failed"])) == (99, 1)
    results = {thing["id"]: thing["result"] for thing in lines.last["changes"]}
    assert results == {
        **{snapshot["id"]: "accepted" for snapshot in pruned["snapshots"]},
        pruned["failed"][0]["id"]: "refused",
    }
    assert {thing["name"] for thing in lines.last["changes"]} == {f"s{number}" for number in range(100)}
    assert lines.last["question"]["text"] == person.asked[-1]


async def test_a_share_whose_order_was_answered_by_nothing_is_audited_with_its_id(
    audited: Callable[..., Any], lines: Lines, sandbox: Sandbox
) -> None:
    sandbox.add_fault("drop_after", operation="create_share")
    async with audited(transport=SandboxTransport(sandbox)) as assistant:
        share = (await assistant.succeed("create_share", **NEW_SHARE, wait=False))["share"]
    assert lines.last["changes"] == [{"kind": "share", "name": "data", "id": share["id"], "result": "unknown"}]


async def test_what_may_have_been_destroyed_is_audited_with_id_and_name(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], sandbox: Sandbox
) -> None:
    for _ in range(9):
        sandbox.add_fault("drop_before", operation="delete_share")
    async with audited(transport=SandboxTransport(sandbox), destructive="allow") as assistant:
        await assistant.fail("delete_share", share="data")
    gone = {"kind": "share", "id": share["id"], "name": "data"}
    assert (lines.last["outcome"], lines.last["changes"]) == ("failed", [{**gone, "result": "unknown"}])


async def test_what_a_cancelled_call_was_about_to_change_is_audited(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], sandbox: Sandbox
) -> None:
    deleting = anyio.Event()

    class Stuck(httpx.ASGITransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "DELETE":
                deleting.set()
                await anyio.sleep_forever()
            return await super().handle_async_request(request)

    async with (
        audited(transport=Stuck(sandbox), destructive="allow") as assistant,
        anyio.create_task_group() as group,
    ):
        group.start_soon(lambda: assistant.call("delete_share", share="data"))
        await deleting.wait()
        group.cancel_scope.cancel()
    gone = {"kind": "share", "id": share["id"], "name": "data"}
    assert (lines.last["outcome"], lines.last["changes"]) == ("cancelled", [gone])


async def test_a_call_that_changes_nothing_has_no_changes_in_its_audit_line(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any]
) -> None:
    async with audited() as assistant:
        await assistant.succeed("delete_share", share="data", plan=True)
        assert "changes" not in lines.last
        assert "question" not in lines.last
        await assistant.succeed("resize_share", share="data", size_gib=100)
        assert (lines.last["outcome"], "changes" in lines.last) == ("unchanged", False)


async def test_a_change_that_could_not_be_sent_is_audited_as_that(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], sandbox: Sandbox
) -> None:
    class Cut(httpx.ASGITransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "DELETE":
                raise httpx.ConnectError("")
            return await super().handle_async_request(request)

    async with audited(transport=Cut(sandbox), destructive="allow") as assistant:
        await assistant.fail("delete_share", share="data")
    assert [thing["result"] for thing in lines.last["changes"]] == ["not sent"]


@pytest.mark.parametrize(
    ("reply", "answer", "outcome"),
    [
        (ElicitResult(action="accept", content={"name": "data"}), {"answer": "yes", "typed": "data"}, "done"),
        (
            ElicitResult(action="accept", content={"name": "other"}),
            {"answer": "wrong name", "typed": "other"},
            "declined",
        ),
        (ElicitResult(action="decline"), {"answer": "no"}, "declined"),
        (ElicitResult(action="cancel"), {"answer": "closed"}, "declined"),
    ],
)
async def test_the_question_to_a_person_and_their_answer_are_audited(
    audited: Callable[..., Any],
    lines: Lines,
    share: dict[str, Any],
    person: Person,
    reply: ElicitResult,
    answer: dict[str, str],
    outcome: str,
    protocol_version: str,
) -> None:
    person.answer = lambda *_: reply
    async with audited() as assistant:
        await assistant.call("delete_share", share="data")
    (asked,) = person.asked
    assert lines.last["question"] == {"text": asked, "by": "host", **answer}
    assert lines.last["outcome"] == outcome
    # On the newer protocol a question ends a call, and its answer begins another.
    assert lines.outcomes == [*(["asked"] if protocol_version != "legacy" else []), outcome]


async def test_a_question_that_has_no_answer_yet_is_audited_without_one(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], clock: Clock
) -> None:
    browsing = BrowsingPerson(clock)
    browsing.visit = None
    async with audited(asks=False, connect_browser=lambda: browsing.elicitation, wait_seconds=0) as assistant:
        await assistant.fail("delete_share", share="data")
        assert lines.last["question"].keys() == {"text", "by"}
        await browsing.agree(browsing.opened[-1])
        await assistant.succeed("delete_share", share="data")
    question = lines.last["question"]
    assert (question["by"], question["answer"]) == ("browser", "yes")
    assert question["text"].startswith('Delete share "data"')
    assert share["id"] in question["text"]


@pytest.mark.parametrize("tool", ["delete_share", "create_share"])
async def test_a_question_that_no_browser_could_show_is_not_a_question(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], clock: Clock, tool: str
) -> None:
    browsing = BrowsingPerson(clock)
    browsing.has_browser = False
    arguments = {"delete_share": {"share": "data"}, "create_share": {**NEW_SHARE, "size_gib": 5000}}[tool]
    async with audited(asks=False, connect_browser=lambda: browsing.elicitation) as assistant:
        # On the newer protocol it is an error of the protocol.
        with suppress(MCPError):
            await assistant.fail(tool, **arguments)
    assert (lines.last["outcome"], "question" in lines.last) == ("refused", False)


async def test_an_answer_in_the_browser_is_audited_if_it_is_no(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], clock: Clock
) -> None:
    browsing = BrowsingPerson(clock)
    browsing.visit = browsing.decline
    async with audited(asks=False, connect_browser=lambda: browsing.elicitation) as assistant:
        await assistant.fail("delete_share", share="data")
    assert (lines.last["question"]["by"], lines.last["question"]["answer"]) == ("browser", "no")


async def test_what_a_person_typed_is_audited_cut_and_without_secrets(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], person: Person
) -> None:
    person.answer = lambda *_: ElicitResult(action="accept", content={"name": "x" * 190 + TOKEN + "x" * 1000})
    async with audited() as assistant:
        await assistant.fail("delete_share", share="data")
    assert lines.last["question"]["typed"] == "x" * 190 + "[token]xxx..."


async def test_a_no_that_is_remembered_is_not_a_question(
    audited: Callable[..., Any], lines: Lines, share: dict[str, Any], person: Person
) -> None:
    person.answer = lambda *_: ElicitResult(action="decline")
    async with audited() as assistant:
        await assistant.fail("delete_share", share="data")
        await assistant.fail("delete_share", share="data")
    assert (lines.last["outcome"], "question" in lines.last) == ("declined", False)


def test_it_is_said_of_every_operation_that_changes_something_what_that_is() -> None:
    class Body:
        name, type_ = "data", "resize"

    given = {"body": Body, "nfs_id": 1, "nfs_snapshot_id": 2, "access_point_id": 3, "share_id": 4}
    for operation in OPERATIONS.values():
        if operation.is_mutating:
            change = change_of(operation, given)
            assert change["kind"] in {"share", "snapshot", "access point"}
            assert change.keys() & {"id", "name"}
