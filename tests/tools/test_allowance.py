"""What is ordered beyond the allowance, and what opens files to root, is asked about; the rest is not."""

from asyncio import CancelledError
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import pytest
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.state.shared_state import State, StateUnavailableError
from do_nfs_mcp.tools.allowance import Allowance
from do_nfs_sandbox import Sandbox
from fakeredis import FakeServer
from mcp.shared.exceptions import MCPError
from mcp_types import MISSING_REQUIRED_CLIENT_CAPABILITY, ElicitResult

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import NEW_SHARE
from ..support.in_memory import Assistant, Connect
from ..support.person import Person
from ..support.states import connected

pytestmark = pytest.mark.anyio

NO_SQUASH = {"share": "data", "name": "team", "path": "/t", "access_policy": {"squash_config": "NO_SQUASH"}}


def changed(sent: list[httpx.Request]) -> list[str]:
    return [f"{request.method} {request.url.path}" for request in sent if request.method != "GET"]


def no(question: str, fields: list[str]) -> ElicitResult:
    return ElicitResult(action="decline")


def order(name: str, size_gib: int) -> dict[str, Any]:
    return NEW_SHARE | {"name": name, "size_gib": size_gib}


async def refused(assistant: Assistant, protocol_version: str, tool: str, **arguments: Any) -> str:
    """What is said to a host that cannot ask the person."""
    if protocol_version == "legacy":
        return await assistant.fail(tool, **arguments)
    with pytest.raises(MCPError) as error:
        await assistant.call(tool, **arguments)
    assert error.value.error.code == MISSING_REQUIRED_CLIENT_CAPABILITY
    return error.value.error.message


async def test_a_thousand_gib_an_hour_are_ordered_without_a_question(assistant: Assistant, person: Person) -> None:
    await assistant.succeed("create_share", **order("a", 600))
    await assistant.succeed("create_share", **order("b", 300))
    grown = await assistant.succeed("resize_share", share="a", add_gib=100)
    assert (person.asked, "asked" in grown) == ([], False)
    grown = await assistant.succeed("resize_share", share="a", add_gib=1)
    assert grown["asked"] is True
    assert len(person.asked) == 1


async def test_the_question_says_what_is_ordered_and_what_was(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    person.answer = no
    assert "the person said no" in await assistant.fail("create_share", **order("big", 901))
    assert "the person said no" in await assistant.fail("resize_share", share="data", size_gib=1001)
    assert changed(sent) == []
    create, resize = person.asked
    for shown in (
        '"big"',
        "atl1",
        '"default-atl1"',
        "0 GiB now, 901 GiB then",
        "100 GiB were ordered in the hour before",
        "1000 GiB an",
    ):
        assert shown in create
    for shown in ('"data"', share["id"], "atl1", "from 100 to 1001 GiB", "100 GiB were ordered in the hour before"):
        assert shown in resize


async def test_a_tier_that_is_raised_counts_with_the_whole_size(
    connect: Connect, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    async with connect(allowance_gib=99) as assistant:
        raised = await assistant.succeed("switch_performance_tier", share="data")
        assert raised["asked"] is True
        assert "100 GiB now and then, from the standard tier to the high tier" in person.asked[0]
        again = await assistant.succeed("switch_performance_tier", share="data")
        assert again["outcome"] == "unchanged"
    assert len(person.asked) == 1


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("create_share", order("b", 50)),
        ("resize_share", {"share": "data", "add_gib": 1}),
        ("switch_performance_tier", {"share": "data"}),
    ],
)
async def test_without_an_allowance_every_order_is_asked_about(
    connect: Connect, share: dict[str, Any], person: Person, sent: list[httpx.Request], tool: str, arguments: Any
) -> None:
    person.answer = no
    async with connect(allowance_gib=0) as assistant:
        await assistant.fail(tool, **arguments)
    assert (len(person.asked), changed(sent)) == (1, [])


async def test_with_an_unlimited_allowance_nothing_is_asked(connect: Connect, person: Person) -> None:
    async with connect(allowance_gib=None, asks=False) as assistant:
        for number in range(3):
            await assistant.succeed("create_share", **order(f"s{number}", 16000))
        await assistant.succeed("switch_performance_tier", share="s0")
    assert person.asked == []


async def test_what_was_ordered_an_hour_ago_no_longer_counts(
    assistant: Assistant, clock: Clock, person: Person
) -> None:
    await assistant.succeed("create_share", **order("a", 1000))
    clock.pass_time(3500)
    await assistant.succeed("create_share", **order("b", 50))
    assert len(person.asked) == 1
    clock.pass_time(100)
    await assistant.succeed("create_share", **order("c", 950))
    assert len(person.asked) == 1
    await assistant.succeed("create_share", **order("d", 50))
    assert len(person.asked) == 2


async def test_a_plan_and_what_changes_nothing_do_not_count(
    assistant: Assistant, share: dict[str, Any], person: Person
) -> None:
    planned = await assistant.succeed("resize_share", share="data", size_gib=30000, plan=True)
    assert planned["outcome"] == "planned"
    assert (await assistant.succeed("resize_share", share="data", size_gib=100))["outcome"] == "unchanged"
    await assistant.succeed("create_share", **order("b", 900))
    assert person.asked == []


@pytest.mark.parametrize("asks", [False, True])
async def test_an_order_that_the_api_refused_does_not_count(connect: Connect, sandbox: Sandbox, asks: bool) -> None:
    async with connect(asks=asks) as assistant:
        sandbox.add_fault("status", operation="create_share", status=422)
        await assistant.fail("create_share", **order("a", 1000))
        await assistant.succeed("create_share", **order("a", 1000))


async def test_where_nobody_can_be_asked_it_is_refused_with_what_is_left(
    connect: Connect, protocol_version: str, sent: list[httpx.Request]
) -> None:
    async with connect(asks=False, destructive="allow") as assistant:
        await assistant.succeed("create_share", **order("a", 700))
        sent.clear()
        said = await refused(assistant, protocol_version, "create_share", **order("b", 400))
        assert said.startswith("Nothing was done: this orders 400 GiB")
        assert "of the 1000 GiB an hour that may be ordered without a question (--allowance-gib) 300 are left" in said
        assert "Without a question, up to 300 GiB can be ordered now, and up to 1000 GiB an hour from now." in said
        assert "destroys" not in said
        assert changed(sent) == []
        await assistant.succeed("create_share", **order("b", 300))
        said = await refused(assistant, protocol_version, "create_share", **order("c", 50))
        assert "nothing can be ordered now, and up to 1000 GiB an hour from now" in said


async def test_where_nobody_can_be_asked_and_nothing_is_allowed_no_later_call_is_suggested(
    connect: Connect, protocol_version: str
) -> None:
    async with connect(asks=False, allowance_gib=0) as assistant:
        said = await refused(assistant, protocol_version, "create_share", **order("a", 50))
    assert "Without a question nothing can be ordered, and trying again will not help." in said
    assert "an hour from now" not in said


async def test_an_order_beyond_all_that_an_hour_allows_is_refused_without_saying_the_number_twice(
    connect: Connect, protocol_version: str
) -> None:
    async with connect(asks=False) as assistant:
        said = await refused(assistant, protocol_version, "create_share", **order("a", 2048))
    assert "this orders 2048 GiB, more than the 1000 GiB an hour that may be ordered without a question" in said
    assert said.count("1000") == 1
    assert "A smaller order needs no question." in said


async def test_forty_shares_at_once_are_not_ordered_without_a_question(
    connect: Connect, sent: list[httpx.Request], sandbox: Sandbox
) -> None:
    outcomes: list[bool] = []
    async with connect(asks=False) as assistant, anyio.create_task_group() as calls:

        async def create(number: int) -> None:
            try:
                outcomes.append(not (await assistant.call("create_share", **order(f"s{number}", 250))).is_error)
            except MCPError:
                outcomes.append(False)

        for number in range(40):
            calls.start_soon(create, number)
    assert sorted(outcomes) == [False] * 36 + [True] * 4
    assert len(changed(sent)) == 4


async def test_a_question_stays_the_same_while_the_hour_passes(
    assistant: Assistant, clock: Clock, person: Person
) -> None:
    await assistant.succeed("create_share", **order("a", 1000))
    clock.pass_time(3500)

    def answer(question: str, fields: list[str]) -> ElicitResult:
        clock.pass_time(200)
        return person.agree(question, fields)

    person.answer = answer
    await assistant.succeed("create_share", **order("big", 2000))
    (question,) = person.asked
    assert "1000 GiB were ordered in the hour before" in question


@pytest.mark.parametrize(
    ("tool", "arguments", "costs"),
    [
        ("create_share", order("b", 2000) | {"performance_tier": "high"}, "it costs 401.00 a month."),
        ("create_share", order("b", 2000), "it costs 200.00 on the standard tier or 401.00 on the high tier a month."),
        ("resize_share", {"share": "data", "size_gib": 32768}, "it costs 10.00 a month now, and 3,276.80 then."),
        ("switch_performance_tier", {"share": "data"}, "it costs 10.00 a month now, and 20.05 then."),
    ],
)
async def test_the_question_says_what_it_costs_if_prices_are_known(
    connect: Connect, share: dict[str, Any], person: Person, tool: str, arguments: dict[str, Any], costs: str
) -> None:
    person.answer = no
    for prices in ({"standard": 0.10, "high": 0.2005}, {}):
        async with connect(allowance_gib=0, prices=prices) as assistant:
            await assistant.fail(tool, **arguments)
    known, unknown = person.asked
    assert costs in known
    assert "costs" not in unknown


async def test_a_plan_says_what_it_costs(connect: Connect, share: dict[str, Any]) -> None:
    async with connect(prices={"standard": 0.10}) as assistant:
        planned = await assistant.succeed("resize_share", share="data", size_gib=300, plan=True)
    assert "it costs 10.00 a month now, and 30.00 then." in planned["message"]


async def test_a_price_of_another_tier_says_nothing(connect: Connect, share: dict[str, Any], person: Person) -> None:
    async with connect(allowance_gib=0, prices={"high": 0.2}) as assistant:
        await assistant.succeed("resize_share", share="data", size_gib=300)
        await assistant.succeed("switch_performance_tier", share="data")
    assert not any("costs" in question for question in person.asked)


@pytest.mark.parametrize("destructive", ["ask", "allow", "deny"])
async def test_an_access_point_that_lets_root_in_is_asked_about(
    connect: Connect, share: dict[str, Any], person: Person, sent: list[httpx.Request], destructive: str
) -> None:
    person.answer = no
    async with connect(destructive=destructive) as assistant:
        assert "said no" in await assistant.fail("create_access_point", **NO_SQUASH)
        assert changed(sent) == []
        (question,) = person.asked
        for shown in ('"team"', '"/t"', '"data"', share["id"], '"default-atl1"', "NO_SQUASH", "Root on any machine"):
            assert shown in question
        other = NO_SQUASH | {"name": "another"}
        person.answer = person.agree
        assert (await assistant.succeed("create_access_point", **other))["asked"] is True


@pytest.mark.parametrize("squash", ["ROOT_SQUASH", "ALL_SQUASH"])
async def test_an_access_point_that_keeps_root_out_is_not_asked_about(
    assistant: Assistant, share: dict[str, Any], person: Person, squash: str
) -> None:
    await assistant.succeed("create_access_point", **NO_SQUASH | {"access_policy": {"squash_config": squash}})
    assert person.asked == []


async def test_an_operator_may_allow_no_squash(connect: Connect, share: dict[str, Any], person: Person) -> None:
    async with connect(asks=False, allow_no_squash=True) as assistant:
        await assistant.succeed("create_access_point", **NO_SQUASH)
    assert person.asked == []


async def test_a_host_that_cannot_ask_creates_no_access_point_that_lets_root_in(
    connect: Connect, protocol_version: str, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    async with connect(asks=False) as assistant:
        said = await refused(assistant, protocol_version, "create_access_point", **NO_SQUASH)
    assert "ROOT_SQUASH and ALL_SQUASH need no question" in said
    assert changed(sent) == []


async def test_an_order_whose_outcome_is_unknown_counts(state: State) -> None:
    allowance = Allowance(100, state)
    for kind, left in ((FailureKind.FAILED, 100), (FailureKind.UNKNOWN_OUTCOME, 40)):
        with pytest.raises(NfsError, match="lost"):
            async with allowance.taking(60, "call", agreed=False):
                raise NfsError("lost", kind=kind)
        assert await allowance.left() == left


@pytest.mark.parametrize("ended_by", [TimeoutError, CancelledError, ValueError])
async def test_an_order_counts_whose_call_ends_before_its_outcome_is_known(
    state: State, ended_by: type[BaseException]
) -> None:
    allowance = Allowance(100, state)
    with pytest.raises(ended_by):
        async with allowance.taking(60, "call", agreed=False):
            raise ended_by
    assert await allowance.left() == 40


async def test_an_order_that_nobody_agreed_to_is_not_made_once_others_have_taken_what_was_left(state: State) -> None:
    allowance = Allowance(100, state)
    async with allowance.taking(60, "another", agreed=False):
        pass
    with pytest.raises(NfsError, match="Nothing was done"):
        async with allowance.taking(60, "call", agreed=False):
            pytest.fail("ordered")
    async with allowance.taking(60, "call", agreed=True):
        assert await state.taken() == 120
    assert await allowance.left() == 0


async def taken_when_asked(allowance: Allowance, call: str) -> int:
    taken, _ = await allowance.taken_when_asked(call, datetime(2027, 1, 1, tzinfo=UTC))
    return taken


async def test_the_time_of_what_was_taken_is_that_of_the_first_question(state: State) -> None:
    allowance = Allowance(100, state)
    first, later = (datetime(2027, 1, 1, 20, minute, tzinfo=UTC) for minute in (15, 20))
    assert await allowance.taken_when_asked("call", first) == (0, "20:15")
    async with allowance.taking(60, "another", agreed=True):
        pass
    assert await allowance.taken_when_asked("call", later) == (0, "20:15")
    await allowance.forget_question("call")
    assert await allowance.taken_when_asked("call", later) == (60, "20:20")


async def test_what_was_taken_when_a_call_asked_is_remembered_until_it_orders(state: State) -> None:
    allowance = Allowance(100, state)
    assert await taken_when_asked(allowance, "call") == 0
    async with allowance.taking(60, "another", agreed=True):
        pass
    assert (await taken_when_asked(allowance, "call"), await taken_when_asked(allowance, "later")) == (0, 60)
    async with allowance.taking(10, "call", agreed=True):
        pass
    assert (await taken_when_asked(allowance, "call"), await taken_when_asked(allowance, "later")) == (70, 60)


async def test_what_was_taken_when_a_call_asked_is_remembered_for_as_long_as_it_can_be_answered(
    state: State, clock: Clock
) -> None:
    allowance = Allowance(100, state, call_seconds=55)
    assert await taken_when_asked(allowance, "call") == 0
    async with allowance.taking(60, "another", agreed=True):
        pass
    for _ in range(3):
        clock.pass_time(654)
        assert await taken_when_asked(allowance, "call") == 0
    clock.pass_time(655.001)
    assert await taken_when_asked(allowance, "call") == 60


async def test_a_question_of_a_call_that_takes_no_time_can_be_answered_for_ten_minutes(
    state: State, clock: Clock
) -> None:
    allowance = Allowance(100, state)
    assert await taken_when_asked(allowance, "call") == 0
    async with allowance.taking(60, "another", agreed=True):
        pass
    clock.pass_time(599.5)
    assert await taken_when_asked(allowance, "call") == 0
    clock.pass_time(600.5)
    assert await taken_when_asked(allowance, "call") == 60


async def test_servers_that_share_a_state_have_one_allowance_and_ask_the_same_question(state: State) -> None:
    one, other = Allowance(100, state), Allowance(100, state)
    async with one.taking(80, "another", agreed=False):
        assert await other.left() == 20
    assert await taken_when_asked(one, "call") == 80
    async with other.taking(20, "yet another", agreed=False):
        pass
    assert await taken_when_asked(other, "call") == 80


async def test_after_a_no_the_question_says_what_is_ordered_by_then(
    assistant: Assistant, clock: Clock, person: Person
) -> None:
    for answer in (no, lambda *_: ElicitResult(action="cancel")):
        person.answer = answer
        await assistant.fail("create_share", **order("big", 2000))
        await assistant.succeed("create_share", **order("small", 50))
        clock.pass_time(60)
    await assistant.fail("create_share", **order("big", 2000))
    assert [question.split(" GiB were")[0].split()[-1] for question in person.asked] == ["0", "50", "100"]


@pytest.mark.parametrize(
    "reworded",
    [{"add_gib": 1900}, {"add_percent": 1900}, {"size_gib": 2000, "wait": False}, {"wait": True, "size_gib": 2000}],
)
async def test_a_no_to_an_order_counts_for_a_minute_however_it_is_worded_and_whatever_is_ordered_meanwhile(
    assistant: Assistant, share: dict[str, Any], clock: Clock, person: Person, reworded: dict[str, Any]
) -> None:
    person.answer = no
    await assistant.fail("resize_share", share="data", size_gib=2000)
    await assistant.succeed("create_share", **order("small", 50), wait=False)
    for named in ("data", share["id"]):
        said = await assistant.fail("resize_share", share=named, **reworded)
        assert "the person said no to just this, or closed the question, less than a minute ago" in said
    assert len(person.asked) == 1
    clock.pass_time(60)
    person.answer = person.agree
    assert (await assistant.succeed("resize_share", share="data", **reworded))["asked"] is True
    assert len(person.asked) == 2


@pytest.mark.parametrize("larger", [1101, 1099])
async def test_a_no_to_an_order_is_none_to_another(
    assistant: Assistant, share: dict[str, Any], person: Person, larger: int
) -> None:
    person.answer = no
    await assistant.fail("resize_share", share="data", size_gib=1100)
    await assistant.fail("resize_share", share="data", size_gib=larger)
    assert len(person.asked) == 2


async def test_an_order_that_fails_after_an_hour_is_forgotten_once(state: State, clock: Clock) -> None:
    allowance = Allowance(100, state)

    async def order() -> None:
        async with allowance.taking(60, "call", agreed=False):
            clock.pass_time(3600)
            assert await state.taken() == 0
            raise NfsError("late")

    with pytest.raises(NfsError, match="late"):
        await order()
    assert await allowance.left() == 100


async def test_an_order_that_was_refused_while_the_store_was_away_is_told_as_it_is_and_counts(
    store: FakeServer,
) -> None:
    state = connected(store)
    allowance = Allowance(100, state)

    async def order() -> None:
        async with allowance.taking(60, "call", agreed=False):
            store.connected = False
            raise NfsError("The API answered 422.")

    with pytest.raises(NfsError, match="answered 422"):
        await order()
    store.connected = True
    assert await allowance.left() == 40


async def test_nothing_is_ordered_while_it_cannot_be_told_what_was(store: FakeServer) -> None:
    allowance = Allowance(100, connected(store))
    store.connected = False
    for agreed in (False, True):
        with pytest.raises(StateUnavailableError, match="Nothing was done"):
            async with allowance.taking(60, "call", agreed=agreed):
                pytest.fail("ordered")


async def test_an_allowance_without_a_limit_needs_no_state(store: FakeServer) -> None:
    allowance = Allowance(None, connected(store))
    store.connected = False
    assert await allowance.left() is None
    async with allowance.taking(99999, "call", agreed=False):
        pass


@pytest.mark.parametrize(
    ("fault", "counts"),
    [({"status": 504}, True), ({"status": 403}, False), ({"status": 409}, False), ({"status": 429}, False)],
)
async def test_an_order_counts_unless_it_is_known_that_it_was_not_made(
    connect: Connect, sandbox: Sandbox, person: Person, fault: dict[str, int], counts: bool
) -> None:
    async with connect(allowance_gib=100) as assistant:
        sandbox.add_fault("status", operation="create_share", times=9, **fault)
        await assistant.fail("create_share", **order("a", 100))
        sandbox.clear_faults()
        await assistant.succeed("create_share", **order("b", 50))
    assert len(person.asked) == int(counts)


async def test_of_two_orders_under_way_at_once_one_has_the_last_of_the_allowance(
    connect: Connect, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    said: list[str] = []
    async with connect(asks=False, allowance_gib=100) as assistant, anyio.create_task_group() as calls:

        async def call(tool: str, arguments: dict[str, Any]) -> None:
            try:
                result = await assistant.call(tool, **arguments)
            except MCPError as error:
                said.append(error.error.message)
            else:
                said.append(text_of(result))

        calls.start_soon(call, "resize_share", {"share": "data", "add_gib": 60})
        calls.start_soon(call, "create_share", order("b", 60))
    assert len(changed(sent)) == 1
    assert sorted(text.split(".")[0].split(":")[0] for text in said) == ["Done", "Nothing was done"]
