"""What a window of a host costs: most start a server, list its tools, and never call one."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from benchmarks.findings import Book, Finding
from benchmarks.peers import FLOOR, OURS, TOKEN, VENDOR, servers
from benchmarks.processes import Stdio, environment, memory_mb, processor_ms, running, sandbox

BUSY = ", cores busy"
INITIALIZE = "spawn to initialize answer"
TOOLS = "spawn to tools/list answer"
MEMORY = "memory of a window that never calls"
PROCESSOR = "processor time of a window that never calls"
FIRST_CALL = "first call after idle, beside others' start and first call"
SHOWN = {
    INITIALIZE: "From the start of the process to the answer to initialize",
    TOOLS: "From the start of the process to the answer to tools/list",
    MEMORY: "Memory of a window that never calls, a second later",
    PROCESSOR: "Processor time of such a window until then",
    FIRST_CALL: "The first call of such a window, beside others' start and first call",
    TOOLS + BUSY: "From the start to the answer to tools/list while four loops keep both cores busy",
    FIRST_CALL + BUSY: "The first call, beside others' start and first call, while they do",
}
"""What the chart shows of it, and what it says was measured."""
WANTED = (
    (INITIALIZE, FLOOR, 0.12),
    (TOOLS, FLOOR, 0.15),
    (INITIALIZE + BUSY, FLOOR, 0.20),
    (TOOLS + BUSY, FLOOR, 0.20),
    (MEMORY, VENDOR, 1.3),
    (PROCESSOR, FLOOR, 0.12),
    (FIRST_CALL, FLOOR, 1.10),
    (FIRST_CALL + BUSY, FLOOR, 1.10),
)
"""The ratios that the project holds itself to: of what, over whom, and the worst that will do."""
_LOOPS = 4
_IDLE_SECONDS = 1


def measure(rounds: int) -> tuple[list[Finding], dict[str, str]]:
    """All that is measured of windows, and who was left out for what reason.

    Args:
        rounds: How many times each server has its turn, with nothing else running and with every core at work.
    """
    book = Book()
    with running(sandbox()) as port:
        peers, left_out = servers(f"http://127.0.0.1:{port}")
        for peer in peers:
            # The first start writes what Python compiled.
            with Stdio(peer.stdio, environment(TOKEN)) as server:
                server.call_ms(peer.tool)
        for load, others in (("", nullcontext), (BUSY, _every_core_busy)):
            with others():
                for _ in range(rounds):
                    for peer in peers:
                        with Stdio(peer.stdio, environment(TOKEN)) as server:
                            server.request("tools/list")
                            listed_ms = server.since_start_ms
                            time.sleep(_IDLE_SECONDS)
                            book.add(INITIALIZE + load, "ms", peer.name, server.started_ms)
                            book.add(TOOLS + load, "ms", peer.name, listed_ms)
                            book.add(MEMORY + load, "MB", peer.name, memory_mb(server.process, "VmRSS"))
                            book.add(PROCESSOR + load, "ms", peer.name, processor_ms(server.process))
                            call_ms = server.call_ms(peer.tool)
                            if peer.name == OURS:
                                book.add(FIRST_CALL + load, "ms", peer.name, call_ms)
                        if peer.name != OURS:
                            with Stdio(peer.stdio, environment(TOKEN)) as server:
                                server.call_ms(peer.tool)
                                book.add(FIRST_CALL + load, "ms", peer.name, server.since_start_ms)
    return list(book.findings.values()), left_out


@contextmanager
def _every_core_busy() -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(_LOOPS)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
