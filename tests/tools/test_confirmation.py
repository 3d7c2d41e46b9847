"""What deletes or cuts off asks the person first. Without their yes nothing happens."""

from collections.abc import Callable
from typing import Any, Literal

import httpx
import pytest
from do_nfs_mcp.tools import recent_refusals
from do_nfs_mcp.tools.confirmation import Confirmation, confirming, current_call
from do_nfs_mcp.tools.service import Service
from do_nfs_sandbox import Sandbox
from mcp import ClientSession
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    ClientCapabilities,
    ElicitationCapability,
    ElicitResult,
    UrlElicitationCapability,
)

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

Call = tuple[str, dict[str, Any]]


@pytest.fixture
async def destructive_calls(assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]) -> list[Call]:
    """A call of each destructive tool, all on what exists."""
    snapshot = (await assistant.succeed("create_snapshot", share="data", name="monday"))["snapshot"]
    point = (await assistant.succeed("create_access_point", share="data", name="team", path="/t", vpc_id=VPC))[
        "access_point"
    ]
    spare = await assistant.succeed("create_share", name="spare", region="atl1", size_gib=50, vpc_ids=[VPC])
    sent.clear()
    return [
        ("delete_snapshot", {"snapshot": snapshot["id"]}),
        ("prune_snapshots", {"share": "data", "older_than_days": 0, "keep_last": 0, "keep_weekly": 0, "keep_daily": 1}),
        ("delete_access_point", {"access_point": point["id"]}),
        ("detach_share", {"share": "data", "vpc_id": VPC}),
        ("reassign_share", {"share": "data", "old_vpc_id": VPC, "new_vpc_id": OTHER_VPC}),
        ("delete_share", {"share": spare["share"]["id"]}),
    ]


def changed(sent: list[httpx.Request]) -> list[str]:
    return [f"{request.method} {request.url.path}" for request in sent if request.method != "GET"]


def saying(
    action: Literal["accept", "decline", "cancel"], content: dict[str, Any] | None = None
) -> Callable[[str, list[str]], ElicitResult]:
    return lambda question, fields: ElicitResult(action=action, content=content)


async def two_snapshots(assistant: Assistant, clock: Clock) -> None:
    await assistant.succeed("create_snapshot", share="data", name="newer")
    clock.pass_time(60)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (saying("decline"), "the person said no"),
        (saying("cancel"), "without an answer"),
    ],
    ids=["decline", "cancel"],
)
async def test_without_a_yes_nothing_happens(
    assistant: Assistant,
    destructive_calls: list[Call],
    clock: Clock,
    person: Person,
    sent: list[httpx.Request],
    answer: Any,
    said: str,
) -> None:
    await two_snapshots(assistant, clock)
    sent.clear()
    person.answer = answer
    for tool, arguments in destructive_calls:
        text = await assistant.fail(tool, **arguments)
        assert text.startswith("Nothing was done"), tool
        assert said in text
    assert len(person.asked) == len(destructive_calls)
    assert changed(sent) == []


async def test_a_yes_that_is_not_ticked_is_a_no(
    assistant: Assistant, destructive_calls: list[Call], person: Person, sent: list[httpx.Request]
) -> None:
    person.answer = saying("accept", {"confirm": False})
    for tool, arguments in destructive_calls:
        if tool not in {"delete_share", "prune_snapshots"}:
            assert "the person said no" in await assistant.fail(tool, **arguments)
    assert changed(sent) == []


@pytest.mark.parametrize("name", ["", "Data", "dat", "yes", "true"])
async def test_a_share_is_deleted_only_if_its_name_is_typed(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request], name: str
) -> None:
    person.answer = saying("accept", {"name": name})
    assert "is not the share's" in await assistant.fail("delete_share", share=share["id"])
    assert changed(sent) == []
    person.answer = saying("accept", {"name": " data "})
    assert (await assistant.succeed("delete_share", share=share["id"]))["outcome"] == "done"


async def test_an_answer_of_another_shape_is_not_a_yes(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    for content in (None, {}, {"confirm": True}, {"name": ["data"]}):
        person.answer = saying("accept", content)
        result = await assistant.call("delete_share", share="data")
        assert result.is_error
        assert text_of(result).startswith("Nothing was done")
    assert changed(sent) == []


@pytest.mark.parametrize("typed", ["a'\\n\\u202eb", 'a"\n\u202eb'], ids=["as shown", "as it is"])
async def test_a_name_with_characters_that_do_not_show_can_be_typed_as_shown_or_as_it_is(
    assistant: Assistant, person: Person, typed: str
) -> None:
    made = await assistant.succeed("create_share", name='a"\n\u202eb', region="atl1", size_gib=50, vpc_ids=[VPC])
    person.answer = saying("accept", {"name": typed})
    await assistant.succeed("delete_share", share=made["share"]["id"])
    assert person.asked[-1].isprintable()


async def test_the_question_shows_all_that_is_at_stake(
    assistant: Assistant, sandbox: Sandbox, share: dict[str, Any], person: Person
) -> None:
    await assistant.succeed("create_access_point", share="data", name="team", path="/t", vpc_id=VPC)
    sandbox.add_fault("fail", operation="create_share_action")
    await assistant.succeed("create_snapshot", share="data", name="failed")
    gone = await assistant.succeed("delete_share", share="data")
    assert gone["message"].endswith(', with access point "team" (path "/t").'), "the snapshot stays"
    (question,) = person.asked
    for shown in (
        *(
            '"data"',
            share["id"],
            "atl1",
            "100 GiB",
            "ACTIVE",
            '"default-atl1"',
            "1 snapshot",
            'access point "team" (path "/t")',
        ),
        *("lost for good", "type the share's name"),
    ):
        assert shown in question


async def test_a_deleted_or_failed_snapshot_is_not_told_as_a_backup_that_is_left(
    assistant: Assistant, sandbox: Sandbox, person: Person
) -> None:
    states = {"good": "ACTIVE", "bad": "FAILED", "gone": "DELETED"}
    sandbox.seed(
        {
            "shares": [{"id": OTHER_VPC, "name": "s", "region": "atl1", "size_gib": 100, "vpc_ids": [VPC]}],
            "snapshots": [{"share_id": OTHER_VPC, "name": n, "status": status} for n, status in states.items()],
        }
    )
    (good,) = [s for s in (await assistant.succeed("list_snapshots"))["snapshots"] if s["name"] == "good"]
    person.answer = saying("decline")
    await assistant.fail("delete_snapshot", snapshot=good["id"])
    assert "Of the share's other snapshots, none are ACTIVE." in person.asked[-1]
    await assistant.fail("detach_share", share="s", vpc_id=VPC)
    assert "with 2 snapshots" in person.asked[-1]
    planned = await assistant.succeed("prune_snapshots", share="s", keep_last=1, plan=True)
    assert ([s["name"] for s in planned["snapshots"]], [s["name"] for s in planned["kept"]]) == (["bad"], ["good"])


@pytest.mark.parametrize("tool", ["delete_snapshot", "delete_access_point"])
async def test_a_snapshot_or_access_point_that_outlasted_its_share_can_be_deleted(
    assistant: Assistant,
    destructive_calls: list[Call],
    share: dict[str, Any],
    sandbox: Sandbox,
    person: Person,
    tool: str,
) -> None:
    sandbox.add_fault("status", operation="get_share", status=404, body={"id": "not_found", "message": "none"}, times=9)
    assert (await assistant.succeed(tool, **dict(destructive_calls)[tool]))["outcome"] == "done"
    assert f"Its share, {share['id']}, is gone." in person.asked[-1]


async def test_a_share_whose_name_nobody_can_type_takes_a_yes(
    assistant: Assistant, clock: Clock, person: Person, sent: list[httpx.Request]
) -> None:
    made = (await assistant.succeed("create_share", name=" ", region="atl1", size_gib=50, vpc_ids=[VPC]))["share"]
    sent.clear()
    person.answer = saying("accept", {"confirm": False})
    await assistant.fail("delete_share", share=made["id"])
    assert changed(sent) == []
    assert "type the share's name" not in person.asked[-1]
    clock.pass_time(60)
    person.answer = saying("accept", {"confirm": True})
    await assistant.succeed("delete_share", share=made["id"])
    assert changed(sent) == [f"DELETE /v2/nfs/{made['id']}"]


async def test_nobody_is_asked_about_what_cannot_be_done(
    assistant: Assistant,
    share: dict[str, Any],
    destructive_calls: list[Call],
    person: Person,
    sent: list[httpx.Request],
) -> None:
    said = await assistant.fail("delete_share", share="data")
    assert "the API deletes no share with snapshots, and it has 1 snapshot." in said
    for tool, vpc in (("detach_share", "vpc_id"), ("reassign_share", "old_vpc_id")):
        arguments = dict(destructive_calls)[tool] | {vpc: OTHER_VPC}
        assert "is not attached to VPC" in await assistant.fail(tool, **arguments)
    arguments = {"share": "data", "old_vpc_id": VPC, "new_vpc_id": VPC}
    assert "is attached to VPC" in await assistant.fail("reassign_share", **arguments)
    default = share["access_points"][0]["id"]
    assert "the default access point" in await assistant.fail("delete_access_point", access_point=default)
    assert person.asked == []
    assert changed(sent) == []


async def test_each_question_names_what_it_is_about(
    assistant: Assistant, destructive_calls: list[Call], clock: Clock, person: Person
) -> None:
    await two_snapshots(assistant, clock)
    shown = {
        "delete_snapshot": ("monday", "100 GiB", "snapshots, 1 is ACTIVE"),
        "prune_snapshots": ("1 snapshot", "monday", "1 will be kept.", 'To be kept: "newer" of '),
        "delete_access_point": ("team", "/t", '"default-atl1"'),
        "detach_share": ("Detach", "data", '"default-atl1"'),
        "reassign_share": ("Move", "data", '"default-atl1"', '"apps-atl1"'),
    }
    person.answer = saying("decline")
    for tool, arguments in destructive_calls:
        await assistant.fail(tool, **arguments)
        assert all(words in person.asked[-1] for words in shown.get(tool, ())), person.asked[-1]


async def test_a_host_that_cannot_ask_does_nothing_and_says_why(
    connect: Connect, protocol_version: str, destructive_calls: list[Call], sent: list[httpx.Request]
) -> None:
    async with connect(asks=False) as assistant:
        for tool, arguments in destructive_calls:
            if tool == "prune_snapshots":
                continue
            if protocol_version == "legacy":
                said = await assistant.fail(tool, **arguments)
            else:
                with pytest.raises(MCPError) as refused:
                    await assistant.call(tool, **arguments)
                assert refused.value.error.code == MISSING_REQUIRED_CLIENT_CAPABILITY
                assert refused.value.error.data == {"requiredCapabilities": {"elicitation": {"form": {}}}}
                said = refused.value.error.message
            assert said.startswith("Nothing was done")
            assert "--destructive" not in said
    assert changed(sent) == []


async def test_a_host_that_asks_on_pages_alone_cannot_ask(
    connect: Connect,
    protocol_version: str,
    share: dict[str, Any],
    person: Person,
    sent: list[httpx.Request],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = ClientCapabilities(elicitation=ElicitationCapability(url=UrlElicitationCapability()))
    monkeypatch.setattr(ClientSession, "_build_capabilities", lambda *_: pages)
    async with connect() as assistant:
        if protocol_version == "legacy":
            said = await assistant.fail("delete_share", share="data")
        else:
            with pytest.raises(MCPError) as refused:
                await assistant.call("delete_share", share="data")
            assert refused.value.error.code == MISSING_REQUIRED_CLIENT_CAPABILITY
            said = refused.value.error.message
    assert said.startswith("Nothing was done")
    assert "--destructive" not in said
    assert person.asked == []
    assert changed(sent) == []


async def test_an_answer_does_not_cover_what_changed_meanwhile(
    assistant: Assistant,
    protocol_version: str,
    share: dict[str, Any],
    person: Person,
    sandbox: Any,
    sent: list[httpx.Request],
) -> None:
    def answer(question: str, fields: list[str]) -> ElicitResult:
        if len(person.asked) == 1:
            with sandbox.store.transaction(0, write=True):
                sandbox.store.insert_snapshot(
                    share_id=share["id"], name="new", region="atl1", size_gib=100, now=0, status="FAILED"
                )
        return person.agree(question, fields)

    person.answer = answer
    if protocol_version == "legacy":
        assert "what they were shown has changed" in await assistant.fail("delete_share", share="data")
        assert changed(sent) == []
        assert len(person.asked) == 1
    else:
        await assistant.succeed("delete_share", share="data")
        assert len(person.asked) == 2
    first, last = person.asked[0], person.asked[-1]
    assert "0 snapshots" in first
    assert protocol_version == "legacy" or "1 snapshot." in last


async def test_an_answer_does_not_cover_what_is_less_than_was_asked_about(
    assistant: Assistant,
    protocol_version: str,
    destructive_calls: list[Call],
    person: Person,
    sandbox: Sandbox,
    sent: list[httpx.Request],
) -> None:
    def answer(question: str, fields: list[str]) -> ElicitResult:
        if len(person.asked) == 1:
            sandbox.seed(sandbox.state() | {"snapshots": []})
        return person.agree(question, fields)

    person.answer = answer
    detach = dict(destructive_calls)["detach_share"]
    if protocol_version == "legacy":
        assert "what they were shown has changed" in await assistant.fail("detach_share", **detach)
        assert changed(sent) == []
    else:
        await assistant.succeed("detach_share", **detach)
        assert len(person.asked) == 2
    assert "1 snapshot" in person.asked[0]


@pytest.mark.parametrize(("length", "cut"), [(60, False), (61, True)])
async def test_of_a_name_that_was_mistyped_60_characters_are_repeated(
    assistant: Assistant, share: dict[str, Any], person: Person, length: int, cut: bool
) -> None:
    person.answer = saying("accept", {"name": "x" * length})
    said = await assistant.fail("delete_share", share="data")
    assert ("x" * 60 in said, "..." in said) == (not cut, cut)


@pytest.mark.parametrize(
    ("confirmation", "title", "description"),
    [
        (Confirmation(None, "?"), "Yes, do it", "This cannot be undone."),
        (Confirmation(None, "?", loses=False), "Yes, do it", "Without a yes nothing is done."),
        (Confirmation(None, "?", typed="data"), "The share's name", "Type it as it is shown, to confirm."),
        (Confirmation(None, "?", typed=""), "Yes, do it", "This cannot be undone."),
    ],
)
def test_a_form_says_what_cannot_be_undone_and_its_schema_has_only_what_the_protocol_names(
    confirmation: Confirmation[None], title: str, description: str
) -> None:
    schema = confirmation.form.model_json_schema()
    assert schema.keys() == {"type", "properties", "required"}
    ((_, field),) = schema["properties"].items()
    assert (field["title"], field["description"]) == (title, description)


def test_a_call_is_the_same_in_whatever_order_its_arguments_come() -> None:
    calls = []
    for arguments in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2, "b": 1}):
        with confirming("tool", arguments):
            calls.append(current_call())
    assert calls[0] == calls[1] != calls[2]


async def test_a_share_that_is_gone_meanwhile_is_not_deleted_twice(
    assistant: Assistant, protocol_version: str, share: dict[str, Any], person: Person, sandbox: Any
) -> None:
    def answer(question: str, fields: list[str]) -> ElicitResult:
        with sandbox.store.transaction(0, write=True):
            sandbox.store.delete_share(share["id"])
        return person.agree(question, fields)

    person.answer = answer
    result = await assistant.call("delete_share", share=share["id"])
    if protocol_version == "legacy":
        assert "has changed" in text_of(result) or "404" in text_of(result)
    else:
        assert result.structured_content is not None
        assert result.structured_content["outcome"] == "unchanged"


async def test_nobody_is_asked_about_what_is_gone(
    assistant: Assistant, destructive_calls: list[Call], person: Person, clock: Clock
) -> None:
    for tool, arguments in destructive_calls:
        if tool in {"delete_snapshot", "delete_access_point", "delete_share"}:
            await assistant.succeed(tool, **arguments)
            asked = len(person.asked)
            again = await assistant.succeed(tool, **arguments)
            assert again["outcome"] == "unchanged"
            assert len(person.asked) == asked
    assert "no share has the name or id" in await assistant.fail("delete_share", share="spare")


async def test_nobody_is_asked_about_a_share_that_the_api_shows_as_deleted(connect: Connect, person: Person) -> None:
    share = {"id": VPC, "name": "n", "region": "atl1", "size_gib": 50, "created_at": "2026-01-01T00:00:00Z"}
    answer = httpx.Response(200, json={"share": {**share, "status": "DELETED"}})
    async with connect(transport=httpx.MockTransport(lambda _: answer)) as assistant:
        assert (await assistant.succeed("delete_share", share=VPC))["outcome"] == "unchanged"
    assert person.asked == []


@pytest.mark.parametrize("tool", ["delete_snapshot", "delete_access_point"])
async def test_nobody_is_asked_while_the_share_that_something_is_of_cannot_be_read(
    assistant: Assistant,
    destructive_calls: list[Call],
    sandbox: Sandbox,
    person: Person,
    sent: list[httpx.Request],
    tool: str,
) -> None:
    sandbox.add_fault("status", operation="get_share", status=403)
    assert "403" in await assistant.fail(tool, **dict(destructive_calls)[tool])
    assert person.asked == []
    assert changed(sent) == []


async def test_a_404_that_is_not_the_api_s_is_not_proof_of_a_deletion(connect: Connect) -> None:
    async with connect(transport=httpx.MockTransport(lambda _: httpx.Response(404, html="<h1>404</h1>"))) as assistant:
        for tool, argument in (
            ("delete_share", "share"),
            ("delete_snapshot", "snapshot"),
            ("delete_access_point", "access_point"),
        ):
            await assistant.fail(tool, **{argument: VPC})


@pytest.mark.parametrize("operation", ["list_snapshots", "list_access_points"])
async def test_a_404_about_what_a_share_has_does_not_say_that_the_share_is_gone(
    assistant: Assistant,
    share: dict[str, Any],
    sandbox: Sandbox,
    person: Person,
    sent: list[httpx.Request],
    operation: str,
) -> None:
    sandbox.add_fault("status", operation=operation, status=404, body={"id": "not_found", "message": "none"})
    assert "404" in await assistant.fail("delete_share", share=share["id"])
    assert person.asked == []
    assert changed(sent) == []


async def test_an_operator_may_do_without_questions(
    connect: Connect, destructive_calls: list[Call], person: Person, sent: list[httpx.Request]
) -> None:
    async with connect(asks=False, destructive="allow") as assistant:
        for tool, arguments in destructive_calls:
            if tool != "reassign_share":
                await assistant.succeed(tool, **arguments)
    assert person.asked == []
    assert len(changed(sent)) == 4


async def test_what_only_a_question_tells_is_not_read_where_none_is_asked(
    connect: Connect, assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    data = share["id"]
    snapshot, old = [
        (await assistant.succeed("create_snapshot", share=data, name=name))["snapshot"]["id"] for name in ("new", "old")
    ]
    point = (await assistant.succeed("create_access_point", share=data, name="team", path="/t", vpc_id=VPC))[
        "access_point"
    ]["id"]
    spare = await assistant.succeed("create_share", name="spare", region="atl1", size_gib=50, vpc_ids=[VPC])
    other = spare["share"]["id"]
    nfs = "/v2/nfs"
    get_share, get_snapshots = f"GET {nfs}/{data}", f"GET {nfs}/snapshots"
    vpcs = "GET /v2/vpcs"
    expected: list[tuple[str, dict[str, Any], list[str]]] = [
        (
            "delete_snapshot",
            {"snapshot": snapshot},
            [f"GET {nfs}/snapshots/{snapshot}", f"DELETE {nfs}/snapshots/{snapshot}"],
        ),
        (
            "delete_access_point",
            {"access_point": point},
            [f"GET {nfs}/access_points/{point}", vpcs, f"DELETE {nfs}/access_points/{point}"],
        ),
        (
            "prune_snapshots",
            {"share": data, "keep_last": 0},
            [get_share, get_snapshots, f"DELETE {nfs}/snapshots/{old}"],
        ),
        (
            "reassign_share",
            {"share": data, "new_vpc_id": OTHER_VPC, "wait": False},
            [get_share, f"POST {nfs}/{data}/actions"],
        ),
        (
            "detach_share",
            {"share": other, "vpc_id": VPC, "wait": False},
            [f"GET {nfs}/{other}", f"POST {nfs}/{other}/actions"],
        ),
        (
            "delete_share",
            {"share": data},
            [get_share, get_snapshots, f"GET {nfs}/shares/{data}/access_points", f"DELETE {nfs}/{data}"],
        ),
    ]
    async with connect(asks=False, destructive="allow") as unasked:
        for tool, arguments, requests in expected:
            sent.clear()
            await unasked.succeed(tool, **arguments)
            assert [f"{request.method} {request.url.path}" for request in sent] == requests, tool


async def test_an_operator_may_deny_every_destructive_call(
    connect: Connect, destructive_calls: list[Call], person: Person, sent: list[httpx.Request]
) -> None:
    async with connect(destructive="deny") as assistant:
        listed = {tool.name for tool in (await assistant.client.list_tools()).tools}
        for tool, arguments in destructive_calls:
            assert tool not in listed
            assert "--destructive deny" in await assistant.fail(tool, **arguments)
    assert person.asked == []
    assert sent == []


@pytest.mark.parametrize("extra", [{"confirm": True}, {"name": "data"}, {"target": {"id": VPC}}, {"force": True}])
async def test_no_argument_stands_in_for_the_person(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request], extra: dict[str, Any]
) -> None:
    assert "is not an argument: delete_share" in await assistant.fail("delete_share", share="data", **extra)
    assert person.asked == []
    assert sent == []


async def test_the_time_a_person_takes_is_not_the_call_s(
    assistant: Assistant, protocol_version: str, share: dict[str, Any], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    stop, restart = Service.stop_timing, Service.restart_timing

    def stopped(service: Service) -> None:
        happened.append("stop")
        stop(service)

    def restarted(service: Service) -> None:
        happened.append("restart")
        restart(service)

    monkeypatch.setattr(Service, "stop_timing", stopped)
    monkeypatch.setattr(Service, "restart_timing", restarted)

    def answer(question: str, fields: list[str]) -> ElicitResult:
        happened.append("answer")
        return person.agree(question, fields)

    person.answer = answer
    await assistant.succeed("delete_share", share="data")
    # In the newer version the answer comes with a call of its own.
    assert happened == ["stop", "answer", *([] if protocol_version == "legacy" else ["stop"]), "restart"]


@pytest.mark.parametrize("operation", ["delete_share", "delete_snapshot", "delete_access_point"])
async def test_anything_deleted_between_the_question_and_the_delete_is_already_gone(
    assistant: Assistant, destructive_calls: list[Call], sandbox: Sandbox, operation: str
) -> None:
    not_found = {"id": "not_found", "message": "There is no such thing."}
    sandbox.add_fault("status", operation=operation, status=404, body=not_found)
    assert (await assistant.succeed(operation, **dict(destructive_calls)[operation]))["outcome"] == "unchanged"


async def test_a_plan_asks_nobody_and_changes_nothing(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    await assistant.succeed("create_snapshot", share="data", name="s")
    sent.clear()
    planned = await assistant.succeed("delete_share", share="data", plan=True)
    assert planned["outcome"] == "planned"
    assert "1 snapshot" in planned["message"]
    grown = await assistant.succeed("resize_share", share="data", size_gib=300, plan=True)
    assert "from 100 to 300 GiB" in grown["message"]
    assert "cost more" in grown["message"]
    assert person.asked == []
    assert changed(sent) == []


@pytest.mark.parametrize(
    "answer",
    [saying("decline"), saying("accept", {"confirm": False}), saying("cancel")],
    ids=["no", "not ticked", "closed"],
)
async def test_after_a_no_the_same_question_is_not_asked_again_for_a_minute(
    assistant: Assistant, share: dict[str, Any], clock: Clock, person: Person, sent: list[httpx.Request], answer: Any
) -> None:
    detach = {"vpc_id": VPC}
    person.answer = answer
    await assistant.fail("detach_share", share="data", **detach)
    person.answer = person.agree
    clock.pass_time(59)
    for share_arguments in ({"share": "data"}, {"share": share["id"], "wait": False}):
        said = await assistant.fail("detach_share", **share_arguments, **detach)
        assert "said no to just this, or closed the question, less than a minute ago" in said
    assert (len(person.asked), changed(sent)) == (1, [])
    clock.pass_time(1)
    await assistant.succeed("detach_share", share="data", **detach)
    assert len(person.asked) == 2


async def test_after_a_no_another_question_is_asked_at_once(
    assistant: Assistant, share: dict[str, Any], person: Person
) -> None:
    person.answer = saying("decline")
    await assistant.fail("detach_share", share="data", vpc_id=VPC)
    person.answer = person.agree
    await assistant.succeed("delete_share", share="data")


async def test_after_a_name_that_was_mistyped_the_same_question_is_asked_again_at_once(
    assistant: Assistant, share: dict[str, Any], person: Person
) -> None:
    person.answer = saying("accept", {"name": "dat"})
    await assistant.fail("delete_share", share="data")
    person.answer = person.agree
    await assistant.succeed("delete_share", share="data")


async def test_a_no_counts_for_the_caller_alone_whose_person_said_it(
    assistant: Assistant, share: dict[str, Any], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_refusals, "caller_principal", lambda: ("app", "https://login.test", "ann"))
    person.answer = saying("decline")
    await assistant.fail("detach_share", share="data", vpc_id=VPC)
    monkeypatch.setattr(recent_refusals, "caller_principal", lambda: ("app", "https://login.test", "bob"))
    person.answer = person.agree
    await assistant.succeed("detach_share", share="data", vpc_id=VPC)
