"""The command `do-nfs-mcp tools`."""

from mcp import Client
from mcp_types import Tool

from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.cli.options import SERVER_OPTIONS
from do_nfs_mcp.cli.parser import Command, make_parser
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.terminal.runner import run
from do_nfs_mcp.cli.terminal.table import table
from do_nfs_mcp.settings import Settings

COMMAND = Command(
    "do-nfs-mcp tools",
    description="Lists the tools that the server offers with these options. Arguments in [brackets] are optional.",
    arguments=SERVER_OPTIONS,
)
_HEAD = ("TOOL", "EFFECT", "ARGUMENTS", "WHAT IT DOES")


def main(arguments: list[str]) -> None:
    """List the tools that the server offers with these options, and end the process.

    Args:
        arguments: What follows the command's name.
    """
    parser = make_parser(COMMAND)
    run(parser, parser.parse_args(arguments), _list)


async def _list(settings: Settings, token: AccountToken) -> int:
    async with Client(server_from_settings(settings, token)) as client:
        tools = (await client.list_tools()).tools
    say(table([_HEAD, *(_row(tool) for tool in tools)]))
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
