"""The command `do-nfs-mcp call`."""

import json
import sys
from functools import partial
from typing import Any, get_args

from mcp import Client, MCPError
from mcp_types import CallToolResult, TextContent

from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.cli.audit_stream import audit_stream
from do_nfs_mcp.cli.options import SERVER_OPTIONS
from do_nfs_mcp.cli.parser import Argument, Command, make_parser
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.state_store import shared_state
from do_nfs_mcp.cli.terminal.colour import coloured
from do_nfs_mcp.cli.terminal.elicitation import ask, can_ask
from do_nfs_mcp.cli.terminal.progress import Progress
from do_nfs_mcp.cli.terminal.result import Output, as_tables, as_yaml
from do_nfs_mcp.cli.terminal.runner import run
from do_nfs_mcp.cli.terminal.tool_arguments import arguments_of
from do_nfs_mcp.cli.terminal.tool_name import TOOL, refuse_swallowed
from do_nfs_mcp.observability.failure import META_KEY, FailureKind
from do_nfs_mcp.settings import Settings
from do_nfs_mcp.tools import SPECS
from do_nfs_mcp.tools.tool import NfsTool, refusal

_SPECS = {spec.name: spec for spec in SPECS}
# 2 is that of what cannot be called, as of every command.
_EXIT_CODES = {
    FailureKind.FAILED: 1,
    FailureKind.REFUSED: 1,
    FailureKind.DECLINED: 3,
    FailureKind.UNANSWERED: 3,
    FailureKind.NOT_FOUND: 4,
    FailureKind.RATE_LIMITED: 5,
    FailureKind.UNKNOWN_OUTCOME: 6,
}


COMMAND = Command(
    "do-nfs-mcp call",
    description="Calls a tool of the server, as an assistant would. Questions that a host would show are asked in the "
    "terminal.",
    arguments=(
        *SERVER_OPTIONS,
        TOOL,
        Argument(
            "arguments",
            nargs="*",
            default=[],
            metavar="NAME=VALUE",
            help="its arguments: a list is a,b or JSON, an object is JSON",
        ),
        Argument(
            "--output",
            short="-o",
            default="table",
            choices=get_args(Output),
            help="print tables that fit the terminal (table), tables with every column (wide), the text that an "
            "assistant reads (text), or the structured content as JSON or YAML (default: %(default)s)",
        ),
    ),
    epilog="Exit code: 0 if the call succeeded, 1 if it failed or was refused, 2 if the command line is wrong, "
    "3 if the person declined, 4 if something was not found, 5 if the rate limit is used up, 6 if it is "
    "not known whether the change was made.",
)


def main(arguments: list[str]) -> None:
    """Call a tool, and end the process. What the tool says goes to stdout, or to stderr if it is an error.

    Args:
        arguments: What follows the command's name.
    """
    parser = make_parser(COMMAND)
    refuse_swallowed(parser, arguments)
    given = parser.parse_intermixed_args(arguments)
    if given.ask == "browser":
        parser.error("--ask browser is for a server; this command asks in the terminal")
    tool = NfsTool.of(_SPECS[given.tool])
    try:
        values = arguments_of(tool, given.arguments)
    except ValueError as error:
        parser.error(str(error))
    run(parser, given, partial(_call, tool.name, values, given.output))


async def _call(tool: str, arguments: dict[str, Any], output: Output, settings: Settings, token: AccountToken) -> int:
    progress = Progress(sys.stderr) if sys.stderr and sys.stderr.isatty() else None
    # The person sees what comes of the call.
    server = server_from_settings(
        settings, token, audit_stream(settings) if settings.audit_file else None, shared_state(settings)
    )
    async with Client(server, elicitation_callback=ask if can_ask() else None) as client:
        try:
            result = await client.call_tool(tool, arguments, progress_callback=progress)
        except MCPError as error:
            result = refusal(error.message)
        finally:
            if progress:
                progress.clear()
    if result.is_error:
        print(_text(result), file=sys.stderr)
        return _exit_code(result)
    say(_printed(tool, result, output))
    return 0


def _printed(tool: str, result: CallToolResult, output: Output) -> str:
    """Return what a terminal shows of a result. If it is a file, that is it for people, and can be saved as it is."""
    data = result.structured_content or {}
    match output:
        case "json":
            return json.dumps(data, indent=2)
        case "yaml":
            return as_yaml(data)
    file = data.get(_SPECS[tool].prints or "")
    if file is not None:
        return str(file).removesuffix("\n")
    text = _text(result)
    # What has code to copy in it, such as mount commands, has it whole in the text alone.
    if output == "text" or "```" in text:
        return text
    return coloured(as_tables(data, wide=output == "wide")) or text


def _exit_code(result: CallToolResult) -> int:
    """Return the exit code of a call that failed."""
    failure = (result.meta or {}).get(META_KEY, {"kind": FailureKind.FAILED})
    return _EXIT_CODES[failure["kind"]]


def _text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))
