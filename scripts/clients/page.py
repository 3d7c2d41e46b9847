"""What came of the conversations: lines for the terminal, and docs/hosts.md."""

from collections.abc import Mapping

from clients.client import Client, Play
from clients.findings import Findings
from clients.installing import version
from clients.not_played import NOT_PLAYED, NotPlayed

_HEAD = """# Hosts and other clients

A host, such as Claude Code, is a client with a model; other clients are libraries and tools. Each of these loaded the
server's tools and played one conversation with it: it asked for the overview, created a share and an access point,
looked for a share that does not exist, and deleted the share, which a person must confirm. Their models were scripted,
and the storage was the sandbox. `scripts/hosts` installs the clients, plays the conversations and writes this page.

- **Tools**: how many of the server's {tools} the client offered to its model, or to the program that uses it.
- **Its model reads**: the text of a result, its structured content, or both. A client without a model passes on both.
- **Asks**: whether the client showed the server's question to the person. `browser` means that it cannot: the person
  saw the question on a page that [the server opened in their browser](assistant.md#what-the-assistant-may-do), and
  typed the share's name there. Without a display no page opens: nothing is done, and the assistant is told why. Over
  HTTP the server never opens a page, and only clients that speak MCP 2026-07-28 can ask; for the others, destructive
  calls are refused.
- **not run here**: `scripts/hosts` does not play this client. That it cannot ask, and what its model reads, was seen
  once with a scripted model, or comes from its documentation and source; what the person sees follows from that.

`do-nfs-mcp install` also writes the entries of Claude Desktop, Cursor, VS Code, Windsurf and Zed. The server was not
tried in these. Where one of them cannot show a question, the browser does, as above.

"""


_OWN_PROGRAM = """
## Your own program

With the MCP SDK for Python, which is in the server's own environment:

```python
import asyncio
from typing import Any

from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult


async def ask(context: Any, params: Any) -> ElicitResult:
    print(params.message)
    # A share's name, where that is asked for; everything else takes a yes.
    if "name" in params.requested_schema["properties"]:
        return ElicitResult(action="accept", content={"name": "scratch"})
    return ElicitResult(action="accept", content={"confirm": True})


async def main() -> None:
    server = StdioServerParameters(command="do-nfs-mcp", args=["--sandbox"])
    async with Client(server, elicitation_callback=ask) as client:
        await client.call_tool("create_share", {"name": "scratch", "region": "atl1", "size_gib": 100})
        deleted = await client.call_tool("delete_share", {"share": "scratch"})
        print(deleted.structured_content)


asyncio.run(main())
```

`ask` stands for the person: show them `params.message`, and answer `action="decline"` if they say no. Without it, the
server asks on a page in their browser; where none can be opened, it refuses the destructive call: `call_tool` raises an
`MCPError`. The JSON lines on stderr are the audit; `--audit-file` moves them to a file. Over HTTP it is
`Client("http://127.0.0.1:8000/mcp", elicitation_callback=ask)`.
"""
_NO_DISPLAY = (
    "on Linux it hides the display from the server: put `DISPLAY` or `WAYLAND_DISPLAY` into the entry's `env`, or no "
    "page opens and destructive calls are refused"
)


def lines(results: Mapping[Play, Findings]) -> str:
    """Return a line for each conversation, and below it each problem and note."""
    report = []
    for (key, transport), found in results.items():
        verdict = "FAILS" if found.problems else "works"
        report.append(
            f"{verdict} {key} {version(key)} over {transport}, {found.seconds:.0f} s: {found.tools} tools, "
            f"{found.calls} calls, reads: {found.reads or '-'}, asks: {found.asks or '-'}, MCP {found.protocol or '-'}"
        )
        report += [f"      {line}" for line in [*found.problems, *found.notes]]
    return "\n".join(report)


def page(clients: Mapping[str, Client], results: Mapping[Play, Findings], tools: int) -> str:
    """Return docs/hosts.md.

    Args:
        clients: The clients, by their names in the pins.
        results: What came of each.
        tools: How many the server has.
    """
    rows = [
        "| client | version | transport | MCP | tools | its model reads | asks | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_row(clients[key], (key, transport), found) for (key, transport), found in results.items()),
        *(row for client in NOT_PLAYED for row in _rows_not_played(client)),
    ]
    named = {f"{clients[key].title} over {transport}": found for (key, transport), found in results.items()}
    listed: list[Client | NotPlayed] = [*clients.values(), *NOT_PLAYED]
    sections = [
        _section("How to connect them", {client.title: [client.connect] for client in listed}),
        _OWN_PROGRAM,
        _section("What does not work", {name: _first(found.problems) for name, found in named.items()}),
        _section(
            "What else they do",
            {name: found.notes for name, found in named.items()}
            | {f"{client.title} over stdio": [_NO_DISPLAY] for client in NOT_PLAYED if client.hides_display},
        ),
    ]
    return _HEAD.format(tools=tools) + "\n".join(rows) + "\n" + "".join(sections)


def _row(client: Client, play: Play, found: Findings) -> str:
    key, transport = play
    verdict = (
        "does not work"
        if found.problems
        else "works"
        if found.asks in {"yes", "browser"}
        else "works, but cannot delete"
    )
    cells = [client.title, version(key), transport, found.protocol, str(found.tools), found.reads, found.asks, verdict]
    return f"| {' | '.join(cell or '-' for cell in cells)} |"


def _rows_not_played(client: NotPlayed) -> list[str]:
    ways = (("stdio", "browser"), ("HTTP", "no"))
    return [
        f"| {client.title} | {client.version} | {transport} | - | - | {client.reads} | {asks} | not run here |"
        for transport, asks in ways
    ]


def _first(problems: list[str]) -> list[str]:
    """The first of these with how many there are, since the rest are seldom of another kind."""
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return [f"{problem}{more}" for problem in problems[:1]]


def _section(title: str, items: Mapping[str, list[str]]) -> str:
    # What clients print may have marks of HTML in it.
    listed = [f"- **{name}**: {line.replace('<', '&lt;')}" for name, lines in items.items() for line in lines]
    return f"\n## {title}\n\n{chr(10).join(listed)}\n" if listed else ""
