"""The command `do-nfs-mcp ui`."""

import os
import signal
import sys
from contextlib import nullcontext
from dataclasses import replace
from importlib import resources
from typing import Any

import anyio
from mcp import Client, MCPError
from mcp.client import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID

from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.browser.launcher import can_open, open_page
from do_nfs_mcp.browser.overview_site import OverviewSite
from do_nfs_mcp.cli.options import SERVER_OPTIONS
from do_nfs_mcp.cli.parser import Command, make_parser
from do_nfs_mcp.cli.serve import server_from_settings
from do_nfs_mcp.cli.terminal.runner import run
from do_nfs_mcp.settings import Settings, without_tokens
from do_nfs_mcp.tools.tool import refusal

COMMAND = Command(
    "do-nfs-mcp ui",
    description="Shows all storage of the account in the browser until Ctrl-C. The page changes nothing; only this "
    "machine can open it, and only at the printed address.",
    arguments=SERVER_OPTIONS,
)
_TOOLS = {"get_storage_overview", "get_mount_instructions"}
"""What the page calls."""


def main(arguments: list[str]) -> None:
    """Show all storage in the browser until the process is told to end, and end it.

    Args:
        arguments: What follows the command's name.
    """
    parser = make_parser(COMMAND)
    run(parser, parser.parse_args(arguments), _show)


async def _show(settings: Settings, token: AccountToken) -> int:
    server = server_from_settings(replace(settings, read_only=True), token)
    pages = [advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})]
    # No event loop on Windows takes signals: Ctrl-C ends this there as it ends every command.
    ending = nullcontext() if sys.platform == "win32" else anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM)
    with ending as signals:
        async with Client(server, extensions=pages) as client:

            async def call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
                if tool not in _TOOLS:
                    raise ValueError(tool)
                try:
                    result = await client.call_tool(tool, arguments)
                except MCPError as error:
                    result = refusal(error.message)
                return result.model_dump(mode="json", by_alias=True, exclude_none=True)

            site = OverviewSite((resources.files("do_nfs_mcp.tools") / "overview.html").read_text("utf-8"), call)
            try:
                url = await site.url()
                print(f"All storage is shown at {url} until Ctrl-C.", file=sys.stderr, flush=True)
                environment = without_tokens(os.environ)
                if can_open(environment):
                    open_page(environment, url, lambda: None)
                await (anext(signals) if signals else anyio.sleep_forever())
            finally:
                await site.aclose()
    return 0
