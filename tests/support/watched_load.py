"""Three replicas under load while a real Prometheus reads them: all that the dashboard shows happens.

Used by scripts/dashboard and, short, by scripts/test --system.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
from mcp_types import ElicitResult

from .cluster import Cluster
from .constants import NEW_SHARE
from .http_site import ACCEPT, INITIALIZE, bearer
from .prometheus import Prometheus

# Of all list_snapshots, as the API's own trouble.
_FAULT = {"kind": "status", "status": 503, "operation": "list_snapshots", "rate": 0.3}
CALLERS = 4


@dataclass(frozen=True)
class Watched:
    """What Prometheus knows of the load. start, end: When it began and ended, in seconds since 1970."""

    prometheus: Prometheus
    start: float
    end: float

    def series(self, panel: dict[str, Any]) -> list[dict[str, Any]]:
        """What a panel of the dashboard shows."""
        return [
            found
            for target in panel["targets"]
            for found in self.prometheus.series(target["expr"], self.start, self.end)
        ]


@contextmanager
def watched_load(folder: Path, seconds: float) -> Iterator[Watched]:
    """Run the replicas and the load for so many seconds, and give what Prometheus has read of it."""
    with ExitStack() as stack:
        options = ("--caller-requests-per-minute", "0", "--max-in-flight", "64", "--metrics")
        cluster = Cluster(stack, folder, unlimited=False, options=options)
        prometheus = Prometheus(folder, [replica.url.removeprefix("http://") for replica in cluster.replicas])
        stack.callback(prometheus.stop)
        start = time.time()
        anyio.run(_load, cluster, seconds)
        yield Watched(prometheus, start, time.time())


async def _load(cluster: Cluster, seconds: float) -> None:
    async with httpx.AsyncClient(base_url=cluster.sandbox, trust_env=False) as http:
        (await http.post("/_sandbox/faults", json=_FAULT)).raise_for_status()
    ends = time.monotonic() + seconds
    async with anyio.create_task_group() as group:
        for number in range(CALLERS):
            group.start_soon(_work, cluster, number, ends)
        group.start_soon(_guess, cluster, ends)


async def _work(cluster: Cluster, number: int, ends: float) -> None:
    async def agree(_: Any, params: Any) -> ElicitResult:
        named = "name" in params.requested_schema["properties"]
        return ElicitResult(action="accept", content={"name": name} if named else {"confirm": True})

    async with cluster.client(elicitation_callback=agree) as client:
        round_ = 0
        while time.monotonic() < ends:
            name = f"load-{number}-{round_}"
            await client.call_tool("create_share", {**NEW_SHARE, "name": name, "size_gib": 50})
            for tool, arguments in (
                ("list_shares", {}),
                ("list_snapshots", {}),
                ("get_share", {"share": name}),
                ("get_share", {"share": "nothing-has-this-name"}),
                ("delete_share", {"share": name}),
            ):
                await client.call_tool(tool, arguments)
            round_ += 1


async def _guess(cluster: Cluster, ends: float) -> None:
    headers = {**ACCEPT, **bearer("no-token-at-all"), "host": "nfs.example.com"}
    async with httpx.AsyncClient(base_url=cluster.url, headers=headers, trust_env=False) as http:
        while time.monotonic() < ends:
            await http.post("/mcp", json=INITIALIZE)
            await anyio.sleep(0.5)
