"""Many shares are created while answers are lost in every way there is, and it is counted what became of each."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import anyio
import anyio.lowlevel
import httpx
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_sandbox import Sandbox, SandboxTransport

from .clock import Clock
from .constants import TOKEN, VPC

REGIONS = ("ams3", "atl1", "mem1", "nyc2")
READ_SECONDS = 30
# Of a hundred requests so many go wrong in each way.
OF_CREATES = {
    "drop_before": {"rate": 0.10},
    "drop_after": {"rate": 0.10},
    "truncate": {"rate": 0.10},
    "status": {"rate": 0.10, "status": 500, "after": True},
    "delay": {"rate": 0.10, "seconds": READ_SECONDS + 10},
}
OF_LISTS = {"drop_before": {"rate": 0.05}, "truncate": {"rate": 0.05}, "status": {"rate": 0.05, "status": 503}}


@dataclass
class Counted:
    """What became of the creates. Each list has the names of shares.

    Attributes:
        there_before: How many shares there were before.
        failed: What was reported as not done, with the words.
        missing: Reported as done, and not there.
        doubled: There more than once.
        wrong: Reported with another share's id, or with one that was there before.
        answers: How many requests were answered how, by method.
    """

    there_before: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)


class Counting(SandboxTransport):
    """Counts what came of requests, by method."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.answers = Counter[str]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = await super().handle_async_request(request)
        except httpx.TransportError as error:
            self.answers[f"{request.method} {type(error).__name__}"] += 1
            raise
        self.answers[f"{request.method} {answer.status_code}"] += 1
        return answer


async def create_many(count: int, seed: int, in_flight: int = 16) -> Counted:
    """Create so many shares, so many at once. Of every fourth there is one of the same name, region and size before."""
    clock = Clock()
    with Sandbox(ready_after=0, clock=clock, sleep=clock.sleep) as sandbox:
        transport = Counting(sandbox)
        api = NfsApi.connect(
            "http://sandbox",
            TOKEN,
            read_seconds=READ_SECONDS,
            transport=transport,
            clock=clock,
            sleep=clock.sleep,
        )
        wanted = [(f"share-{n}", REGIONS[n % len(REGIONS)], 50 + n % 7) for n in range(count)]
        for name, region, size_gib in wanted[::4]:
            await api.create_share(name, region, size_gib, [VPC], None)
        before = {share["id"] for share in sandbox.state()["shares"]}
        numbers = random.Random(seed)
        for operation, kinds in {"create_share": OF_CREATES, "list_shares": OF_LISTS}.items():
            for kind, more in kinds.items():
                sandbox.add_fault(kind, operation=operation, seed=numbers.randrange(2**32), **more)

        counted, ids = Counted(there_before=len(before)), dict[str, str]()
        waiting = iter(wanted)

        async def create() -> None:
            for name, region, size_gib in waiting:
                try:
                    ids[name] = (await api.create_share(name, region, size_gib, [VPC], None)).share.id
                except NfsError as error:
                    counted.failed[name] = str(error)

        async with anyio.create_task_group() as group:
            for _ in range(in_flight):
                group.start_soon(create)
        new: dict[str, list[dict[str, Any]]] = {}
        for share in sandbox.state()["shares"]:
            if share["id"] not in before:
                new.setdefault(share["name"], []).append(share)
        for name, region, size_gib in wanted:
            made = new.get(name, [])
            if len(made) > 1:
                counted.doubled.append(name)
            if name in ids and not made:
                counted.missing.append(name)
            elif name in ids and (made[0]["id"], made[0]["region"], made[0]["size_gib"]) != (
                ids[name],
                region,
                size_gib,
            ):
                counted.wrong.append(name)
        counted.answers = transport.answers
        await api.aclose()
    return counted
