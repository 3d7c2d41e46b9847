"""The server that FastMCP makes of the contract: python plain_server.py CONTRACT URL TOKEN [PORT].

Over stdio, or over HTTP on a port. It runs where FastMCP is, not where the project is.
"""

import json
import sys
from pathlib import Path

import httpx2
from fastmcp import FastMCP

contract, url, token, *port = sys.argv[1:]
client = httpx2.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"})
server = FastMCP.from_openapi(json.loads(Path(contract).read_text(encoding="utf-8")), client=client, name="plain")
if port:
    server.run(transport="http", port=int(port[0]), show_banner=False, log_level="CRITICAL")
else:
    server.run(show_banner=False, log_level="CRITICAL")
