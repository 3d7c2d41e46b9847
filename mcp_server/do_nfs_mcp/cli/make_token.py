"""The command `do-nfs-mcp token`."""

import argparse
import sys

from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.cli.parser import Argument, Command

TOKEN = Command(
    "do-nfs-mcp token",
    purpose="make a bearer token for --tokens",
    description="Makes a bearer token. Its line for the file goes to stdout, the token itself to stderr.",
    arguments=(
        Argument("name", metavar="NAME", help="who will use it"),
        Argument("--scopes", default=",".join(SCOPES), metavar="SCOPES", help="what it is for (default: %(default)s)"),
    ),
)


def make_token(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    """Make a bearer token: its line goes to stdout, itself to the terminal.

    Args:
        parser: Ends the process if there can be no such token.
        given: The name and the scopes.
    """
    from do_nfs_mcp.transports.http.tokens import new_token

    try:
        token, line = new_token(given.name, given.scopes.split(","))
    except ValueError as error:
        parser.error(str(error))
    print(f"The token, which is shown this once: {token}", file=sys.stderr)
    print("Its line for the file of tokens:", file=sys.stderr, flush=True)
    print(line)
