"""Callers who misbehave, in a process of their own: in that of those whose calls are timed, they would hold these
up themselves.

    python -m tests.support.http_attacks PROXY REPLICA TOKEN OTHER

goes on until stdin ends: a line on stdout says that it has begun, a second, as JSON, how each attack was answered. Its
process gives way to all others, since those who attack a server do not do so on its own processors.
"""

import json
import os
import sys
from collections import Counter
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx
from anyio.abc import SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream

from .http_site import ACCEPT, bearer
from .rounds import call_once

SLOW_LISTS, BRACKETS, BAD_TOKENS, ENDLESS_HEADERS = KINDS = ("slow lists", "brackets", "bad tokens", "endless headers")
"""How some misbehave."""
HOST = "nfs.example.com"
_SLOW_AT_ONCE, _BRACKETS_AT_ONCE, _BAD_TOKENS_AT_ONCE, _ENDLESS_AT_ONCE = 40, 4, 8, 8
# As long as a body may be, and as costly to read as one of its length can be.
_BRACKETS = b"""{"jsonrpc": "2.0", "id": 1, "method": "tools/call",
"params": {"name": "list_shares", "arguments": {"limit": [%s{}]}}}""" % (b"{}," * 21_000)
_LOWEST_PRIORITY = 19
# For how much longer than asked it goes on at most.
_LONGEST_SECONDS = 60

Answers = Counter[tuple[str, str]]


async def attack(proxy: str, replica: str, token: str, other: str) -> Answers:
    """Misbehave in each way until stdin ends.

    Args:
        proxy: Where the proxy listens.
        replica: Where one of the replicas does.
        token: A caller's, who asks for slow lists.
        other: Another caller's, who sends large bodies.

    Returns:
        How often each kind of misbehaviour was answered how.
    """
    answers: Answers = Counter()
    async with anyio.create_task_group() as attacks:
        attacks.start_soon(_list_slowly, proxy, token, answers)
        for _ in range(_BRACKETS_AT_ONCE):
            attacks.start_soon(_send_brackets, proxy, other, answers)
        for number in range(_BAD_TOKENS_AT_ONCE):
            attacks.start_soon(_try_tokens, _port(proxy), f"guess-{number}", answers)
        for number in range(_ENDLESS_AT_ONCE):
            attacks.start_soon(_send_endless_headers, _port((proxy, replica)[number % 2]), answers)
        print(flush=True)
        await anyio.to_thread.run_sync(sys.stdin.read)
        # On a busy machine, what gives way to all others may not have been answered yet.
        for _ in range(_LONGEST_SECONDS):
            if {kind for kind, _ in answers} == set(KINDS):
                break
            await anyio.sleep(1)
        attacks.cancel_scope.cancel()
    return answers


def _port(url: str) -> int:
    return urlsplit(url).port or 80


async def _list_slowly(proxy: str, token: str, answers: Answers) -> None:
    """Have as many lists under way at once as one may ask for, each of which takes the API long."""
    headers = {**bearer(token), **ACCEPT, "host": HOST}
    limits = httpx.Limits(max_connections=_SLOW_AT_ONCE)
    async with (
        httpx.AsyncClient(base_url=proxy, headers=headers, timeout=120, limits=limits, trust_env=False) as http,
        anyio.create_task_group() as lists,
    ):

        async def again() -> None:
            while True:
                try:
                    answer = await call_once(http, "list_snapshots", {})
                    answered = "result" in answer and not answer["result"].get("isError")
                except (httpx.HTTPError, ValueError):
                    answered = False
                answers[SLOW_LISTS, "answered" if answered else "refused"] += 1
                await anyio.sleep(0.1)

        for _ in range(_SLOW_AT_ONCE):
            lists.start_soon(again)


async def _send_brackets(proxy: str, token: str, answers: Answers) -> None:
    """Send one body after the other that takes much memory once it is read."""
    headers = {**bearer(token), **ACCEPT, "host": HOST, "content-type": "application/json"}
    async with httpx.AsyncClient(base_url=proxy, headers=headers, timeout=120, trust_env=False) as http:
        while True:
            try:
                answer = await http.post("/mcp", content=_BRACKETS)
                answers[BRACKETS, str(answer.status_code)] += 1
            except httpx.HTTPError:
                answers[BRACKETS, "cut off"] += 1
            await anyio.sleep(0.05)


async def _try_tokens(port: int, token: str, answers: Answers) -> None:
    """Try one token after the other."""
    head = f"POST /mcp HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\nContent-Length: 2\r\n\r\n"

    async def guess(stream: SocketStream) -> None:
        received = BufferedByteReceiveStream(stream)
        while True:
            await stream.send(head.encode() + b"{}")
            status, *lines = (await received.receive_until(b"\r\n\r\n", 65536)).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            await received.receive_exactly(int(headers["content-length"]))
            answers[BAD_TOKENS, status.split()[1]] += 1
            await anyio.sleep(0.02)

    while True:
        try:
            async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                await guess(stream)
        except (OSError, anyio.BrokenResourceError, anyio.EndOfStream, anyio.IncompleteRead):
            # The proxy ends a connection after so many requests.
            await anyio.sleep(0.02)


async def _send_endless_headers(port: int, answers: Answers) -> None:
    """Begin requests whose headers never end."""
    while True:
        try:
            async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                await stream.send(f"POST /mcp HTTP/1.1\r\nHost: {HOST}\r\n".encode())
                while True:
                    await stream.send(b"x-endless: " + b"x" * 4000 + b"\r\n")
                    await anyio.sleep(0.01)
        except (OSError, anyio.BrokenResourceError):
            pass
        answers[ENDLESS_HEADERS, "cut off"] += 1
        await anyio.sleep(0.05)


if __name__ == "__main__":
    os.nice(_LOWEST_PRIORITY)
    proxy_url, replica_url, caller_token, other_token = sys.argv[1:]
    found = anyio.run(attack, proxy_url, replica_url, caller_token, other_token)
    print(json.dumps([[*attempt, count] for attempt, count in found.items()]))
