"""The command `do-nfs-mcp`."""

import argparse
import logging
import os
import signal
import sys
from importlib.metadata import version
from typing import get_args

from do_nfs_mcp.masking import Masking, MaskingFormatter
from do_nfs_mcp.settings import (
    API_URL,
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
    """Serve MCP over stdin and stdout until stdin is closed."""
    settings = _settings(arguments)
    masked = Masking(settings.token)
    # Nothing but the protocol goes to stdout. Set up before the SDK does it.
    logs = logging.StreamHandler(sys.stderr)
    logs.setFormatter(MaskingFormatter(masked, "%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[logs], level=settings.log_level)
    logging.getLogger("httpx").setLevel("DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    # It would show the headers of answers.
    logging.getLogger("httpcore").setLevel("WARNING")

    # Here, so that --help and --version need not wait for it.
    import anyio
    from do_nfs_sandbox import StoreError

    from do_nfs_mcp.audit import Audit, opened
    from do_nfs_mcp.server import build_server, connector
    from do_nfs_mcp.telemetry import tracing

    try:
        audit = Audit(opened(settings.audit_file) if settings.audit_file else sys.stderr, masked)
    except OSError as error:
        print(f"do-nfs-mcp: error: --audit-file {settings.audit_file}: {error.strerror}", file=sys.stderr)
        sys.exit(2)
    try:
        server = build_server(
            connector(settings, tracing()),
            read_only=settings.read_only,
            audit=audit,
            destructive=settings.destructive,
            wait_seconds=settings.wait_seconds,
        )
    except StoreError as error:
        print(f"do-nfs-mcp: error: {error}", file=sys.stderr)
        sys.exit(2)
    # Python's own handling of Ctrl-C would wait for a thread that waits for stdin.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(server.run_stdio_async)


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
        type=_wait_seconds,
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long a call waits for its change, at most; many hosts give up on a call after 60 s "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--audit-file",
        metavar="PATH",
        help="where a line of JSON goes for each call that may change storage (default: stderr)",
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
    if given.audit_file == "":
        parser.error("--audit-file takes the path of a file")
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
        audit_file=given.audit_file,
        log_level=given.log_level,
    )


def _wait_seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= 3600):
        raise argparse.ArgumentTypeError("has to be a whole number from 0 to 3600")
    return int(text)
