"""Soaking the server: many calls of all tools, while the API misbehaves, over stdio, with both versions of the
protocol.

Used by the suite and by scripts/soak.
"""

import math
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Protocol, TextIO

import anyio
import httpx
import psutil
from mcp import Client, MCPError, StdioServerParameters
from mcp.client import ClientRequestContext
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult

from .constants import PROTOCOL_VERSIONS, TOKEN
from .processes import SANDBOX, running
from .random_calls import SHARES, Account

FLAT = 0.05
"""By how much the memory may grow in the second half."""
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop_before", "rate": 0.005},
    {"kind": "drop_after", "rate": 0.005},
    {"kind": "truncate", "rate": 0.005},
    {"kind": "not_json", "rate": 0.005},
    {"kind": "html", "rate": 0.005},
    {"kind": "status", "status": 500, "rate": 0.003},
    {"kind": "status", "status": 500, "after": True, "rate": 0.003},
    {"kind": "status", "status": 503, "rate": 0.003},
    {"kind": "status", "status": 503, "after": True, "rate": 0.003},
    {"kind": "status", "status": 429, "headers": {"retry-after": "1"}, "rate": 0.003},
    {"kind": "delay", "seconds": 0.1, "rate": 0.005},
    {"kind": "slow_drip", "seconds": 0.02, "rate": 0.005},
    {"kind": "unknown_enum", "rate": 0.01},
    {"kind": "extra_fields", "rate": 0.01},
    {"kind": "missing_optional", "rate": 0.01},
)
_BAD_ANSWERS = {None: "by dropping the connection", 429: "429", 500: "500", 502: "502", 503: "503"}
# In seconds. A call that has no answer by then has none.
_PATIENCE = 60
_SAMPLES = 20


@dataclass
class Report:
    """What came of a run.

    Attributes:
        tools: Every tool there is.
        seconds: How long it took.
        outcomes: How many calls of each tool ended how.
        answers: How often the API answered each status; None is a connection that was dropped.
        questions: How often the person was asked, by what they said.
        processes: The server of each protocol version.
        memory: The resident memory of each server in bytes, at the start and after equal parts of the run.
        wrong: What must not happen, and how often it did.
    """

    tools: list[str] = field(default_factory=list)
    seconds: float = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[int | None] = field(default_factory=Counter)
    questions: Counter[str] = field(default_factory=Counter)
    processes: dict[str, psutil.Process] = field(default_factory=dict)
    memory: dict[str, list[int]] = field(default_factory=lambda: {version: [] for version in PROTOCOL_VERSIONS})
    wrong: Counter[str] = field(default_factory=Counter)

    def measure(self) -> None:
        """Take a sample of the memory."""
        for version, process in self.processes.items():
            self.memory[version].append(process.memory_info().rss)

    @property
    def calls(self) -> int:
        """How many calls there were."""
        return self.outcomes.total()

    def problems(self) -> list[str]:
        """Why the server does not hold."""
        found = [f"{number} times: {what}" for what, number in self.wrong.items()]
        useful = {tool for tool, outcome in self.outcomes if outcome not in {"error", "wrong"}}
        found += [f"{tool} never did what it is for" for tool in self.tools if tool not in useful]
        found += [f"the API never answered {what}" for status, what in _BAD_ANSWERS.items() if not self.answers[status]]
        for version, memory in self.memory.items():
            if (growth := _growth(memory)) > FLAT:
                found.append(f"the memory of the {version} server grew by {growth:.1%} in the second half")
        return found

    def table(self) -> str:
        """All of it, to be read."""
        kinds = sorted({outcome for _, outcome in self.outcomes})
        lines = [f"{'':24}{'calls':>8}" + "".join(f"{kind:>14}" for kind in kinds)]
        for tool in sorted({tool for tool, _ in self.outcomes}):
            numbers = [self.outcomes[tool, kind] for kind in kinds]
            lines.append(f"{tool:24}{sum(numbers):8}" + "".join(f"{number or '':>14}" for number in numbers))
        totals = [sum(n for (_, outcome), n in self.outcomes.items() if outcome == kind) for kind in kinds]
        lines.append(f"{'':24}{self.calls:8}" + "".join(f"{total:>14}" for total in totals))
        said = ", ".join(f"{words} {number}" for words, number in sorted(self.questions.items()))
        answers = ", ".join(f"{s or 'dropped'} {n}" for s, n in sorted(self.answers.items(), key=lambda a: a[0] or 0))
        lines += ["", f"the person said: {said}", f"the API answered: {answers}"]
        for version, memory in self.memory.items():
            start, half, end = (memory[n] / 2**20 for n in (0, len(memory) // 2, -1))
            lines.append(
                f"memory of the {version} server: {start:.1f} MiB at the start, {half:.1f} at half, {end:.1f} at "
                f"the end; {_growth(memory):+.1%} at most in the second half"
            )
        lines.append(f"{self.calls} calls in {self.seconds:.0f} s")
        return "\n".join(lines)


async def soak(calls: int, in_flight: int, seed: int) -> Report:
    """Call all tools at random.

    Args:
        calls: How many calls are made.
        in_flight: How many at once; half of them to a server of each protocol version.
        seed: Where chance begins.
    """
    report = Report()
    account = Account(report.tools, random.Random(seed))
    numbers = iter(range(calls))
    with _sandbox(seed) as url, tempfile.TemporaryFile("w+") as log:
        async with (
            httpx.AsyncClient(base_url=url, trust_env=False) as sandbox,
            _server(url, "legacy", account, report, log) as before,
            _server(url, "2026-07-28", account, report, log) as modern,
            anyio.create_task_group() as counting,
        ):
            counting.start_soon(_count_answers, sandbox, report)
            start = time.monotonic()

            async def call_on(client: Client) -> None:
                for number in numbers:
                    if number % max(1, calls // _SAMPLES) == 0:
                        report.measure()
                    await call(client, account, report)

            async with anyio.create_task_group() as callers:
                for client, _ in zip(cycle((before, modern)), range(in_flight), strict=False):
                    callers.start_soon(call_on, client)
            report.measure()
            report.seconds = time.monotonic() - start
            counting.cancel_scope.cancel()
        log.seek(0)
        report.wrong.update(line.rstrip() for line in log if line.startswith(("Traceback", "ERROR", "CRITICAL")))
    return report


class Calls(Protocol):
    """What is needed of a client."""

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        """Call a tool by its name."""


async def call(client: Calls, account: Account, report: Report) -> None:
    tool, arguments = account.next_call()
    outcome = "wrong"
    try:
        with anyio.fail_after(_PATIENCE):
            result = await client.call_tool(tool, arguments)
    except TimeoutError:
        report.wrong[f"{tool} was not answered in {_PATIENCE} s"] += 1
    except (MCPError, RuntimeError, ValueError) as error:
        report.wrong[f"{tool}: {type(error).__name__}: {error}"] += 1
    else:
        words = result.content[0].text if result.content and result.content[0].type == "text" else ""
        answer = result.structured_content
        if result.is_error and words and not words.startswith("Error executing tool"):
            outcome = "error"
            account.forget(arguments)
        elif answer is not None and not result.is_error:
            outcome = answer.get("outcome", "shown")
            account.learn(tool, answer)
        else:
            report.wrong[f"{tool} answered: {words}"] += 1
    report.outcomes[tool, outcome] += 1


@asynccontextmanager
async def _server(url: str, version: str, account: Account, report: Report, log: TextIO) -> AsyncIterator[Client]:
    """A server in a process of its own, and its client."""

    async def answer(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        words, result = account.answer(params.message)
        report.questions[words] += 1
        return result

    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "do_nfs_mcp", "--api-url", url, "--wait-seconds", "2"],
        env={"DIGITALOCEAN_ACCESS_TOKEN": TOKEN},
    )
    before = set(psutil.Process().children())
    async with Client(stdio_client(command, log), mode=version, elicitation_callback=answer) as client:
        report.tools[:] = [tool.name for tool in (await client.list_tools()).tools]
        (report.processes[version],) = set(psutil.Process().children()) - before
        yield client


@contextmanager
def _sandbox(seed: int) -> Iterator[str]:
    """A sandbox that misbehaves, on a port, in a process of its own."""
    with running(*SANDBOX, "--admin", "--ready-after", "0") as process:
        with httpx.Client(base_url=process.url, trust_env=False) as sandbox:
            sandbox.post("/_sandbox/seed", json={"scenario": "many", "shares": SHARES}).raise_for_status()
            faults = [{**fault, "seed": seed + number} for number, fault in enumerate(FAULTS)]
            sandbox.post("/_sandbox/faults", json=faults).raise_for_status()
        yield process.url


async def _count_answers(sandbox: httpx.AsyncClient, report: Report) -> None:
    # The sandbox remembers its last 1,000 requests.
    while True:
        await anyio.sleep(0.5)
        requests = (await sandbox.get("/_sandbox/requests")).json()["requests"]
        await sandbox.delete("/_sandbox/requests")
        report.answers.update(request["status"] for request in requests)


def _growth(memory: list[int]) -> float:
    """By how much it grew at most after the half, as a part of what it was then."""
    half = len(memory) // 2
    return max(memory[half:]) / memory[half] - 1 if memory else math.inf
