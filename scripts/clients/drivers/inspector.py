"""MCP Inspector's command line, which starts the server for each call."""

import json
import subprocess

from given import CALLS, SERVER, URL


def inspect(*arguments: str) -> str:
    done = subprocess.run(
        ["mcp-inspector", "--cli", *([URL] if URL else SERVER), *arguments], capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.stdout


listed = inspect("--method", "tools/list")
print(json.dumps({"tools": len(json.loads(listed)["tools"])}))
for call in CALLS:
    pairs = [
        f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in call["arguments"].items()
    ]
    inspect("--method", "tools/call", "--tool-name", call["tool"], *(["--tool-arg", *pairs] if pairs else []))
