"""What people ask for gets done with few calls, each made from the texts of those before, in both protocol versions."""

import pytest

from ..support.contracts import ROOT
from ..support.conversations import Scenario, Tally, page, play, play_plain
from ..support.scenarios import SCENARIOS

pytestmark = pytest.mark.anyio

PAGE = ROOT / "docs/scenarios.md"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
async def test_every_request_of_a_person_gets_done(scenario: Scenario, protocol_version: str) -> None:
    await play(scenario, protocol_version)


async def test_the_page_says_what_the_conversations_take(protocol_version: str) -> None:
    now = page([(scenario, await play(scenario, protocol_version)) for scenario in SCENARIOS])
    assert PAGE.read_text(encoding="utf-8") == now, "Run scripts/docs."


async def test_requests_take_at_most_half_of_what_a_tool_for_each_endpoint_takes() -> None:
    ours, plain = Tally(), Tally()
    for scenario in SCENARIOS:
        there = await play_plain(scenario)
        if scenario.compared:
            ours, plain = ours + await play(scenario, "2026-07-28"), plain + there
    assert ours.calls <= plain.calls / 2
    assert ours.text <= plain.text / 2
    assert ours.whole <= plain.whole / 2
