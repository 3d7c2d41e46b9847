"""The command `do-nfs-mcp`."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import get_args

from do_nfs_mcp.settings import (
    API_URL,
    CONNECT_SECONDS,
    MOST_IN_FLIGHT,
    READ_SECONDS,
    TOKEN_VARIABLES,
    WAIT_SECONDS,
    Destructive,
    Settings,
    checked_url,
    token_from,
)

_EPILOG = f"""The token is taken from {", ".join(TOKEN_VARIABLES[:-1])} or {TOKEN_VARIABLES[-1]}, the first that is set.
Without one the server starts, and every call says how to set it."""


def main(arguments: list[str] | None = None) -> None:
    """Serve MCP over stdin and stdout until stdin is closed or a signal ends it."""
    settings = _settings(arguments)
    # Nothing but the protocol goes to stdout. Set up before the SDK does it.
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel("DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    # It would show the headers of answers, in which a server could send the token back.
    logging.getLogger("httpcore").setLevel("WARNING")

    # Until it serves, Ctrl-C just ends it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    # Here, so that --help and --version need not wait for it.
    from do_nfs_sandbox import StoreError

    from do_nfs_mcp.server import build_server, connector
    from do_nfs_mcp.stdio import run_stdio

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
    sys.exit(run_stdio(server.serve))


def _settings(arguments: list[str] | None) -> Settings:
    parser = argparse.ArgumentParser(
        prog="do-nfs-mcp",
        description="Lets AI assistants run DigitalOcean's network file storage, over MCP on stdin and stdout.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
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
        type=_whole_number(0, 3600),
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long a call waits for its change, at most; many hosts give up on a call after 60 s "
        "(default: %(default)s)",
    )
    for option, seconds, what in (
        ("--connect-seconds", CONNECT_SECONDS, "connecting to the API may take"),
        ("--read-seconds", READ_SECONDS, "the API may be silent"),
    ):
        parser.add_argument(
            option,
            type=_whole_number(1, 3600),
            default=seconds,
            metavar="SECONDS",
            help=f"how long {what} (default: %(default)s)",
        )
    parser.add_argument(
        "--max-in-flight",
        type=_whole_number(1, 1000),
        default=MOST_IN_FLIGHT,
        metavar="N",
        help="how many requests to the API may be under way at once (default: %(default)s)",
    )
    parser.add_argument(
        "--log-level",
        default="WARNING",
        type=str.upper,
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        help="what is logged to stderr (default: %(default)s)",
    )
    parser.add_argument("--version", action="version", version=f"do-nfs-mcp {version('do-nfs-mcp')}")
    given = parser.parse_args(arguments)
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
        connect_seconds=given.connect_seconds,
        read_seconds=given.read_seconds,
        most_in_flight=given.max_in_flight,
        log_level=given.log_level,
    )


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 4 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"has to be a whole number from {least} to {most}")
        return int(text)

    return number
