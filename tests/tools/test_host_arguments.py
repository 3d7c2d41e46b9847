"""No call fails for what its host has added; what may carry the model's intent is refused by its name."""

import pytest
from do_nfs_mcp.tools.host_arguments import is_host_s, without_host_s

ADDED = (
    "wait_for_previous",
    "task_progress",
    "toolCallId",
    "tool_call_id",
    "callId",
    "tool",
    "sessionId",
    "session_id",
    "chatInput",
    "conversationId",
    "thread_id",
    "requestId",
    "run_id",
    "messageId",
    "traceparent",
    "_meta",
    "_internal",
    "$schema",
    "__typename",
)
INTENDED = (
    "regoin",
    "dry_run",
    "dryRun",
    "confirm",
    "force",
    "yes",
    "sizeGib",
    "size",
    "share_id",
    "shareId",
    "snapshot_id",
    "vpc",
    "vpcId",
    "access_point",
    "keep",
    "id",
    "name",
    "names",
    "all",
    "recursive",
    "action",
    "actions",
    "skip_confirmation",
    "delete_snapshots",
    "call",
    "session",
)


@pytest.mark.parametrize("name", ADDED)
def test_what_numbers_or_names_the_call_is_the_host_s(name: str) -> None:
    assert is_host_s(name)
    assert without_host_s({name: "x", "region": "atl1"}, {"region"}) == {"region": "atl1"}


@pytest.mark.parametrize("name", INTENDED)
def test_what_may_carry_intent_is_not(name: str) -> None:
    assert not is_host_s(name)
    assert name in without_host_s({name: "x"}, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [("_dry_run", True), ("$force", "true"), ("@confirm", "Yes"), ("_plan", 1), ("__plan", None), ("_Share", "x")],
)
def test_what_begins_as_metadata_does_is_refused_if_it_may_carry_intent(name: str, value: object) -> None:
    assert without_host_s({name: value}, {"plan", "share"}) == {name: value}


def test_an_argument_that_the_tool_has_is_the_tool_s_whatever_it_is_named() -> None:
    assert without_host_s({"action": "x"}, {"action"}) == {"action": "x"}


def test_a_chat_s_own_action_is_the_host_s() -> None:
    chat = {"sessionId": "1", "action": "sendMessage", "chatInput": "hello"}
    assert without_host_s(chat, {"region"}) == {}
