"""The server holds while everybody calls it and the API misbehaves; and a run in which it does not says so."""

import random
from typing import Any

import pytest
from mcp import MCPError
from mcp_types import CallToolResult, TextContent

from ..support.constants import PROTOCOL_VERSIONS
from ..support.random_calls import SHARES, Account
from ..support.soaking import Report, call, soak

SEED = 20261124
TOOLS = ["get_share", "list_shares"]


@pytest.mark.anyio
async def test_no_call_is_lost_no_server_breaks_and_its_memory_stays_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = await soak(1000, 16, SEED)
    with capsys.disabled():
        print(f"\n{report.table()}")
    assert report.problems() == []
    assert report.calls == 1000
    assert len(report.tools) == 23


class TestReport:
    @pytest.fixture
    def good(self) -> Report:
        report = Report(tools=TOOLS)
        report.outcomes.update([("get_share", "shown"), ("list_shares", "shown"), ("list_shares", "error")])
        report.answers.update([None, 200, 429, 500, 502, 503])
        report.memory = {version: [80, 100, 101, 105] for version in PROTOCOL_VERSIONS}
        return report

    def test_a_good_run_has_no_problems(self, good: Report) -> None:
        assert good.problems() == []

    def test_an_empty_run_lacks_everything(self) -> None:
        problems = Report(tools=TOOLS).problems()
        assert len(problems) == len(TOOLS) + 5 + len(PROTOCOL_VERSIONS)

    def test_an_event_that_must_not_happen_is_a_problem(self, good: Report) -> None:
        good.wrong["get_share was not answered in 60 s"] += 2
        assert good.problems() == ["2 times: get_share was not answered in 60 s"]

    def test_a_tool_that_only_fails_is_a_problem(self, good: Report) -> None:
        good.outcomes["get_share", "error"] = good.outcomes.pop(("get_share", "shown"))
        assert good.problems() == ["get_share never did what it is for"]

    @pytest.mark.parametrize("status", [None, 429, 500, 502, 503])
    def test_a_fault_that_never_was_is_a_problem(self, good: Report, status: int | None) -> None:
        del good.answers[status]
        assert good.problems() == [f"the API never answered {status or 'by dropping the connection'}"]

    @pytest.mark.parametrize("memory", [[10, 100, 105, 106], [10, 100, 120, 90]])
    def test_memory_that_grows_in_the_second_half_is_a_problem(self, good: Report, memory: list[int]) -> None:
        version = next(iter(PROTOCOL_VERSIONS))
        good.memory[version] = [memory[0], *memory]
        (problem,) = good.problems()
        assert problem.startswith(f"the memory of the {version} server grew by")


class Client:
    """Whatever it is asked, this comes of it."""

    def __init__(self, comes: CallToolResult | Exception) -> None:
        self._comes = comes

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        if isinstance(self._comes, Exception):
            raise self._comes
        return self._comes


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("comes", "said"),
    [
        (TimeoutError(), "not answered"),
        (MCPError(-32000, "Connection closed"), "Connection closed"),
        (RuntimeError("Invalid structured content"), "Invalid structured content"),
        (CallToolResult(content=[TextContent(type="text", text="Error executing tool x")], is_error=True), "executing"),
        (CallToolResult(content=[], is_error=True), "answered: "),
        (CallToolResult(content=[TextContent(type="text", text="fine")]), "fine"),
    ],
)
async def test_a_call_that_is_lost_or_breaks_something_is_noted(comes: CallToolResult | Exception, said: str) -> None:
    report = Report(tools=TOOLS)
    await call(Client(comes), Account(TOOLS, random.Random(SEED)), report)
    ((wrong, number),) = report.wrong.items()
    assert said in wrong
    assert number == 1
    assert report.calls == 1


def test_a_soak_keeps_about_as_many_shares_all_the_time() -> None:
    account = Account(["create_share", "delete_share"], random.Random(SEED))
    account.learn("list_vpcs", {"vpcs": [{"id": "v", "region": "atl1"}]})
    numbers = []
    for number in range(1000):
        tool, arguments = account.next_call()
        if tool == "create_share":
            account.learn(tool, {"outcome": "done", "share": {"id": str(number), "name": "n", "region": "atl1"}})
        elif tool == "delete_share":
            account.learn(tool, {"outcome": "deleted", "id": arguments["share"]})
        numbers.append(len(account.shares))
    assert max(numbers) <= SHARES + 1
    assert min(numbers[SHARES:]) >= SHARES * 0.8 - 1
