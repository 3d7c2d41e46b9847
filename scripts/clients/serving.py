"""The server, as clients reach it: over stdio or HTTP, with all messages written down.

Over stdio there is a browser with a person before it. The clients hand on little of their environment, so that the
server is started with the variables that say so.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from do_nfs_sandbox import Sandbox, serve
from mcp import Client, StdioServerParameters

from clients.client import STDIO
from clients.conversation import ANSWER
from clients.http_tap import tapped

_TAP = Path(__file__).with_name("tap.py")
_BROWSER = Path(__file__).with_name("browser.py")
_TOKEN = "dop_v1_" + "0" * 64
_OURS = Path(sys.executable).with_name("do-nfs-mcp")


@contextmanager
def reachable(transport: str, folder: Path, messages: Path) -> Iterator[tuple[list[str], str]]:
    """Give what a client needs to reach the server until the block ends.

    Args:
        transport: How the client is to reach it.
        folder: Where the server keeps its storage.
        messages: The file in which all messages between client and server are written down.

    Returns:
        The command to start it with over stdio, or the URL where it is over HTTP; the other is empty.
    """
    if transport == STDIO:
        # -I and -S: the tap needs nothing of an environment, and starts the sooner.
        tap = [sys.executable, "-I", "-S", str(_TAP), str(messages)]
        browser = shlex.join([sys.executable, str(_BROWSER), str(messages), ANSWER["name"]])
        environment = ["env", "CI=", f"BROWSER={browser} %s", f"DIGITALOCEAN_ACCESS_TOKEN={_TOKEN}"]
        # Some start the server for each call. With a sandbox of its own in a file, it would load all of itself at once.
        with Sandbox() as sandbox, serve(sandbox) as url:
            yield [*tap, *environment, str(_OURS), "--api-url", url], ""
    else:
        with serving(folder / "sandbox.db") as url, tapped(url, messages) as tapped_url:
            yield [], tapped_url


@contextmanager
def serving(sandbox: Path) -> Iterator[str]:
    """Run the server over HTTP until the block ends, and give its URL; its storage is in a file."""
    command = [str(_OURS), "--sandbox", str(sandbox), "--transport", "http", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        yield process.stderr.readline().split()[-1]
    finally:
        process.kill()
        process.communicate()


async def tools() -> dict[str, Any]:
    """Return the server's tools: by their names, the JSON Schemas of their arguments."""
    async with Client(StdioServerParameters(command=str(_OURS), args=["--sandbox"])) as client:
        return {tool.name: tool.input_schema for tool in (await client.list_tools()).tools}
