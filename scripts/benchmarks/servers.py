"""The server beside others that list shares, all of them clients of one sandbox on a port."""

import asyncio
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import httpx
from do_nfs_client.client import read_body
from do_nfs_client.models import ShareList

from benchmarks.findings import Book, Finding, in_turn
from benchmarks.peers import FASTMCP, FLOOR, OURS, TOKEN, Peer, servers
from benchmarks.processes import (
    INITIALIZE,
    INITIALIZED,
    PROTOCOL_VERSION,
    Stdio,
    environment,
    free_port,
    listening,
    memory_mb,
    message,
    processor_ms,
    running,
    sandbox,
)
from benchmarks.wire import WireError, request, send

FEW = 10
"""Shares there are while calls are counted, so few that every server answers with all of them."""
GROWTH = {10: 40, 100: 40, 1000: 15, 10_000: 5}
"""How many calls are timed with so many shares, in each round."""
IN_FLIGHT = (1, 4, 16, 64)
CLIENTS = {1: 200, 16: 800, 200: 1600}
"""How many calls so many clients make over HTTP, in each round."""
MARKS = (1000, 10_000, 100_000)
"""After how many calls in a row it is looked what has grown."""
SHOWN = {
    "later ones, p50": "A call that lists 10 shares over stdio, one at a time",
    "stdio, 16 in flight": "The same call over stdio, 16 in flight",
    "HTTP, 200 clients": "The same call over HTTP, 200 clients at once",
    "peak memory over stdio": "Peak memory while these calls were made over stdio",
    "tools/list": "Size of the answer to tools/list (the bare SDK has one tool)",
}
"""What the chart shows of it, and what it says was measured."""
WANTED = (
    ("later ones, p50", FASTMCP, 0.50),
    ("stdio, 16 in flight", FASTMCP, 2.4),
    ("peak memory over stdio", FLOOR, 1.20),
    ("HTTP, 200 clients", FASTMCP, 2.0),
)
"""The ratios that the project holds itself to: of what, over whom, and the worst that will do."""
NONE_OF = ("refused over stdio", *(f"HTTP, {clients} clients, those refused" for clients in CLIENTS))
"""What the project has none of."""
WARM_UP = 100
TURNS = 10
CALLS_IN_A_TURN = 20
CALLS_IN_FLIGHT = 600


def measure(rounds: int, calls: int) -> tuple[list[Finding], dict[str, str]]:
    """All that is measured of servers, and who was left out for what reason.

    Args:
        rounds: How many times each server has its turn.
        calls: How many calls in a row the last part makes, which looks for what grows.
    """
    book = Book()
    with running(sandbox("--admin")) as port:
        peers, left_out = servers(f"http://127.0.0.1:{port}")
        _seed(port, FEW)
        for peer in peers:
            # The first start writes what Python compiled.
            with Stdio(peer.stdio, environment(TOKEN)) as server:
                server.call_ms(peer.tool)
        _one_at_a_time(peers, rounds, book)
        for _ in range(rounds):
            for peer in peers:
                _stdio(peer, book)
        for _ in range(rounds):
            for peer in peers:
                _http(peer, book)
        _growth_with_shares(port, peers, rounds, book)
        _seed(port, FEW)
        _growth_with_calls([peer for peer in peers if peer.name in {OURS, FASTMCP}], rounds, calls, book)
    return list(book.findings.values()), left_out


def _seed(port: int, shares: int) -> None:
    asyncio.run(send(port, request("POST", "/_sandbox/seed", TOKEN, {"scenario": "many", "shares": shares})))


def _one_at_a_time(peers: Sequence[Peer], rounds: int, book: Book) -> None:
    """Lists 10 shares on servers that take short turns: the speed of many machines varies from second to second."""
    for _ in range(rounds):
        with ExitStack() as running_servers:
            started = [(peer, running_servers.enter_context(Stdio(peer.stdio, environment(TOKEN)))) for peer in peers]
            for peer, server in started:
                book.add("tools/list", "bytes", peer.name, len(server.request("tools/list")))
                book.add("first list of 10 shares", "ms", peer.name, server.call_ms(peer.tool))
                for _ in range(WARM_UP):
                    server.call_ms(peer.tool)
            for _ in range(TURNS):
                for peer, server in started:
                    times = [server.call_ms(peer.tool) for _ in range(CALLS_IN_A_TURN)]
                    book.add("later ones, p50", "ms", peer.name, statistics.median(times))
                    book.add("later ones, p95", "ms", peer.name, statistics.quantiles(times, n=20)[-1])


def _stdio(peer: Peer, book: Book) -> None:
    with Stdio(peer.stdio, environment(TOKEN)) as server:
        for _ in range(WARM_UP):
            server.call_ms(peer.tool)
        for width in IN_FLIGHT:
            before = processor_ms(server.process)
            rate = server.calls_a_second(peer.tool, CALLS_IN_FLIGHT, width)
            book.add(f"stdio, {width} in flight", "calls a second", peer.name, rate, "more")
            spent = (processor_ms(server.process) - before) / CALLS_IN_FLIGHT
            book.add(f"stdio, {width} in flight, processor", "ms a call", peer.name, spent)
        book.add("refused over stdio", "calls", peer.name, server.refused)
        book.add("peak memory over stdio", "MB", peer.name, memory_mb(server.process, "VmHWM"))


def _http(peer: Peer, book: Book) -> None:
    port = free_port()
    with listening(peer.http(port), port, environment(TOKEN)) as process:
        asyncio.run(_many_clients(port, peer.tool, 1, 50))
        for clients, calls in CLIENTS.items():
            before = processor_ms(process)
            rate, refused = asyncio.run(_many_clients(port, peer.tool, clients, calls))
            book.add(f"HTTP, {clients} clients", "calls a second", peer.name, rate, "more")
            spent = (processor_ms(process) - before) / calls
            book.add(f"HTTP, {clients} clients, processor", "ms a call", peer.name, spent)
            book.add(f"HTTP, {clients} clients, those refused", "clients", peer.name, refused)
        book.add("peak memory over HTTP", "MB", peer.name, memory_mb(process, "VmHWM"))


async def _many_clients(port: int, tool: str, clients: int, calls: int) -> tuple[float, int]:
    """Calls a second of so many clients, each with a session of its own; and how many clients met an error."""
    sessions = [await _session(port) for _ in range(clients)]
    call = message(2, "tools/call", name=tool, arguments={})
    asked = [request("POST", "/mcp", TOKEN, call, **session) for session in sessions]
    start = time.perf_counter()
    done = await asyncio.gather(*(send(port, r, count=calls // clients) for r in asked), return_exceptions=True)
    seconds = time.perf_counter() - start
    for failure in done:
        if isinstance(failure, BaseException) and not isinstance(failure, WireError):
            raise failure
    refused = sum(isinstance(answer, WireError) for answer in done)
    return (clients - refused) * (calls // clients) / seconds, refused


async def _session(port: int) -> dict[str, str]:
    """Greet the server as a client does. Returns the headers that go with each of its requests."""
    headers = {"Host": f"127.0.0.1:{port}"}
    answer = await send(port, request("POST", "/mcp", TOKEN, message(1, "initialize", **INITIALIZE), **headers))
    headers["Mcp_Protocol_Version"] = PROTOCOL_VERSION
    for line in answer.partition(b"\r\n\r\n")[0].decode().split("\r\n"):
        name, _, value = line.partition(": ")
        if name.lower() == "mcp-session-id":
            headers["Mcp_Session_Id"] = value
    await send(port, request("POST", "/mcp", TOKEN, INITIALIZED, **headers))
    return headers


def _growth_with_shares(port: int, peers: Iterable[Peer], rounds: int, book: Book) -> None:
    with _at_work(peers) as at_work:
        for shares, calls in GROWTH.items():
            _seed(port, shares)
            for _ in range(rounds):
                for peer, server in at_work:
                    times = [server.call_ms(peer.tool) for _ in range(calls)]
                    book.add(f"list of {shares:,} shares, p50", "ms", peer.name, statistics.median(times))
    parts = _parts_of_longest(port, rounds)
    book.findings[parts.what] = parts


def _parts_of_longest(port: int, rounds: int) -> Finding:
    """What the longest list takes at least: to come, and to be read."""

    def timed(work: Callable[[], object]) -> float:
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    def get() -> bytes:
        return asyncio.run(send(port, request("GET", "/v2/nfs", TOKEN))).partition(b"\r\n\r\n")[2]

    body = get()
    answer = httpx.Response(200, content=body)
    ways = {
        "read by do_nfs_client": lambda: timed(lambda: read_body(answer, ShareList.from_dict)),
        "read by json.loads": lambda: timed(lambda: json.loads(body)),
        "sent by the sandbox": lambda: timed(get),
    }
    return in_turn(Finding("the answer with 10,000 shares", "ms"), rounds, ways)


def _growth_with_calls(peers: Iterable[Peer], rounds: int, calls: int, book: Book) -> None:
    """One process each that answers more and more calls."""
    with _at_work(peers) as at_work:
        made = 0
        for mark in (n for n in MARKS if n <= calls):
            for peer, server in at_work:
                server.calls_a_second(peer.tool, mark - made, 16)
            made = mark
            for _ in range(rounds):
                for peer, server in at_work:
                    times = [server.call_ms(peer.tool) for _ in range(200)]
                    book.add(f"after {mark:,} calls, p50", "ms", peer.name, statistics.median(times))
                    book.add(f"after {mark:,} calls, memory", "MB", peer.name, memory_mb(server.process, "VmRSS"))


@contextmanager
def _at_work(peers: Iterable[Peer]) -> Iterator[list[tuple[Peer, Stdio]]]:
    """One process each, all of them until the block ends."""
    with ExitStack() as stack:
        yield [(peer, stack.enter_context(Stdio(peer.stdio, environment(TOKEN)))) for peer in peers]
