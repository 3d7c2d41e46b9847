"""The server that FastMCP makes of the contract, over stdio: python _plain.py CONTRACT URL TOKEN. For scripts/bench."""

import json
import sys
from pathlib import Path

import httpx2
from fastmcp import FastMCP

contract, url, token = sys.argv[1:]
client = httpx2.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"})
server = FastMCP.from_openapi(json.loads(Path(contract).read_text(encoding="utf-8")), client=client, name="plain")
server.run(show_banner=False, log_level="CRITICAL")
