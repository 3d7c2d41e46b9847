"""The command `do-nfs-mcp complete`, which the scripts of `do-nfs-mcp completion` call; nobody types it."""

import shlex
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import anyio
from mcp import Client
from mcp_types import PromptReference

from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.cli.options import SERVER_OPTIONS, settings_from
from do_nfs_mcp.cli.parser import Command, make_parser
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.token_sources import account_token
from do_nfs_mcp.settings import Settings, SettingsError
from do_nfs_mcp.tools import SPECS
from do_nfs_mcp.tools.tool import NfsTool

# Nobody who has pressed Tab waits for longer.
_SECONDS = 3
_SPECS = {spec.name: spec for spec in SPECS}
# What else an option or an argument goes by than the name under which completions.py finds it.
_KINDS = {
    "--vpcs": "vpc",
    "--regions": "region",
    "--protect": "share",
    "region": "region",
    "share": "share",
    "snapshot": "snapshot",
    "keep": "snapshot",
    "vpc_id": "vpc",
    "vpc_ids": "vpc",
    "new_vpc_id": "vpc",
    "old_vpc_id": "vpc",
    "shares": "share",
}
_LISTS = {"--vpcs", "--regions", "--protect"}


def main(arguments: list[str]) -> None:
    """Print what the last word of a command line may become, a line each. What goes wrong is silent.

    Args:
        arguments: The shell, and the line up to the cursor.
    """
    with suppress(ValueError, KeyError, SettingsError, SystemExit):
        shell, line = arguments
        words = _words(line)
        found = sorted(set(_candidates(words)))
        if shell == "bash":
            # A word ends for bash where = is, and what it is given has to be quoted already.
            start = words[-1].rpartition("=")[0]
            found = [shlex.quote(word.removeprefix(f"{start}=")) for word in found]
        if found:
            say("\n".join(found))


def _words(line: str) -> list[str]:
    """Return the words of a line, the last of which, perhaps empty or in a quote without an end, is being typed."""
    for end in ("", "'", '"'):
        with suppress(ValueError):
            words = shlex.split(line + end)
            return [*words, ""] if not end and line[-1:].isspace() else words
    raise ValueError(line)


def _candidates(words: list[str]) -> Iterable[str]:
    *before, typed = words
    name, equals, value = typed.partition("=")
    if before[-1:] and before[-1] in _LISTS:
        name, start, value = before.pop(), "", typed
    elif equals:
        start = f"{name}="
    else:
        tool = _tool(before)
        given = {word.partition("=")[0] for word in before}
        return [f"{other}=" for other in tool if other.startswith(typed) and other not in given]
    schema = {"type": "array"} if name in _LISTS else _tool(before)[name]
    if schema["type"] == "array":
        several, comma, value = value.rpartition(",")
        start += several + comma
    return [start + found for found in _values(name, schema, value, before) if found.startswith(value)]


def _tool(words: list[str]) -> dict[str, Any]:
    """Return the arguments of the tool that is called, by their names.

    Raises:
        ValueError: If none is.
    """
    for word in words[2:] if words[1:2] == ["call"] else ():
        if word in _SPECS:
            properties: dict[str, Any] = NfsTool.of(_SPECS[word]).parameters["properties"]
            return properties
    raise ValueError(words)


def _values(name: str, schema: dict[str, Any], value: str, before: list[str]) -> list[str]:
    """Return what an option or an argument may be: what its schema lists, or what the account has."""
    if schema["type"] == "boolean":
        return ["true", "false"]
    choices = schema.get("enum") or schema.get("items", {}).get("enum")
    if choices or name not in _KINDS:
        return list(choices or ())
    parser = make_parser(Command("do-nfs-mcp", arguments=SERVER_OPTIONS))
    given, _ = parser.parse_known_args(before[1:])
    settings = settings_from(parser, given)
    return anyio.run(_find, settings, account_token(settings), _KINDS[name], value)


async def _find(settings: Settings, token: AccountToken, kind: str, value: str) -> list[str]:
    with anyio.move_on_after(_SECONDS):
        async with Client(server_from_settings(settings, token)) as client:
            # An argument of a prompt that is called like this means the same wherever it is.
            anywhere = PromptReference(type="ref/prompt", name="any")
            return (await client.complete(anywhere, {"name": kind, "value": value})).completion.values
    return []
