"""Soaking three replicas and their store over HTTP: many callers at a steady pace, a few of whom misbehave from half
time on.

Used by scripts/soak --http and, small, by scripts/test --system.
"""

import random
import statistics
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import psutil

from .cluster import Cluster
from .constants import NEW_SHARE
from .http_site import ACCEPT, bearer
from .rounds import call_once

FLAT = 0.10
"""By how much the memory of the replicas may grow while some misbehave, over what it was before."""
SLOWER = 2.0
"""How many times as long as before the p95 of those who behave may be meanwhile."""
# The lists that misbehave are of snapshots; nobody else asks for these. Each takes the API so many seconds.
_SLOW_SECONDS, _SLOW_AT_ONCE = 5, 40
_BAD_TOKENS_AT_ONCE, _ENDLESS_AT_ONCE = 8, 8
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
        wrong: What must not happen, and how often it did.
    """

    callers: int
    before: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    misbehaved: Counter[tuple[str, str]] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)
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
            f"while three do not, the others: {_times(self.meanwhile)}; the p95 is {self.ratio:.2f} times as long",
            f"memory of the replicas: {self.memory[0] / 1e6:.0f} MB before, {self.memory[1] / 1e6:.0f} MB after",
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


KINDS = ("slow lists", "bad tokens", "endless headers")
"""How some misbehave."""


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _times(seconds: list[float]) -> str:
    return f"{len(seconds)} calls, p50 {statistics.median(seconds) * 1000:.0f} ms, p95 {_p95(seconds) * 1000:.0f} ms"


async def soak_http(folder: Path, callers: int, seconds: float, pace: float, seed: int) -> Report:
    """Run it.

    Args:
        folder: Where the servers keep what they need.
        callers: How many there are, of whom three misbehave.
        seconds: How long each half takes.
        pace: How many seconds pass from one call of a caller to the next.
        seed: Where chance begins.
    """
    report = Report(callers)
    with ExitStack() as stack:
        # As the server is by default, but for what may be ordered.
        options = ("--allowance-gib", "unlimited")
        cluster = Cluster(stack, folder, unlimited=False, callers=callers, options=options)
        await _admin(cluster, {"kind": "delay", "operation": "list_snapshots", "seconds": _SLOW_SECONDS, "rate": 1})
        made: set[str] = set()
        # The first calls load what later ones use.
        await _behave(cluster, [], pace, min(seconds, 10), seed, made, report)
        await _behave(cluster, report.before, pace, seconds, seed + 1, made, report)
        report.memory.append(_memory(cluster))
        async with anyio.create_task_group() as misbehaving:
            misbehaving.start_soon(_list_slowly, cluster, report)
            misbehaving.start_soon(_try_tokens, cluster, report)
            misbehaving.start_soon(_send_endless_headers, cluster, report)
            await _behave(cluster, report.meanwhile, pace, seconds, seed + 2, made, report)
            misbehaving.cancel_scope.cancel()
        report.memory.append(_memory(cluster))
        names = Counter(share["name"] for share in await cluster.shares())
        report.wrong["shares made twice"] = sum(count > 1 for count in names.values())
        report.wrong["shares that were told to be made and are not there"] = len(made - names.keys())
    report.wrong = +report.wrong
    return report


def _http(cluster: Cluster, token: str) -> httpx.AsyncClient:
    headers = {**bearer(token), **ACCEPT, "host": "nfs.example.com"}
    limits = httpx.Limits(max_connections=_SLOW_AT_ONCE)
    return httpx.AsyncClient(base_url=cluster.url, headers=headers, timeout=120, limits=limits, trust_env=False)


async def _behave(
    cluster: Cluster, took: list[float], pace: float, seconds: float, seed: int, made: set[str], report: Report
) -> None:
    """Let all callers but three call at their pace, each beginning at a moment of its own."""
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


async def _list_slowly(cluster: Cluster, report: Report) -> None:
    """Have as many lists under way at once as one may ask for, each of which takes the API long."""
    async with _http(cluster, cluster.tokens[0]) as http, anyio.create_task_group() as lists:

        async def again() -> None:
            while True:
                answer = await _answer(http, "list_snapshots", {})
                report.misbehaved["slow lists", "answered" if answer else "refused"] += 1
                await anyio.sleep(0.1)

        for _ in range(_SLOW_AT_ONCE):
            lists.start_soon(again)


async def _try_tokens(cluster: Cluster, report: Report) -> None:
    """Try one token after the other."""

    async def guess(number: int) -> None:
        async with _http(cluster, f"guess-{number}") as http:
            while True:
                try:
                    status = str((await http.post("/mcp", content=b"{}")).status_code)
                except httpx.HTTPError as error:
                    status = type(error).__name__
                report.misbehaved["bad tokens", status] += 1
                await anyio.sleep(0.02)

    async with anyio.create_task_group() as guesses:
        for number in range(_BAD_TOKENS_AT_ONCE):
            guesses.start_soon(guess, number)


async def _send_endless_headers(cluster: Cluster, report: Report) -> None:
    """Begin requests whose headers never end, to the proxy and to a replica itself."""
    ports = [urlsplit(url).port or 80 for url in (cluster.url, cluster.replicas[0].url)]

    async def begin(port: int) -> None:
        while True:
            try:
                async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                    await stream.send(b"POST /mcp HTTP/1.1\r\nHost: nfs.example.com\r\n")
                    while True:
                        await stream.send(b"x-endless: " + b"x" * 4000 + b"\r\n")
                        await anyio.sleep(0.01)
            except (OSError, anyio.BrokenResourceError):
                pass
            report.misbehaved["endless headers", "cut off"] += 1
            await anyio.sleep(0.05)

    async with anyio.create_task_group() as beginnings:
        for number in range(_ENDLESS_AT_ONCE):
            beginnings.start_soon(begin, ports[number % 2])


async def _admin(cluster: Cluster, fault: dict[str, Any]) -> None:
    async with httpx.AsyncClient(base_url=cluster.sandbox, trust_env=False) as http:
        (await http.post("/_sandbox/faults", json=fault)).raise_for_status()


def _memory(cluster: Cluster) -> int:
    return sum(psutil.Process(replica.popen.pid).memory_info().rss for replica in cluster.replicas)
