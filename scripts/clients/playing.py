"""One client plays the conversation: in a home of its own, for so long at most, and nothing of it is left running."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import mcp
import psutil
from mcp import StdioServerParameters

from clients import installing
from clients.conversation import ANSWER, CALLS, PROMPT, as_data
from clients.findings import Findings, found
from clients.http_tap import tapped
from clients.model import Model

_TAP = Path(__file__).with_name("tap.py")
_OURS = Path(sys.executable).with_name("do-nfs-mcp")
STDIO, HTTP = "stdio", "HTTP"
KEY = "sk-nobody"
EACH_SECONDS = 90
ALL_SECONDS = 15 * 60
Play = tuple[str, str]
"""A client, by its name in the pins, and a transport."""


@dataclass(frozen=True)
class Stage:
    """What a client plays on.

    Attributes:
        programs: The folder with the client's programs.
        home: Its empty home, in which it is started.
        server: The command of the server, which is to be started over stdio.
        url: Where the server is instead, if it is to be reached over HTTP.
        model: The URL of the model.
    """

    programs: Path
    home: Path
    server: list[str]
    url: str
    model: str

    def write(self, path: str, text: str) -> Path:
        """Put a file into the home."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@dataclass(frozen=True)
class Client:
    """A client, and how it is made to play.

    Attributes:
        title: Its name.
        connect: How a person connects it with the server, in a line.
        start: Makes its configuration, and gives the command that plays the conversation.
        environment: What it needs besides.
        has_model: Whether a model calls; if not, the client's own program does.
        transports: How it is made to reach the server, one conversation for each.
    """

    title: str
    connect: str
    start: Callable[[Stage], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    has_model: bool = True
    transports: tuple[str, ...] = (STDIO,)


def play_all(clients: Mapping[str, Client]) -> dict[Play, Findings]:
    """Let clients play the conversation over each of their transports, two conversations at a time.

    Args:
        clients: The clients, by their names in the pins.

    Returns:
        What came of each, whatever comes of the others.
    """
    plays = [(key, transport) for key, client in clients.items() for transport in client.transports]
    tools = asyncio.run(_tools())
    end = time.monotonic() + ALL_SECONDS

    def one(play: Play) -> Findings:
        key, transport = play
        try:
            found = _play(key, transport, clients[key], tools, end)
        except installing.UnavailableError as error:
            found = Findings(problems=[f"cannot be installed: {error}"])
        except Exception as error:
            found = Findings(problems=[f"could not be tried: {error!r}"])
        print(f"{'FAILS' if found.problems else 'works'} {key} over {transport}", file=sys.stderr, flush=True)
        return found

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(plays, pool.map(one, plays), strict=True))


async def _tools() -> dict[str, Any]:
    """The server's tools: by their names, the JSON Schemas of their arguments."""
    server = StdioServerParameters(command=str(_OURS), args=["--sandbox"])
    async with mcp.Client(server) as client:
        return {tool.name: tool.input_schema for tool in (await client.list_tools()).tools}


def _play(key: str, transport: str, client: Client, tools: dict[str, Any], end: float) -> Findings:
    programs, node = installing.install(key), installing.node()
    folder = installing.HOSTS / "played" / f"{key}-{transport}"
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "home"
    home.mkdir(parents=True)
    begin = time.monotonic()
    seconds = min(EACH_SECONDS, end - begin)
    if seconds < 1:
        return Findings(problems=["not tried: the time for all clients was over"])
    messages = folder / "messages"
    model = Model(tools, CALLS)
    with model.serve(), _server(transport, folder, messages) as (command, url):
        stage = Stage(programs, home, command, url, model.url)
        environment = {
            "HOME": str(home),
            "PATH": os.pathsep.join([str(programs), str(node), os.environ["PATH"]]),
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            "HOSTS_SERVER": json.dumps(command),
            "HOSTS_URL": url,
            "HOSTS_MODEL": model.url,
            "HOSTS_PROMPT": PROMPT,
            "HOSTS_CALLS": json.dumps(as_data()),
            "HOSTS_ANSWER": json.dumps(ANSWER),
            **{name: value.format(model=model.url, key=KEY) for name, value in client.environment.items()},
        }
        said, ended = _run(client.start(stage), home, environment, folder / "output", seconds)
    requests = "".join(f"{json.dumps(request)}\n" for request in model.requests)
    (folder / "requests").write_text(requests, encoding="utf-8")
    findings = found(client.has_model, transport == HTTP, tools, model, messages, said, ended)
    return replace(findings, seconds=time.monotonic() - begin)


@contextmanager
def _server(transport: str, folder: Path, messages: Path) -> Iterator[tuple[list[str], str]]:
    """Give the command of a server or, until the block ends, the URL of one. Its messages are written down."""
    server = [str(_OURS), "--sandbox", str(folder / "sandbox.db")]
    if transport == STDIO:
        # -I and -S: the tap needs nothing of an environment, and starts the sooner.
        yield [sys.executable, "-I", "-S", str(_TAP), str(messages), *server], ""
        return
    process = subprocess.Popen([*server, "--transport", "http", "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        said = process.stderr.readline()
        with tapped(said.split()[-1], messages) as url:
            yield [], url
    finally:
        process.kill()
        process.communicate()


def _run(command: list[str], home: Path, environment: dict[str, str], output: Path, seconds: float) -> tuple[str, str]:
    """Run a command to its end, or for so long.

    Returns:
        What it printed, and what is to be said of its end: "" if it ended well.
    """
    with output.open("w+", encoding="utf-8", errors="replace") as printed:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(seconds)
            ended = f"exited with {status}" if status else ""
        except subprocess.TimeoutExpired:
            ended = f"was not done after {seconds:.0f} s"
        finally:
            _end(process, home)
    return output.read_text(encoding="utf-8", errors="replace"), ended


def _end(process: subprocess.Popen[bytes], home: Path) -> None:
    """End the process, its group, and whatever of it has left the group: that has the same home."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for other in psutil.process_iter():
        try:
            if other.environ().get("HOME") == str(home):
                other.kill()
        except psutil.Error:
            continue
