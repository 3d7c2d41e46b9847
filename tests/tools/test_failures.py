"""A call that fails says so as data, too: under one key of the result's `_meta`, which programs can act on."""

import re
from typing import Any

import pytest
from do_nfs_mcp.observability.failure import META_KEY, FailureKind
from do_nfs_sandbox import Sandbox
from mcp_types import ElicitResult

from ..support.api_answers import failing
from ..support.constants import VPC
from ..support.contracts import ROOT
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

NEW = {"name": "new", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}
NOBODY = "00000000-0000-4000-8000-000000000000"


async def failure(assistant: Assistant, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that has to fail, and return what the result says of the failure as data."""
    result = await assistant.call(tool, **arguments)
    assert result.is_error
    assert result.meta is not None
    found: dict[str, Any] = result.meta[META_KEY]
    return found


def test_the_key_is_a_promise() -> None:
    assert META_KEY == "do-nfs-mcp/failure"


def test_the_kinds_are_a_promise_and_the_page_for_assistants_says_what_to_do_for_each() -> None:
    kinds = ["refused", "declined", "unanswered", "not_found", "rate_limited", "unknown_outcome", "failed"]
    assert [str(kind) for kind in FailureKind] == kinds
    page = (ROOT / "docs/assistant.md").read_text(encoding="utf-8")
    table = page.partition("**Failures, for programs.**")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == kinds


async def test_arguments_that_do_not_fit_are_refused(assistant: Assistant) -> None:
    assert await failure(assistant, "create_share", **{**NEW, "size_gib": 1}) == {"kind": "refused"}
    assert await failure(assistant, "prune_snapshots", share="data") == {"kind": "refused"}


async def test_a_tool_that_the_operator_left_out_is_refused(connect: Connect) -> None:
    async with connect(read_only=True) as assistant:
        assert await failure(assistant, "create_share", **NEW) == {"kind": "refused"}


async def test_a_person_s_no_is_declined(assistant: Assistant, person: Person, share: dict[str, Any]) -> None:
    for answer in ({"action": "decline"}, {"action": "cancel"}, {"action": "accept", "content": {"name": "other"}}):
        person.answer = lambda *_, answer=answer: ElicitResult.model_validate(answer)
        assert await failure(assistant, "delete_share", share="data") == {"kind": "declined"}


async def test_what_does_not_exist_is_not_found(assistant: Assistant) -> None:
    assert await failure(assistant, "get_share", share="nope") == {"kind": "not_found"}
    found = await failure(assistant, "get_share", share=NOBODY)
    assert found.pop("request_ids")
    assert found == {"kind": "not_found", "status": 404}


async def test_a_used_up_rate_limit_says_when_to_call_again(connect: Connect, sandbox: Sandbox) -> None:
    async with connect() as assistant:
        sandbox.add_fault("status", status=429, headers={"retry-after": "1000"})
        found = await failure(assistant, "list_shares")
    assert found["request_ids"]
    assert {**found, "request_ids": []} == {
        "kind": "rate_limited",
        "status": 429,
        "retry_after": 1000,
        "request_ids": [],
    }


async def test_when_to_call_again_is_told_of_a_request_that_failed_otherwise_before(
    connect: Connect, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    for operation in ("delete_share", "list_vpcs"):
        sandbox.add_fault("status", status=503, operation=operation)
        sandbox.add_fault("status", status=429, operation=operation, headers={"retry-after": "1000"})
    async with connect(destructive="allow") as assistant:
        lost = await failure(assistant, "delete_share", share=share["id"])
        refused = await failure(assistant, "list_vpcs")
    assert (lost["kind"], lost["status"], lost["retry_after"]) == ("unknown_outcome", 503, 1000)
    assert (refused["kind"], refused["status"], refused["retry_after"]) == ("rate_limited", 429, 1000)


async def test_a_change_whose_answer_is_lost_has_an_unknown_outcome(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    sandbox.add_fault("html", operation="create_share_action")
    found = await failure(assistant, "resize_share", share="data", size_gib=200)
    assert found == {"kind": "unknown_outcome", "status": 502}


async def test_a_deletion_that_is_refused_the_second_time_may_have_been_made_the_first(
    connect: Connect, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    sandbox.add_fault("status", status=503, after=True, operation="delete_share")
    sandbox.add_fault("status", status=401, operation="delete_share")
    async with connect(destructive="allow") as assistant:
        found = await failure(assistant, "delete_share", share="data")
    assert len(found.pop("request_ids")) == 2
    assert found == {"kind": "unknown_outcome", "status": 503}
    assert sandbox.state()["shares"] == []


async def test_a_deletion_of_which_cannot_be_seen_whether_it_was_made_has_an_unknown_outcome(
    connect: Connect, sandbox: Sandbox, share: dict[str, Any]
) -> None:
    async with connect(destructive="allow") as assistant:
        made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
        sandbox.add_fault("status", status=502, after=True, operation="delete_access_point")
        # The tool itself looks once, before.
        sandbox.add_fault("delay", seconds=0, operation="get_access_point")
        sandbox.add_fault("status", status=403, operation="get_access_point")
        result = await assistant.call("delete_access_point", access_point=made["access_point"]["id"])
    assert result.meta is not None
    assert result.meta[META_KEY]["kind"] == "unknown_outcome"
    assert "It is not known whether the change was made: look with list_access_points" in str(result.content)


async def test_a_read_whose_answer_is_lost_has_failed(assistant: Assistant, sandbox: Sandbox) -> None:
    sandbox.add_fault("html", operation="list_shares", times=10)
    assert await failure(assistant, "list_shares") == {"kind": "failed", "status": 502}


async def test_each_attempt_s_request_id_is_told(assistant: Assistant, sandbox: Sandbox) -> None:
    sandbox.add_fault("status", status=503, operation="list_shares", times=10)
    found = await failure(assistant, "list_shares")
    assert len(set(found["request_ids"])) == 6


async def test_a_request_id_is_a_short_word_or_quoted_whatever_the_api_calls_one(connect: Connect) -> None:
    async with connect(transport=failing(400, lambda: "\u2028\n\x1b[2J" * 1000)) as assistant:
        (told,) = (await failure(assistant, "list_shares"))["request_ids"]
    assert told.isprintable()
    assert len(told) < 200


async def test_each_attempt_s_request_id_is_told_of_what_was_not_made(assistant: Assistant, sandbox: Sandbox) -> None:
    sandbox.add_fault("status", status=503, operation="create_share", times=10)
    found = await failure(assistant, "create_share", **NEW)
    assert (found["kind"], found["status"]) == ("failed", 503)
    assert len(set(found["request_ids"])) == 4


async def test_a_fault_of_the_server_itself_is_unknown_for_a_change_and_failed_for_a_read(
    assistant: Assistant, share: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("do_nfs_mcp.storage.views.ShareView.of", None)
    assert await failure(assistant, "get_share", share="data") == {"kind": "failed"}
    assert await failure(assistant, "create_share", **NEW) == {"kind": "unknown_outcome"}


async def test_a_call_that_succeeds_says_nothing_of_failures(assistant: Assistant) -> None:
    result = await assistant.call("list_shares")
    assert META_KEY not in (result.meta or {})
