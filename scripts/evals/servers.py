"""The servers whose tools can be played with: the project's, its peers, and any other that speaks MCP over stdio."""

import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers import FASTMCP, OURS, VENDOR, peer
from mcp import StdioServerParameters, stdio_client

from evals.attempt import TOKEN, Connect

KNOWN = {"ours": OURS, "fastmcp": FASTMCP, "vendor": VENDOR}
_TOKEN_VARIABLES = ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_TOKEN")


def connect_to(server: str, log: Path) -> tuple[str, Connect]:
    """Return how a server is called in results, and what starts it.

    Args:
        server: One of KNOWN, or a command line in which {url} stands for where the API is, and {token} for its token.
        log: The file that the server's stderr is added to.

    Raises:
        benchmarks.peers.UnavailableError: If it is a peer that cannot be set up.
        ValueError: If it is a command line that cannot be read.
    """
    name = KNOWN.get(server, server)
    if server == "ours":
        command = [str(Path(sys.executable).with_name("do-nfs-mcp")), "--api-url", "{url}"]
    elif server in KNOWN:
        command = peer(name, "{url}").stdio
    else:
        command = shlex.split(server)
        if not command:
            raise ValueError("the server's command line is empty")

    @asynccontextmanager
    async def connect(url: str) -> AsyncIterator[Any]:
        program, *arguments = [part.replace("{url}", url).replace("{token}", TOKEN) for part in command]
        environment = dict.fromkeys(_TOKEN_VARIABLES, TOKEN)
        parameters = StdioServerParameters(command=program, args=arguments, env=environment)
        with log.open("a", encoding="utf-8") as errors:
            async with stdio_client(parameters, errlog=errors) as streams:
                yield streams

    return name, connect
