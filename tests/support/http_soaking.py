"""Soaking three replicas and their store over HTTP: many callers at a steady pace, a few of whom misbehave from half
time on.

Used by scripts/soak --http and, small, by scripts/test --system.
"""

import json
import os
import random
import ssl
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx
import psutil

from . import http_attacks
from .cluster import Cluster
from .constants import NEW_SHARE
from .contracts import ROOT
from .http_attacks import HOST, KINDS
from .http_site import ACCEPT, bearer
from .rounds import call_once

FLAT = 0.10
"""By how much the memory of the replicas may grow while some misbehave, over what it was before."""
SLOWER = 2.0
"""How many times as long as before the p95 of those who behave may be meanwhile."""
# The lists that misbehave are of snapshots; nobody else asks for these. Each takes the API so many seconds.
_SLOW_SECONDS = 5
# Each client would make one of its own, for 20 ms in which every call that is under way seems to take longer.
_TLS = ssl.create_default_context()
# One call of so many makes a share.
_MAKING = 10


@dataclass
class Report:
    """What came of it.

    Attributes:
        callers: How many there were, those who misbehaved with them.
        before: How long each call took while all behaved, in seconds.
        meanwhile: The same of those who behave, while others did not.
        misbehaved: How often each kind of misbehaviour was answered how.
        memory: The resident memory of the replicas in bytes, before and after.
        processor: How many seconds of a processor the replicas took, before and meanwhile.
        wrong: What must not happen, and how often it did.
    """

    callers: int
    before: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    misbehaved: Counter[tuple[str, str]] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def ratio(self) -> float:
        """How many times as long the p95 was while some misbehaved."""
        return _p95(self.meanwhile) / _p95(self.before)

    def table(self) -> str:
        """What happened, for a person."""
        lines = [
            f"{self.callers} callers, three replicas",
            f"while all behave: {_times(self.before)}",
            f"while some do not, the others: {_times(self.meanwhile)}; the p95 is {self.ratio:.2f} times as long",
            f"memory of the replicas: {self.memory[0] / 1e6:.0f} MB before, {self.memory[1] / 1e6:.0f} MB after",
            f"processor of the replicas: {self.processor[0]:.1f} s before, {self.processor[1]:.1f} s meanwhile",
        ]
        lines += [f"{kind}: {answer} {count} times" for (kind, answer), count in sorted(self.misbehaved.items())]
        return "\n".join(lines)

    def problems(self) -> list[str]:
        """What must not be so, as sentences; empty if all is well."""
        found = [f"{what}: {count}" for what, count in self.wrong.items()]
        if self.ratio > SLOWER:
            found.append(f"the p95 of those who behave is {self.ratio:.2f} times what it was")
        if self.memory[1] > self.memory[0] * (1 + FLAT):
            found.append(f"memory grew from {self.memory[0]} to {self.memory[1]} bytes")
        return found + [f"nobody tried {kind}" for kind in KINDS if not any(k == kind for k, _ in self.misbehaved)]


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _times(seconds: list[float]) -> str:
    return f"{len(seconds)} calls, p50 {statistics.median(seconds) * 1000:.0f} ms, p95 {_p95(seconds) * 1000:.0f} ms"


async def soak_http(folder: Path, callers: int, seconds: float, pace: float, seed: int) -> Report:
    """Run it.

    Args:
        folder: Where the servers keep what they need.
        callers: How many there are; the first three are not among those who behave.
        seconds: How long each half takes.
        pace: How many seconds pass from one call of a caller to the next.
        seed: Where chance begins.
    """
    report = Report(callers)
    with ExitStack() as stack:
        # As the server is by default, but for what may be ordered.
        options = ("--allowance-gib", "unlimited")
        cluster = Cluster(stack, folder, unlimited=False, callers=callers, options=options)
        made: set[str] = set()
        names: Counter[str] = Counter()
        # The first calls load what later ones use.
        await _behave(cluster, [], pace, min(seconds, 10), seed, made, report)
        await _start_over(cluster, names)
        used = _processor(cluster)
        await _behave(cluster, report.before, pace, seconds, seed + 1, made, report)
        report.memory.append(_memory(cluster))
        report.processor.append(_processor(cluster) - used)
        await _start_over(cluster, names)
        used = _processor(cluster)
        async with _attacked(cluster, report):
            await _behave(cluster, report.meanwhile, pace, seconds, seed + 2, made, report)
        report.memory.append(_memory(cluster))
        report.processor.append(_processor(cluster) - used)
        await _start_over(cluster, names)
        report.wrong["shares made twice"] = sum(count > 1 for count in names.values())
        report.wrong["shares that were told to be made and are not there"] = len(made - names.keys())
    report.wrong = +report.wrong
    return report


def _http(cluster: Cluster, token: str) -> httpx.AsyncClient:
    headers = {**bearer(token), **ACCEPT, "host": HOST}
    return httpx.AsyncClient(base_url=cluster.url, headers=headers, timeout=120, trust_env=False, verify=_TLS)


async def _behave(
    cluster: Cluster, took: list[float], pace: float, seconds: float, seed: int, made: set[str], report: Report
) -> None:
    """Let all callers but the first three call at their pace, each beginning at a moment of its own."""
    ends = time.monotonic() + seconds

    async def caller(number: int) -> None:
        chance = random.Random(f"{seed}/{number}")
        await anyio.sleep(chance.random() * pace)
        async with _http(cluster, cluster.tokens[number]) as http:
            turn = 0
            while time.monotonic() < ends:
                began = time.monotonic()
                turn += 1
                name = f"s{seed}-{number}-{turn}"
                if (number + turn) % _MAKING:
                    answer = await _answer(http, "list_shares", {"limit": 5})
                else:
                    answer = await _answer(http, "create_share", {**NEW_SHARE, "name": name, "wait": False})
                    if answer is not None:
                        made.add(name)
                took.append(time.monotonic() - began)
                if answer is None:
                    report.wrong["calls of those who behave that failed"] += 1
                await anyio.sleep(max(0, began + pace - time.monotonic()))

    async with anyio.create_task_group() as all_callers:
        for number in range(3, report.callers):
            all_callers.start_soon(caller, number)


async def _answer(http: httpx.AsyncClient, tool: str, arguments: dict[str, Any]) -> Any:
    try:
        answer = await call_once(http, tool, arguments)
    except (httpx.HTTPError, ValueError):
        return None
    result = answer.get("result", {})
    return None if result.get("isError") else result.get("structuredContent")


@asynccontextmanager
async def _attacked(cluster: Cluster, report: Report) -> AsyncIterator[None]:
    """Have some misbehave while the block runs."""
    addresses = [cluster.url, cluster.replicas[0].url]
    command = [sys.executable, "-m", http_attacks.__name__, *addresses, *cluster.tokens[:2]]
    async with await anyio.open_process(command, stderr=None, cwd=ROOT) as attackers:
        assert attackers.stdin
        assert attackers.stdout
        assert await attackers.stdout.receive() == os.linesep.encode()
        yield
        await attackers.stdin.aclose()
        said = b"".join([part async for part in attackers.stdout])
    report.misbehaved.update({(kind, answer): count for kind, answer, count in json.loads(said)})


async def _start_over(cluster: Cluster, names: Counter[str]) -> None:
    """Count the names of the shares that were made, and take them away: a call takes the longer the more there are."""
    names.update(share["name"] for share in await cluster.shares())
    slow = {"kind": "delay", "operation": "list_snapshots", "seconds": _SLOW_SECONDS, "rate": 1}
    async with httpx.AsyncClient(base_url=cluster.sandbox, timeout=120, trust_env=False) as http:
        (await http.post("/_sandbox/reset")).raise_for_status()
        (await http.post("/_sandbox/faults", json=slow)).raise_for_status()


def _memory(cluster: Cluster) -> int:
    return sum(psutil.Process(replica.popen.pid).memory_info().rss for replica in cluster.replicas)


def _processor(cluster: Cluster) -> float:
    times = [psutil.Process(replica.popen.pid).cpu_times() for replica in cluster.replicas]
    return sum(taken.user + taken.system for taken in times)
