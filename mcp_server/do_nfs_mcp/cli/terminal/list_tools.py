"""The command `do-nfs-mcp tools`."""

import json
import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from mcp import Client
from mcp_types import Tool

from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.cli.options import SERVER_OPTIONS
from do_nfs_mcp.cli.parser import Command, make_parser
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.terminal.runner import run
from do_nfs_mcp.cli.terminal.table import table
from do_nfs_mcp.cli.terminal.tool_name import TOOL, refuse_swallowed
from do_nfs_mcp.settings import Settings, SettingsError

COMMAND = Command(
    "do-nfs-mcp tools",
    description="Lists the tools that the server offers with these options, or shows one with its arguments. Arguments "
    "in [brackets] are optional.",
    arguments=(*SERVER_OPTIONS, replace(TOOL, nargs="?", help="show this tool: each argument, its type and default")),
)
_ARGUMENTS_HEAD = ("ARGUMENT", "VALUE", "DEFAULT", "WHAT IT IS")
_BOUNDS = {"minimum": "at least", "maximum": "at most"}
_HEAD = ("TOOL", "EFFECT", "ARGUMENTS", "WHAT IT DOES")


def main(arguments: list[str]) -> None:
    """List the tools that the server offers with these options, or show one of them, and end the process.

    Args:
        arguments: What follows the command's name.
    """
    parser = make_parser(COMMAND)
    refuse_swallowed(parser, arguments)
    given = parser.parse_args(arguments)
    run(parser, given, partial(_list, given.tool))


async def _list(name: str | None, settings: Settings, token: AccountToken) -> int:
    async with Client(server_from_settings(settings, token)) as client:
        tools = (await client.list_tools()).tools
    if name is None:
        say(table([_HEAD, *(_row(tool) for tool in tools)]))
        return 0
    one = next((tool for tool in tools if tool.name == name), None)
    if one is None:
        raise SettingsError(f"the server does not offer {name} with these options")
    say(_described(one))
    return 0


def _described(tool: Tool) -> str:
    """Return what a person reads of one tool."""
    properties, required = tool.input_schema["properties"], tool.input_schema.get("required", ())
    said = f"{tool.name} ({_effect(tool)}): {tool.description}"
    rows = [
        (name if name in required else f"[{name}]", _type(schema), _default(schema), schema.get("description", ""))
        for name, schema in properties.items()
    ]
    return f"{textwrap.fill(said, shutil.get_terminal_size().columns)}\n\n{table([_ARGUMENTS_HEAD, *rows])}"


def _type(schema: Mapping[str, Any]) -> str:
    """Return what a value may be, such as "integer, at least 50" or "standard or high"."""
    match schema:
        case {"enum": values}:
            return " or ".join(values)
        case {"const": value}:
            return str(value)
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"type": "object", "properties": parts}:
            return f"object with {'; '.join(f'{name}: {_type(part)}' for name, part in parts.items())}"
    bounds = ((words, schema[key]) for key, words in _BOUNDS.items() if key in schema)
    return ", ".join([schema["type"], *(f"{words} {bound}" for words, bound in bounds)])


def _default(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema["default"]) if "default" in schema else ""


def _row(tool: Tool) -> tuple[str, ...]:
    required = tool.input_schema.get("required", ())
    names = (name if name in required else f"[{name}]" for name in tool.input_schema["properties"])
    return tool.name, _effect(tool), " ".join(names), tool.description or ""


def _effect(tool: Tool) -> str:
    hints = tool.annotations
    if hints and hints.read_only_hint:
        return "reads"
    return "destroys" if hints and hints.destructive_hint else "changes"
