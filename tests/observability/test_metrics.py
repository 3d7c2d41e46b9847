"""What is counted of calls, and that no label holds what somebody wrote."""

import re
from collections.abc import Callable

import pytest
from do_nfs_mcp.observability.metrics import Metrics
from do_nfs_mcp.tools import SPECS
from mcp_types import ElicitResult
from prometheus_client.parser import text_string_to_metric_families

from ..support.clock import Clock
from ..support.constants import NEW_SHARE
from ..support.contracts import ROOT
from ..support.in_memory import Connect
from ..support.person import Person
from ..support.prometheus import panels

pytestmark = pytest.mark.anyio

METRIC = re.compile(r"do_nfs_mcp_\w+")


class Read:
    """What Prometheus would read."""

    def __init__(self, page: bytes) -> None:
        self.samples = [sample for family in text_string_to_metric_families(page.decode()) for sample in family.samples]

    def __call__(self, name: str, **labels: str) -> float | None:
        """The value of the one sample with this name and, among others, these labels."""
        found = [s.value for s in self.samples if s.name == f"do_nfs_mcp_{name}" and labels.items() <= s.labels.items()]
        assert len(found) <= 1
        return found[0] if found else None


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    return Metrics([tool.name for tool in SPECS], clock)


async def read(metrics: Metrics) -> Read:
    return Read(await metrics.shown())


async def test_a_call_is_counted_by_tool_and_by_what_came_of_it(connect: Connect, metrics: Metrics) -> None:
    async with connect(metrics=metrics) as assistant:
        await assistant.succeed("list_shares")
        await assistant.succeed("list_shares")
        await assistant.fail("get_share", share="nope")
    shown = await read(metrics)
    assert shown("calls_total", tool="list_shares", outcome="done") == 2
    assert shown("calls_total", tool="get_share", outcome="not_found") == 1
    assert shown("calls_in_flight") == 0


async def test_the_seconds_that_a_call_took_are_counted_by_tool(
    connect: Connect, metrics: Metrics, clock: Clock
) -> None:
    async with connect(metrics=metrics) as assistant:
        before = clock()
        await assistant.succeed("create_share", **NEW_SHARE)
        seconds = clock() - before
    shown = await read(metrics)
    assert seconds > 0
    assert shown("call_duration_seconds_sum", tool="create_share") == seconds
    assert shown("call_duration_seconds_count", tool="create_share") == 1


async def test_calls_are_told_apart_from_a_hundredth_of_a_second_to_a_minute(
    connect: Connect, metrics: Metrics
) -> None:
    async with connect(metrics=metrics) as assistant:
        await assistant.succeed("list_shares")
    shown = await read(metrics)
    buckets = [sample.labels["le"] for sample in shown.samples if sample.name.endswith("_duration_seconds_bucket")]
    assert buckets == [
        *["0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "30.0", "60.0"],
        "+Inf",
    ]
    # Nor is it said of each what counted it.
    assert {label for sample in shown.samples for label in sample.labels} == {"tool", "outcome", "le"}


@pytest.mark.parametrize(
    ("answer", "label", "outcome"),
    [
        (Person.agree, "yes", "done"),
        (lambda *_: ElicitResult(action="decline"), "no", "declined"),
        (lambda *_: ElicitResult(action="cancel"), "closed", "declined"),
    ],
)
async def test_a_question_is_counted_by_who_asked_and_by_its_answer(
    connect: Connect,
    metrics: Metrics,
    person: Person,
    answer: Callable[[str, list[str]], ElicitResult],
    label: str,
    outcome: str,
) -> None:
    person.answer = answer
    async with connect(metrics=metrics) as assistant:
        await assistant.succeed("create_share", **NEW_SHARE)
        await assistant.call("delete_share", share="data")
    shown = await read(metrics)
    assert shown("questions_total", by="host", answer=label) == 1
    assert shown("calls_total", tool="delete_share", outcome=outcome) == 1


async def test_what_is_left_of_the_allowance_and_of_the_rate_limit_is_shown(connect: Connect, metrics: Metrics) -> None:
    async with connect(metrics=metrics, allowance_gib=1000) as assistant:
        before = await read(metrics)
        await assistant.succeed("create_share", **NEW_SHARE)
        after = await read(metrics)
    assert before("rate_limit_remaining") is None
    assert before("allowance_left_gib") == 1000
    assert after("allowance_left_gib") == 1000 - NEW_SHARE["size_gib"]
    assert (after("rate_limit_remaining") or 0) > 0


async def test_without_an_allowance_none_is_shown(connect: Connect, metrics: Metrics) -> None:
    async with connect(metrics=metrics, allowance_gib=None):
        assert (await read(metrics))("allowance_left_gib") is None


async def test_a_tool_that_there_is_none_of_is_not_a_label(connect: Connect, metrics: Metrics) -> None:
    async with connect(metrics=metrics) as assistant:
        await assistant.client.call_tool("dop_v1_" + "0" * 64, {})
    page = await metrics.shown()
    assert Read(page)("calls_total", tool="other") == 1
    assert b"dop_v1" not in page


async def test_the_page_about_it_names_every_metric_and_the_dashboard_no_other(
    connect: Connect, metrics: Metrics
) -> None:
    metrics.count_request("list_shares", 200)
    metrics.count_refusal(401)
    async with connect(metrics=metrics) as assistant:
        await assistant.succeed("create_share", **NEW_SHARE)
        await assistant.succeed("delete_share", share="data")
        shown = set(re.findall(r"^# TYPE (\S+)", (await metrics.shown()).decode(), re.MULTILINE))
    described = re.findall(r"^\| `(do_nfs_mcp_\w+)` \|", (ROOT / "docs/http.md").read_text("utf-8"), re.MULTILINE)
    assert shown == set(described)
    asked = {name for panel in panels() for target in panel["targets"] for name in METRIC.findall(target["expr"])}
    assert {name.removesuffix("_bucket") for name in asked} == shown


async def test_labels_are_words_of_this_server_alone(connect: Connect, metrics: Metrics) -> None:
    async with connect(metrics=metrics) as assistant:
        share = (await assistant.succeed("create_share", **NEW_SHARE))["share"]
        await assistant.succeed("create_snapshot", share=share["id"], name="kept")
        await assistant.succeed("delete_share", share="data", delete_snapshots=True)
    page = (await metrics.shown()).decode()
    for written in (share["id"], "data", "kept"):
        assert f'"{written}"' not in page
