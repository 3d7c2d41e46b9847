"""The command `do-nfs-mcp tools`."""

import argparse

from mcp import Client
from mcp_types import Tool

from do_nfs_mcp.cli.main import LineParser, server_options
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.terminal.runner import run
from do_nfs_mcp.cli.terminal.table import table
from do_nfs_mcp.settings import Settings

_HEAD = ("TOOL", "EFFECT", "ARGUMENTS", "WHAT IT DOES")


def main(arguments: list[str]) -> None:
    """List the tools that the server offers with these options."""
    parser = make_parser()
    run(parser, parser.parse_args(arguments), _list)


def make_parser() -> argparse.ArgumentParser:
    """The parser of what the command takes."""
    return LineParser(
        prog="do-nfs-mcp tools",
        parents=[server_options()],
        description="Lists the tools that the server offers with these options. What is in [brackets] may be left out.",
        allow_abbrev=False,
    )


async def _list(settings: Settings) -> int:
    async with Client(server_from_settings(settings)) as client:
        tools = (await client.list_tools()).tools
    print(table([_HEAD, *(_row(tool) for tool in tools)]))
    return 0


def _row(tool: Tool) -> tuple[str, ...]:
    required = tool.input_schema.get("required", ())
    names = (name if name in required else f"[{name}]" for name in tool.input_schema["properties"])
    return tool.name, _effect(tool), " ".join(names), tool.description or ""


def _effect(tool: Tool) -> str:
    hints = tool.annotations
    if hints and hints.read_only_hint:
        return "reads"
    return "destroys" if hints and hints.destructive_hint else "changes"
