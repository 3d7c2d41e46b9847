"""The clients play the conversation, whatever becomes of the others."""

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from clients import installing
from clients.client import HTTP, KEY, Client, Play, Stage
from clients.conversation import ANSWER, CALLS, PROMPT, as_data
from clients.findings import Findings, found
from clients.model import Model
from clients.processes import run
from clients.serving import reachable

EACH_SECONDS = 90
ALL_SECONDS = 25 * 60
"""With what is installed. What is under way by then has its own time."""


def play_all(plays: Sequence[Play], clients: Mapping[str, Client], tools: Mapping[str, Any]) -> dict[Play, Findings]:
    """Let clients play the conversation, two at a time.

    Args:
        plays: Who is to play, and over which transport.
        clients: The clients, by their names in the pins.
        tools: The server's tools: by their names, the JSON Schemas of their arguments.

    Returns:
        What came of each, whatever comes of the others.
    """
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


def _play(key: str, transport: str, client: Client, tools: Mapping[str, Any], end: float) -> Findings:
    if time.monotonic() >= end:
        return Findings(problems=["not tried: the time for all clients was over"])
    programs, node = installing.install(key), installing.node()
    folder = installing.HOSTS / "played" / f"{key}-{transport}"
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "home"
    home.mkdir(parents=True)
    messages = folder / "messages"
    begin = time.monotonic()
    model = Model(tools, CALLS)
    with model.serve(), reachable(transport, folder, messages) as (command, url):
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
        start = client.start(Stage(programs, home, command, url, model.url))
        said, ended = run(start, home, environment, folder / "output", EACH_SECONDS)
    requests = "".join(f"{json.dumps(request)}\n" for request in model.requests)
    (folder / "requests").write_text(requests, encoding="utf-8")
    findings = found(client.has_model, transport == HTTP, tools, model, messages, said, ended)
    return replace(findings, seconds=time.monotonic() - begin)
