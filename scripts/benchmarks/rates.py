"""The sandbox beside Stoplight Prism, which answers with examples of the contract; and many shares beside few."""

import asyncio
import json
import tempfile
import time
from functools import partial
from pathlib import Path

from do_nfs_sandbox import Sandbox

from benchmarks.findings import Finding, in_turn
from benchmarks.peers import CONTRACT, PRISM, TOKEN, UnavailableError, npm
from benchmarks.processes import running, sandbox
from benchmarks.wire import request, send

VPC = "796c6fe3-2a1d-4da2-9f3e-38239827dc91"
CREATE = request("POST", "/v2/nfs", TOKEN, {"name": "bench", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]})
LIST = request("GET", "/v2/nfs", TOKEN)
CONNECTIONS = 8
REQUESTS = 4000
UNIT = "requests a second"
LISTS_AND_SNAPSHOTS = "sandbox: such lists and snapshots"
WANTED = [(LISTS_AND_SNAPSHOTS, PRISM.partition("/")[2], 3.0)]
"""Of what, over whom, and the worst that will do."""


def measure(rounds: int) -> tuple[list[Finding], dict[str, str]]:
    """Requests a second over several connections, and who was left out for what reason."""
    with tempfile.TemporaryDirectory() as folder:
        findings, left_out = _many_and_few(rounds, Path(folder)), {}
        try:
            prism = npm(PRISM).parents[1] / ".bin/prism"
            findings = _beside_prism(prism, rounds, Path(folder)) + findings
        except UnavailableError as error:
            left_out[PRISM] = str(error)
        return findings, left_out


def _rate(port: int, *messages: bytes) -> float:
    async def run() -> float:
        await asyncio.gather(*(send(port, *messages, count=20) for _ in range(CONNECTIONS)))
        start = time.perf_counter()
        await asyncio.gather(*(send(port, *messages, count=REQUESTS // CONNECTIONS) for _ in range(CONNECTIONS)))
        return REQUESTS / (time.perf_counter() - start)

    return asyncio.run(run())


def _contract_with(shares: bytes, folder: Path) -> Path:
    """The contract, with these shares as the example that Prism answers a list with."""
    document = json.loads(CONTRACT.read_text(encoding="utf-8"))
    answer = document["paths"]["/v2/nfs"]["get"]["responses"]["200"]["content"]["application/json"]
    answer["example"] = json.loads(shares)
    path = folder / "contract.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _beside_prism(prism: Path, rounds: int, folder: Path) -> list[Finding]:
    # One whose shares are ready at once, to take snapshots of; and one as it is when nothing is asked for.
    with running(sandbox("--ready-after", "0")) as full, running(sandbox()) as fresh:
        asyncio.run(send(full, CREATE, count=100))
        shares = asyncio.run(send(full, LIST)).partition(b"\r\n\r\n")[2]
        # The sandbox keeps an answer until something changes; so let something change.
        path = f"/v2/nfs/{json.loads(shares)['shares'][0]['id']}/actions"
        snapshot = request("POST", path, TOKEN, {"type": "snapshot", "params": {"name": "s"}})
        contract = str(_contract_with(shares, folder))
        command = [str(prism), "mock", contract, "--port", "0", "--verboseLevel", "info"]
        with running(command, r"listening on http://127\.0\.0\.1:(\d+)") as other:
            return [
                in_turn(
                    Finding(what, UNIT, "more"),
                    rounds,
                    {
                        "do-nfs-sandbox": partial(_rate, port, *messages),
                        PRISM.partition("/")[2]: partial(_rate, other, *messages),
                    },
                )
                for what, port, messages in (
                    ("sandbox: list 100 shares", full, [LIST]),
                    (LISTS_AND_SNAPSHOTS, full, [LIST, snapshot]),
                    ("sandbox: create a share", fresh, [CREATE]),
                )
            ]


def _many_and_few(rounds: int, folder: Path) -> list[Finding]:
    asked = {}
    for count in (100, 100_000):
        with Sandbox(folder / f"{count}.db", seed={"scenario": "many", "shares": count}) as made:
            # More than the sandbox keeps answers of, from all over.
            shares = made.store.shares()
            asked[count] = [request("GET", f"/v2/nfs/{shares[n * count // 100]['id']}", TOKEN) for n in range(100)]
    with (
        running(sandbox("--db", str(folder / "100.db"))) as few,
        running(sandbox("--db", str(folder / "100000.db"))) as many,
    ):
        finding = Finding("sandbox: get a share from a file", UNIT, "more")
        contenders = {
            "of 100,000": lambda: _rate(many, *asked[100_000]),
            "of 100": lambda: _rate(few, *asked[100]),
        }
        return [in_turn(finding, rounds, contenders)]
