"""The command `do-nfs-mcp`."""

import argparse
import importlib
import logging
import os
import signal
import sys
from importlib.metadata import version
from typing import get_args

from do_nfs_mcp.settings import (
    API_URL,
    TOKEN_VARIABLES,
    WAIT_SECONDS,
    Destructive,
    Settings,
    checked_url,
    token_from,
)

COMMANDS = {"install": "do_nfs_mcp.install.command"}
"""The other things the command does, and the module whose `main` does each. The name is the first argument."""

_EPILOG = f"""The token is taken from {", ".join(TOKEN_VARIABLES[:-1])} or {TOKEN_VARIABLES[-1]}, the first that is set.
Without one the server starts, and every call says how to set it.
Other commands: "do-nfs-mcp install HOST" puts the server into a host's configuration. Each has a --help of its own."""


def main(arguments: list[str] | None = None) -> None:
    """Serve MCP over stdin and stdout until stdin is closed; or do what the first argument names."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in COMMANDS:
        importlib.import_module(COMMANDS[arguments[0]]).main(arguments[1:])
        return
    parser = argparse.ArgumentParser(
        prog="do-nfs-mcp",
        parents=[server_options()],
        description="Lets AI assistants run DigitalOcean's network file storage, over MCP on stdin and stdout.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"do-nfs-mcp {version('do-nfs-mcp')}")
    settings = settings_from(parser.parse_args(arguments), parser)
    # Nothing but the protocol goes to stdout. Set up before the SDK does it.
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel("DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    # It would show the headers of answers, in which a server could send the token back.
    logging.getLogger("httpcore").setLevel("WARNING")

    # Here, so that --help and --version need not wait for it.
    import anyio
    from do_nfs_sandbox import StoreError

    from do_nfs_mcp.server import build_server, connector

    try:
        server = build_server(
            connector(settings),
            read_only=settings.read_only,
            destructive=settings.destructive,
            wait_seconds=settings.wait_seconds,
        )
    except StoreError as error:
        print(f"do-nfs-mcp: error: {error}", file=sys.stderr)
        sys.exit(2)
    # Python's own handling of Ctrl-C would wait for a thread that waits for stdin.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(server.run_stdio_async)


def server_options() -> argparse.ArgumentParser:
    """A parser of the server's options, to be the parent of others."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--sandbox",
        nargs="?",
        const=":memory:",
        metavar="PATH",
        help="use the embedded sandbox in place of the real API; with PATH it keeps its state in that file",
    )
    parser.add_argument("--api-url", default=API_URL, metavar="URL", help="where the API is (default: %(default)s)")
    parser.add_argument("--read-only", action="store_true", help="offer and carry out nothing that changes storage")
    parser.add_argument(
        "--destructive",
        default="ask",
        choices=get_args(Destructive),
        help="whether calls that delete or cut off ask the person first, are just done, or are not offered "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--wait-seconds",
        type=_wait_seconds,
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long a call waits for its change, at most; many hosts give up on a call after 60 s "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--log-level",
        default="WARNING",
        type=str.upper,
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        help="what is logged to stderr (default: %(default)s)",
    )
    return parser


def settings_from(given: argparse.Namespace, parser: argparse.ArgumentParser) -> Settings:
    """The settings that options and environment make. Ends the program through the parser if they make none."""
    if given.sandbox == "":
        parser.error("--sandbox takes the path of a file, or nothing")
    try:
        api_url = checked_url(given.api_url)
    except ValueError as error:
        parser.error(str(error))
    token, no_token = token_from(os.environ)
    return Settings(
        token=token,
        no_token=no_token,
        api_url=api_url,
        sandbox=given.sandbox,
        read_only=given.read_only,
        destructive=given.destructive,
        wait_seconds=given.wait_seconds,
        log_level=given.log_level,
    )


def _wait_seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= 3600):
        raise argparse.ArgumentTypeError("has to be a whole number from 0 to 3600")
    return int(text)
