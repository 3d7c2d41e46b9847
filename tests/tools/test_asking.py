"""Where the host does not ask the person, the server asks them in their browser, with the same question."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest
from do_nfs_mcp.browser.launcher import NO_BROWSER_IF
from do_nfs_mcp.browser.question import Question
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.masking import Masking
from do_nfs_sandbox import Sandbox
from mcp.shared.exceptions import MCPError
from mcp_types import METHOD_NOT_FOUND, MISSING_REQUIRED_CLIENT_CAPABILITY, ElicitResult

from ..support.browsing_person import BrowsingPerson, send
from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

Call = tuple[str, dict[str, Any]]
ASKED = "Nothing was done yet: a page in the person's browser asks them to confirm this"


@pytest.fixture
async def calls(assistant: Assistant, share: dict[str, Any], clock: Clock, sent: list[httpx.Request]) -> list[Call]:
    """A call of each destructive tool, all on what exists."""
    made = [(await assistant.succeed("create_snapshot", share="data", name=name))["snapshot"] for name in ("a", "b")]
    clock.pass_time(60)
    point = (await assistant.succeed("create_access_point", share="data", name="team", path="/t", vpc_id=VPC))[
        "access_point"
    ]
    for name in ("spare", "attached"):
        await assistant.succeed("create_share", name=name, region="atl1", size_gib=50, vpc_ids=[VPC])
    sent.clear()
    return [
        ("delete_snapshot", {"snapshot": made[0]["id"]}),
        ("prune_snapshots", {"share": "data", "keep_last": 0}),
        ("delete_access_point", {"access_point": point["id"]}),
        ("reassign_share", {"share": "data", "old_vpc_id": VPC, "new_vpc_id": OTHER_VPC, "wait": False}),
        ("detach_share", {"share": "attached", "vpc_id": VPC}),
        ("delete_share", {"share": "spare"}),
    ]


@pytest.fixture
async def browsing(clock: Clock) -> BrowsingPerson:
    return BrowsingPerson(clock)


@pytest.fixture
def asked_by_page(browsing: BrowsingPerson, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Question, float]]:
    """What a page asks, and for how many seconds it may wait."""
    asked: list[tuple[Question, float]] = []
    ask = browsing.elicitation.ask

    async def noted(call: str, question: Question, seconds: float) -> Any:
        asked.append((question, seconds))
        return await ask(call, question, seconds)

    monkeypatch.setattr(browsing.elicitation, "ask", noted)
    return asked


@pytest.fixture
async def asked_here(connect: Connect, browsing: BrowsingPerson) -> AsyncIterator[Assistant]:
    """An assistant in a host that cannot ask, on a machine with a browser."""
    async with connect(asks=False, connect_browser=lambda: browsing.elicitation) as assistant:
        yield assistant


@pytest.fixture
async def impatient(connect: Connect, browsing: BrowsingPerson) -> AsyncIterator[Assistant]:
    """The same, whose calls wait for nothing and nobody. The person reads the page later."""
    browsing.visit = None
    async with connect(asks=False, wait_seconds=0, connect_browser=lambda: browsing.elicitation) as assistant:
        yield assistant


def changed(sent: list[httpx.Request]) -> list[str]:
    return [f"{request.method} {request.url.path}" for request in sent if request.method != "GET"]


async def fails_to_ask(assistant: Assistant, protocol_version: str, tool: str, **arguments: Any) -> str:
    """Call a tool that fails since nobody can be asked, and return what it says."""
    if protocol_version == "legacy":
        return await assistant.fail(tool, **arguments)
    with pytest.raises(MCPError) as refused:
        await assistant.call(tool, **arguments)
    assert refused.value.error.code == MISSING_REQUIRED_CLIENT_CAPABILITY
    return refused.value.error.message


async def test_a_yes_in_the_browser_is_a_yes_for_every_tool_that_asks(
    asked_here: Assistant, calls: list[Call], browsing: BrowsingPerson, person: Person, sent: list[httpx.Request]
) -> None:
    for tool, arguments in calls:
        await asked_here.succeed(tool, **arguments)
    assert len(browsing.asked) == len(calls)
    assert len(changed(sent)) >= len(calls)
    assert person.asked == []


async def test_a_no_in_the_browser_is_a_no_for_every_tool_that_asks(
    asked_here: Assistant, calls: list[Call], browsing: BrowsingPerson, sent: list[httpx.Request]
) -> None:
    browsing.visit = browsing.decline
    for tool, arguments in calls:
        assert "the person said no. Do not call this again" in await asked_here.fail(tool, **arguments)
    assert len(browsing.asked) == len(calls)
    assert changed(sent) == []


async def test_the_page_asks_what_the_host_would(
    assistant: Assistant, asked_here: Assistant, calls: list[Call], browsing: BrowsingPerson, person: Person
) -> None:
    person.answer = lambda *_: ElicitResult(action="decline")
    browsing.visit = browsing.decline
    for tool, arguments in calls:
        await assistant.fail(tool, **arguments)
        await asked_here.fail(tool, **arguments)
    assert browsing.asked == person.asked
    assert len(set(browsing.asked)) == len(calls)


async def test_a_share_is_deleted_only_if_its_name_is_typed_on_the_page(
    asked_here: Assistant, share: dict[str, Any], browsing: BrowsingPerson, sent: list[httpx.Request]
) -> None:
    async def mistype_first(url: str) -> None:
        for typed in ("", "Data", "dat", "yes"):
            assert (await send(url, answer="yes", typed=typed)).status_code == 422
        assert changed(sent) == []
        await send(url, answer="yes", typed=" data ")

    browsing.visit = mistype_first
    assert (await asked_here.succeed("delete_share", share="data"))["outcome"] == "done"


async def test_a_name_with_characters_that_do_not_show_can_be_typed_on_the_page_as_shown(
    asked_here: Assistant, browsing: BrowsingPerson
) -> None:
    await asked_here.succeed("create_share", name='a"\n\u202eb', region="atl1", size_gib=50, vpc_ids=[VPC])
    (made,) = (await asked_here.succeed("list_shares"))["shares"]
    browsing.visit = lambda url: send(url, answer="yes", typed="a'\\n\\u202eb")
    assert (await asked_here.succeed("delete_share", share=made["id"]))["outcome"] == "done"


async def test_a_call_that_is_over_before_the_answer_says_so_and_the_same_call_finds_it(
    impatient: Assistant, share: dict[str, Any], browsing: BrowsingPerson, sent: list[httpx.Request]
) -> None:
    result = await impatient.call("delete_share", share="data")
    assert text_of(result).startswith(ASKED)
    assert "make the same call again" in text_of(result)
    assert result.meta is not None
    assert result.meta["do-nfs-mcp/failure"] == {"kind": "unanswered"}
    await browsing.agree(browsing.opened[0])
    assert changed(sent) == []
    assert (await impatient.succeed("delete_share", share="data"))["outcome"] == "done"
    assert len(browsing.opened) == 1


async def test_while_a_page_asks_about_one_call_another_is_told_to_wait_for_it(
    impatient: Assistant, calls: list[Call], browsing: BrowsingPerson, sent: list[httpx.Request]
) -> None:
    (first, first_arguments), *others = calls
    assert (await impatient.fail(first, **first_arguments)).startswith(ASKED)
    for tool, arguments in others:
        result = await impatient.call(tool, **arguments)
        assert text_of(result).startswith("Nothing was done yet: the person has another question before them")
        assert "Make the same call again once they have answered that one" in text_of(result)
        assert result.meta is not None
        assert result.meta["do-nfs-mcp/failure"] == {"kind": "unanswered"}
    assert len(browsing.opened) == 1
    await browsing.agree(browsing.opened[0])
    await impatient.succeed(first, **first_arguments)
    assert (await impatient.fail(others[0][0], **others[0][1])).startswith(ASKED)
    assert len(browsing.opened) == 2


async def test_of_many_orders_at_once_one_opens_a_page(asked_here: Assistant, browsing: BrowsingPerson) -> None:
    order = {"region": "atl1", "size_gib": 2000, "vpc_ids": [VPC], "wait": False}
    said: list[str] = []

    async def try_to_order(number: int) -> None:
        said.append(await asked_here.fail("create_share", name=f"share-{number}", **order))

    async def decline_when_all_have_asked(url: str) -> None:
        while len(said) < 39:
            await anyio.lowlevel.checkpoint()
        await browsing.decline(url)

    browsing.visit = decline_when_all_have_asked
    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(try_to_order, number)
    assert len(browsing.opened) == 1
    assert sum("another question before them" in each for each in said) == 39


async def test_the_audit_says_of_no_question_that_was_not_asked(
    connect: Connect, calls: list[Call], browsing: BrowsingPerson
) -> None:
    lines = io.StringIO()
    browsing.visit = None
    ways = {"connect_browser": lambda: browsing.elicitation, "audit": Audit(lines, Masking(None)), "wait_seconds": 0}
    async with connect(asks=False, **ways) as assistant:
        for tool, arguments in calls[:2]:
            await assistant.fail(tool, **arguments)
    first, second = map(json.loads, lines.getvalue().splitlines())
    assert first["question"]["by"] == "browser"
    assert "question" not in second


async def test_a_no_that_comes_after_the_call_is_found_too(
    impatient: Assistant, share: dict[str, Any], browsing: BrowsingPerson
) -> None:
    await impatient.fail("delete_share", share="data")
    await browsing.decline(browsing.opened[0])
    assert "the person said no" in await impatient.fail("delete_share", share="data")


async def test_an_answer_counts_once_even_if_what_it_was_for_fails(
    impatient: Assistant, share: dict[str, Any], browsing: BrowsingPerson, sandbox: Sandbox
) -> None:
    await impatient.fail("delete_share", share="data")
    await browsing.agree(browsing.opened[0])
    sandbox.add_fault("status", operation="delete_share", status=409)
    assert "409" in await impatient.fail("delete_share", share="data")
    assert (await impatient.fail("delete_share", share="data")).startswith(ASKED)
    assert len(browsing.opened) == 2


async def test_an_answer_is_found_by_no_other_arguments_and_no_other_tool(
    impatient: Assistant, calls: list[Call], browsing: BrowsingPerson, sent: list[httpx.Request]
) -> None:
    arguments = {"share": "data", "vpc_id": VPC, "wait": False}
    await impatient.fail("detach_share", **arguments)
    await browsing.agree(browsing.opened[0])
    # The question is the same.
    for other in ({"wait": True}, {"share": (await impatient.succeed("get_share", share="data"))["id"]}):
        assert (await impatient.fail("detach_share", **arguments | other)).startswith(ASKED)
        await browsing.look(browsing.opened[-1])
    assert (await impatient.fail("delete_share", share="spare")).startswith(ASKED)
    assert changed(sent) == []
    assert len(browsing.opened) == 4
    await impatient.succeed("detach_share", **arguments)


async def test_what_a_host_adds_to_the_arguments_makes_no_other_call(
    impatient: Assistant, share: dict[str, Any], browsing: BrowsingPerson
) -> None:
    await impatient.fail("delete_share", share="data", task_progress="1 of 2")
    await browsing.agree(browsing.opened[0])
    await impatient.succeed("delete_share", share="data", task_progress="2 of 2")


async def test_an_answer_does_not_cover_what_changed_after_it(
    impatient: Assistant, share: dict[str, Any], browsing: BrowsingPerson, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    await impatient.fail("delete_share", share="data")
    await browsing.agree(browsing.opened[0])
    add_failed_snapshot(sandbox, share)
    assert (await impatient.fail("delete_share", share="data")).startswith(ASKED)
    await browsing.look(browsing.opened[1])
    assert "0 snapshots" in browsing.asked[0]
    assert "1 snapshot." in browsing.asked[1]
    assert changed(sent) == []


async def test_an_answer_does_not_cover_what_changed_while_the_person_was_asked(
    asked_here: Assistant, share: dict[str, Any], browsing: BrowsingPerson, sandbox: Sandbox, sent: list[httpx.Request]
) -> None:
    async def change_and_agree(url: str) -> None:
        add_failed_snapshot(sandbox, share)
        await browsing.agree(url)

    browsing.visit = change_and_agree
    assert "what they were shown has changed" in await asked_here.fail("delete_share", share="data")
    assert changed(sent) == []


def add_failed_snapshot(sandbox: Sandbox, share: dict[str, Any]) -> None:
    with sandbox.store.transaction(0, write=True):
        sandbox.store.insert_snapshot(
            share_id=share["id"], name="new", region="atl1", size_gib=100, now=0, status="FAILED"
        )


async def test_after_ten_minutes_the_person_is_asked_anew(
    impatient: Assistant, share: dict[str, Any], browsing: BrowsingPerson, clock: Clock, sent: list[httpx.Request]
) -> None:
    await impatient.fail("delete_share", share="data")
    await browsing.agree(browsing.opened[0])
    clock.pass_time(600)
    assert (await impatient.fail("delete_share", share="data")).startswith(ASKED)
    assert len(browsing.opened) == 2
    assert changed(sent) == []


async def test_an_answer_about_an_order_is_found_for_ten_minutes_after_the_call_whatever_else_was_ordered(
    impatient: Assistant, browsing: BrowsingPerson, clock: Clock
) -> None:
    big = {"name": "big", "region": "atl1", "size_gib": 2000, "vpc_ids": [VPC]}
    for seconds in (0, 500):
        clock.pass_time(seconds)
        assert (await impatient.fail("create_share", **big)).startswith(ASKED)
        await impatient.succeed("create_share", **big | {"name": "small", "size_gib": 50})
    clock.pass_time(590)
    await browsing.agree(browsing.opened[-1])
    assert (await impatient.succeed("create_share", **big))["asked"] is True
    assert "0 GiB were ordered" in browsing.asked[0]
    assert (await impatient.fail("create_share", **big)).startswith(ASKED)
    await browsing.look(browsing.opened[-1])
    assert "2100 GiB were ordered" in browsing.asked[1]


async def test_a_host_that_asks_is_the_one_that_asks_and_its_no_is_a_no(
    connect: Connect, share: dict[str, Any], browsing: BrowsingPerson, person: Person, clock: Clock
) -> None:
    async with connect(connect_browser=lambda: browsing.elicitation) as assistant:
        for action in ("decline", "cancel"):
            person.answer = lambda *_, action=action: ElicitResult(action=action)
            await assistant.fail("delete_share", share="data")
            clock.pass_time(60)
        person.answer = person.agree
        await assistant.succeed("delete_share", share="data")
    assert browsing.opened == []
    assert len(person.asked) == 3


@pytest.mark.parametrize("protocol_version", ["legacy"], indirect=True)
async def test_where_the_host_answers_the_question_with_an_error_the_browser_asks(
    connect: Connect, share: dict[str, Any], browsing: BrowsingPerson, person: Person, clock: Clock
) -> None:
    def fail(question: str, fields: list[str]) -> ElicitResult:
        raise MCPError(METHOD_NOT_FOUND, "Method not found")

    person.answer = fail
    async with connect(connect_browser=lambda: browsing.elicitation) as assistant:
        browsing.visit = browsing.decline
        assert "the person said no" in await assistant.fail("delete_share", share="data")
        clock.pass_time(60)
        browsing.visit = browsing.agree
        await assistant.succeed("delete_share", share="data")
    assert browsing.asked == person.asked


@pytest.mark.parametrize("protocol_version", ["legacy"], indirect=True)
async def test_a_host_that_fails_to_ask_is_told_so_where_there_is_no_browser(
    connect: Connect, share: dict[str, Any], browsing: BrowsingPerson, person: Person, sent: list[httpx.Request]
) -> None:
    def fail(question: str, fields: list[str]) -> ElicitResult:
        raise MCPError(METHOD_NOT_FOUND, "Method not found")

    person.answer = fail
    browsing.has_browser = False
    for ways in ({"connect_browser": lambda: None}, {"connect_browser": lambda: browsing.elicitation}):
        async with connect(**ways) as assistant:
            said = await assistant.fail("delete_share", share="data")
            assert '-32601: "Method not found"' in said
            assert person.asked[-1] not in said
            assert "--destructive" not in said
    assert changed(sent) == []


@pytest.mark.parametrize("opens", [False, None], ids=["it cannot be started", "there is none"])
async def test_without_a_browser_nothing_is_done_in_the_same_words(
    connect: Connect,
    protocol_version: str,
    calls: list[Call],
    browsing: BrowsingPerson,
    sent: list[httpx.Request],
    opens: bool | None,
) -> None:
    browsing.has_browser = False
    browser = None if opens is None else browsing.elicitation
    async with connect(asks=False, connect_browser=lambda: browser) as assistant:
        for tool, arguments in calls:
            said = await fails_to_ask(assistant, protocol_version, tool, **arguments)
            assert said.startswith("Nothing was done: this is destructive, so a person has to confirm")
            assert "this host has no way to ask one (MCP elicitation). Trying again will not help." in said
            assert f"none opens if {NO_BROWSER_IF}" in said
            assert "`do-nfs-mcp call` in a terminal" in said
            assert "--destructive" not in said
    assert changed(sent) == []


async def test_the_operator_may_have_the_host_alone_ask(
    connect: Connect, protocol_version: str, share: dict[str, Any], browsing: BrowsingPerson, person: Person
) -> None:
    async with connect(asks=False, ask="host", connect_browser=lambda: browsing.elicitation) as assistant:
        assert "this host has no way" in await fails_to_ask(assistant, protocol_version, "delete_share", share="data")
    async with connect(ask="host", connect_browser=lambda: browsing.elicitation) as assistant:
        await assistant.succeed("delete_share", share="data")
    assert browsing.opened == []
    assert len(person.asked) == 1


async def test_the_operator_may_have_the_browser_alone_ask(
    connect: Connect, share: dict[str, Any], browsing: BrowsingPerson, person: Person, sent: list[httpx.Request]
) -> None:
    async with connect(ask="browser", connect_browser=lambda: browsing.elicitation) as assistant:
        browsing.has_browser = False
        said = await assistant.fail("delete_share", share="data")
        assert "in their browser (--ask browser), and none can be opened here" in said
        assert changed(sent) == []
        browsing.has_browser = True
        await assistant.succeed("delete_share", share="data")
    assert len(browsing.asked) == 1
    assert person.asked == []


async def test_no_browser_is_looked_for_before_a_question_that_the_host_cannot_ask(
    connect: Connect, share: dict[str, Any], person: Person
) -> None:
    def unexpected() -> None:
        raise AssertionError

    async with connect(connect_browser=unexpected) as assistant:
        await assistant.succeed("delete_share", share="data")
    async with connect(asks=False, connect_browser=unexpected) as assistant:
        await assistant.succeed("list_shares")
        await assistant.succeed("create_share", name="n", region="atl1", size_gib=50, vpc_ids=[VPC])
        assert (await assistant.succeed("delete_share", share="n", plan=True))["outcome"] == "planned"
    async with connect(asks=False, destructive="allow", connect_browser=unexpected) as assistant:
        await assistant.succeed("delete_share", share="n")


async def test_the_address_of_the_page_is_in_no_result_log_progress_or_audit_line(
    connect: Connect,
    share: dict[str, Any],
    browsing: BrowsingPerson,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stream, results = io.StringIO(), []
    reported: list[tuple[float, str | None]] = []
    browsing.visit = None

    async def told(progress: float, total: float | None, message: str | None) -> None:
        reported.append((progress, message))

    ways = {"connect_browser": lambda: browsing.elicitation, "audit": Audit(stream, Masking(None)), "wait_seconds": 0}
    async with connect(asks=False, **ways) as assistant:
        for answer in (browsing.decline, browsing.agree):
            for _ in range(2):
                called = await assistant.client.call_tool("delete_share", {"share": "data"}, progress_callback=told)
                results.append(called.model_dump_json())
                if len(results) % 2:
                    await answer(browsing.opened[-1])
            clock.pass_time(60)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["outcome"] for line in lines] == ["asked", "declined", "asked", "done"]
    assert set(reported) == {(0, "a page in the person's browser asks them")}
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    shown = "\n".join([*results, stream.getvalue(), *ours])
    assert len(browsing.opened) == 2
    for url in browsing.opened:
        address, token = url.removeprefix("http://").split("/")
        assert token not in shown
        assert address not in shown


async def test_a_person_who_takes_their_time_leaves_some_for_what_they_agree_to(
    connect: Connect, share: dict[str, Any], browsing: BrowsingPerson, asked_by_page: list[tuple[Question, float]]
) -> None:
    async with connect(asks=False, wait_seconds=45, connect_browser=lambda: browsing.elicitation) as assistant:
        await assistant.succeed("delete_share", share="data")
    # Hosts give up after 60 s, and the call itself after 55.
    ((_, seconds),) = asked_by_page
    assert 0 < seconds <= 45


@pytest.mark.parametrize(
    ("tool", "label", "hint"),
    [
        ("delete_share", "The share's name", "Type it as it is shown, to confirm."),
        ("delete_snapshot", "Yes, do it", "This cannot be undone."),
        ("detach_share", "Yes, do it", "Without a yes nothing is done."),
    ],
)
async def test_the_page_has_the_label_and_the_hint_that_a_host_has(
    asked_here: Assistant,
    calls: list[Call],
    asked_by_page: list[tuple[Question, float]],
    tool: str,
    label: str,
    hint: str,
) -> None:
    await asked_here.succeed(tool, **dict(calls)[tool])
    assert [(question.label, question.hint) for question, _ in asked_by_page] == [(label, hint)]


@pytest.mark.parametrize("protocol_version", ["legacy"], indirect=True)
@pytest.mark.parametrize(("length", "cut"), [(100, False), (101, True)])
async def test_of_what_a_host_says_that_fails_to_ask_100_characters_are_repeated_and_the_audit_has_the_question(
    connect: Connect, share: dict[str, Any], person: Person, length: int, cut: bool
) -> None:
    def fail(question: str, fields: list[str]) -> ElicitResult:
        raise MCPError(METHOD_NOT_FOUND, "x" * length)

    person.answer, lines = fail, io.StringIO()
    async with connect(audit=Audit(lines, Masking(None))) as assistant:
        said = await assistant.fail("delete_share", share="data")
    assert ("x" * 100 in said, "..." in said) == (not cut, cut)
    assert json.loads(lines.getvalue())["question"] == {"text": person.asked[0], "by": "host"}


async def test_a_call_that_the_host_cancels_leaves_its_question_to_the_next(
    asked_here: Assistant, share: dict[str, Any], browsing: BrowsingPerson, sent: list[httpx.Request]
) -> None:
    with anyio.CancelScope() as scope:

        async def cancel(url: str) -> None:
            scope.cancel()

        browsing.visit = cancel
        await asked_here.call("delete_share", share="data")
    assert scope.cancelled_caught
    await browsing.agree(browsing.opened[0])
    assert changed(sent) == []
    await asked_here.succeed("delete_share", share="data")
    assert len(browsing.opened) == 1
