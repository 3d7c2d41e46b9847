"""Soaking the server: many calls of all tools, while the API misbehaves, over stdio, with both versions of the
protocol.

Used by the suite and by scripts/soak.
"""

import math
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any, Protocol, TextIO

import anyio
import httpx
import psutil
from mcp import Client, MCPError, StdioServerParameters
from mcp.client import ClientRequestContext
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult

TOKEN = "dop_v1_" + "50a6" * 16
PROTOCOL_VERSIONS = {"before 2026-07-28": "legacy", "2026-07-28": "2026-07-28"}
FLAT = 0.05
"""By how much the memory may grow in the second half."""
SHARES = 50
"""About how many shares there are at any time."""
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
# What is called instead of a tool that finds nothing to work on.
_INSTEAD = {
    "get_snapshot": "create_snapshot",
    "delete_snapshot": "create_snapshot",
    "prune_snapshots": "create_snapshot",
    "get_access_point": "create_access_point",
    "delete_access_point": "create_access_point",
    "detach_share": "attach_share",
    "reassign_share": "attach_share",
    "create_share": "get_share",
    "delete_share": "create_share",
}
_GONE = {"deleted", "already_gone"}


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
                found.append(f"the memory of the server of {version} grew by {growth:.1%} in the second half")
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
                f"memory of the server of {version}: {start:.1f} MiB at the start, {half:.1f} at half, {end:.1f} at "
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
            _server(url, "before 2026-07-28", account, report, log) as before,
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


class Account:
    """What somebody who only sees the tools' answers knows of the account, and would do next."""

    def __init__(self, tools: list[str], chance: random.Random) -> None:
        self._tools = tools
        self._chance = chance
        self._names = count(1)
        self._shares: dict[str, dict[str, Any]] = {}
        self._snapshots: dict[str, str] = {}
        self._points: dict[str, str] = {}
        self._vpcs: dict[str, list[str]] = {}
        self._actions: deque[int] = deque(maxlen=20)

    @property
    def shares(self) -> int:
        """How many shares are known."""
        return len(self._shares)

    def next_call(self) -> tuple[str, dict[str, Any]]:
        """A tool and arguments, about as many of each, and of which most make sense."""
        if not self._vpcs:
            return "list_vpcs", {}
        tool = self._chance.choice(self._tools)
        while (arguments := self._arguments(tool)) is None:
            tool = _INSTEAD.get(tool, "list_shares")
        return tool, arguments

    def _arguments(self, tool: str) -> dict[str, Any] | None:
        """None if there is nothing that the tool would make sense for."""
        pick, wait = self._pick, {"wait": self._chance.random() < 0.25}
        name = f"soak-{next(self._names)}"
        share_id, share = pick(self._shares.items()) or ("", dict[str, Any]())
        region = share.get("region") or pick(self._vpcs)
        vpcs: list[str] = share.get("vpc_ids") or []
        other = pick(vpc for vpc in self._vpcs.get(region, []) if vpc not in vpcs)
        match tool:
            case "get_storage_overview" | "list_vpcs":
                return {}
            case "list_shares" | "list_snapshots":
                return {"limit": 100}
            case "create_share":
                size = self._chance.randint(50, 100)
                order = {"name": name, "region": region, "size_gib": size, "vpc_ids": self._vpcs[region][:1], **wait}
                return order if len(self._shares) <= SHARES else None
            case "get_snapshot" | "delete_snapshot":
                return _given(nfs_snapshot_id=pick(self._snapshots))
            case "get_access_point" | "delete_access_point":
                return _given(access_point_id=pick(self._points))
            case "prune_snapshots":
                return _given(share=pick(self._snapshots.values()), keep_last=self._chance.randint(0, 1))
            case "wait_until_ready":
                return pick(({"share": share_id}, *({"action_id": number} for number in self._actions)))
        if not share_id:
            return None
        # By its name now and then, which is looked up.
        named: dict[str, Any] = {"share": share["name"] if self._chance.random() < 0.1 else share_id}
        match tool:
            case "get_share" | "get_mount_instructions" | "list_access_points":
                return named
            case "delete_share":
                bare = pick(self._shares.keys() - self._snapshots.values())
                return _given(share=bare) if len(self._shares) >= SHARES * 0.8 else None
            case "create_snapshot":
                return {**named, "name": name, **wait}
            case "create_access_point":
                return _given(**named, name=name, path=f"/{name}", vpc_id=pick(self._vpcs[region]), **wait)
            case "resize_share":
                return {**named, "size_gib": share.get("size_gib", 50) + self._chance.randint(1, 5), **wait}
            case "switch_performance_tier":
                low = share.get("performance_tier") != "high"
                return {**named, "performance_tier": "high", **wait} if low else None
            case "attach_share":
                return _given(**named, vpc_id=other, **wait)
            case "detach_share":
                return _given(**named, vpc_id=pick(vpcs), **wait)
            case "reassign_share":
                return _given(**named, old_vpc_id=pick(vpcs), new_vpc_id=other, **wait)
        raise ValueError(f"no call of {tool} is known")

    def learn(self, tool: str, told: dict[str, Any]) -> None:
        """Take in what a call of a tool was answered."""
        if tool in {"get_mount_instructions", "get_storage_overview"}:
            return
        if tool == "list_shares":
            self._shares.clear()
        if tool == "list_snapshots":
            self._snapshots.clear()
        for vpc in told.get("vpcs", []):
            known = self._vpcs.setdefault(vpc["region"], [])
            known.extend({vpc["id"]} - set(known))
        for share in (*told.get("shares", []), *([told] if tool == "get_share" else []), told.get("share")):
            if share and {"id", "name", "region"} <= share.keys():
                self._shares[share["id"]] = share
        for snapshot in (*told.get("snapshots", []), told.get("snapshot")):
            if snapshot and {"id", "share_id"} <= snapshot.keys():
                self._snapshots[snapshot["id"]] = snapshot["share_id"]
        for point in (*told.get("access_points", []), told.get("access_point")):
            if point and not point.get("is_default") and point.get("status") == "ACCESS_POINT_ACTIVE":
                self._points[point["id"]] = point["share_id"]
        if (number := (told.get("action") or {}).get("id", "")).isdigit():
            self._actions.append(int(number))
        match tool:
            case "delete_share" if told.get("outcome") in _GONE:
                self._shares.pop(told["id"], None)
                self._points = {point: share for point, share in self._points.items() if share != told["id"]}
            case "delete_snapshot" if told.get("outcome") in _GONE:
                self._snapshots.pop(told["id"], None)
            case "delete_access_point" if told.get("outcome") in _GONE:
                self._points.pop(told["id"], None)
            case "prune_snapshots":
                for snapshot in told["snapshots"]:
                    self._snapshots.pop(snapshot["id"], None)

    def forget(self, arguments: dict[str, Any]) -> None:
        """Take in that a call failed: what it was about may be gone."""
        self._points.pop(arguments.get("access_point_id", ""), None)
        self._snapshots.pop(arguments.get("nfs_snapshot_id", ""), None)

    def answer(self, question: str) -> tuple[str, ElicitResult]:
        """What a person says who mostly agrees, and a word for it."""
        named = re.search(r'"(.+?)"', question)
        agreed = {"name": named[1] if named else "", "confirm": True}
        answers = {
            "yes": ElicitResult(action="accept", content=agreed),
            "something else": ElicitResult(action="accept", content={"name": "else", "confirm": False}),
            "no": ElicitResult(action="decline"),
            "nothing": ElicitResult(action="cancel"),
        }
        (words,) = self._chance.choices(list(answers), weights=[20, 1, 1, 1])
        return words, answers[words]

    def _pick(self, things: Iterable[Any]) -> Any:
        """One of them, or None if there are none."""
        return self._chance.choice(list(things) or [None])


def _given(**arguments: Any) -> dict[str, Any] | None:
    return None if None in arguments.values() else arguments


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
        told = result.structured_content
        if result.is_error and words and not words.startswith("Error executing tool"):
            outcome = "error"
            account.forget(arguments)
        elif told is not None and not result.is_error:
            outcome = told.get("outcome", "shown")
            account.learn(tool, told)
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
    async with Client(
        stdio_client(command, log), mode=PROTOCOL_VERSIONS[version], elicitation_callback=answer
    ) as client:
        report.tools[:] = [tool.name for tool in (await client.list_tools()).tools]
        (report.processes[version],) = set(psutil.Process().children()) - before
        yield client


@contextmanager
def _sandbox(seed: int) -> Iterator[str]:
    """A sandbox that misbehaves, on a port, in a process of its own."""
    command = [sys.executable, "-m", "do_nfs_sandbox", "--port", "0", "--admin", "--ready-after", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            announced = re.search(r"http://\S+?(?=;)", process.stderr.readline())
            assert announced
            with httpx.Client(base_url=announced[0], trust_env=False) as sandbox:
                sandbox.post("/_sandbox/seed", json={"scenario": "many", "shares": SHARES}).raise_for_status()
                faults = [{**fault, "seed": seed + number} for number, fault in enumerate(FAULTS)]
                sandbox.post("/_sandbox/faults", json=faults).raise_for_status()
            yield announced[0]
        finally:
            process.terminate()


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
