"""What a model calls and reads to do what people ask, here and on the server that FastMCP makes of the contract.

The conversations are those of tests/support/scenarios.py, and their figures are the same everywhere.
"""

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

import _env

from benchmarks.findings import Finding
from benchmarks.peers import CONTRACT, FASTMCP, OURS, UnavailableError, fastmcp

if TYPE_CHECKING:
    from tests.support.conversations import Scenario, Tally


def measure(poll: float) -> tuple[list[Finding], dict[str, str]]:
    """Calls and bytes of each conversation and of all, and who was left out for what reason.

    Args:
        poll: How many seconds the assistant pauses before it looks again where the server does not wait.
    """
    logging.disable(logging.INFO)
    sys.path.insert(0, str(_env.ROOT))
    from tests.support.conversations import Tally, play
    from tests.support.scenarios import SCENARIOS

    try:
        python = fastmcp()
    except UnavailableError as error:
        return [], {FASTMCP: str(error)}

    async def both(scenario: "Scenario") -> tuple[Tally, Tally]:
        return await play(scenario, "2026-07-28"), await _play_fastmcp(python, scenario, poll)

    totals, findings = (Tally(), Tally()), []
    for scenario in SCENARIOS:
        ours, plain = asyncio.run(both(scenario))
        # Where nothing keeps FastMCP's server from deleting, it comes to another end.
        if scenario.compared:
            totals = (totals[0] + ours, totals[1] + plain)
            findings.append(Finding(scenario.title[:40], "calls", values=_pair(ours.calls, plain.calls)))
    findings.append(Finding("all conversations", "calls", values=_pair(totals[0].calls, totals[1].calls)))
    findings.append(Finding("all conversations", "bytes of text", values=_pair(totals[0].text, totals[1].text)))
    findings.append(Finding("all conversations", "with structured", values=_pair(totals[0].whole, totals[1].whole)))
    return findings, {}


def _pair(ours: int, plain: int) -> dict[str, list[float]]:
    return {OURS: [ours], FASTMCP: [plain]}


async def _play_fastmcp(python: str, scenario: "Scenario", poll: float) -> "Tally":
    """Play a scenario through FastMCP's server, over stdio, on a sandbox on a port."""
    from do_nfs_sandbox.http.serving import serve
    from mcp import Client, StdioServerParameters

    from tests.support.clock import Clock
    from tests.support.constants import TOKEN
    from tests.support.conversations import Talk

    clock = Clock()
    with scenario.sandbox(clock) as sandbox, serve(sandbox) as url:
        arguments = [str(_env.ROOT / "scripts/benchmarks/plain_server.py"), str(CONTRACT), url, TOKEN]
        async with Client(StdioServerParameters(command=python, args=arguments)) as client:
            talk = Talk(client, clock, poll=poll)
            await scenario.plain(talk)
        scenario.plain_outcome(sandbox.state())
    return talk.tally
