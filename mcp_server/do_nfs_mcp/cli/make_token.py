"""The command `do-nfs-mcp token`."""

import argparse
import sys

from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.cli.parser import Argument, Command
from do_nfs_mcp.cli.standard_output import say

_ALL_SCOPES = ",".join(SCOPES)

TOKEN = Command(
    "do-nfs-mcp token",
    purpose="make a bearer token for --tokens",
    description="Makes a bearer token: the token itself is printed on stderr, its line for the --tokens file on "
    "stdout.",
    arguments=(
        Argument("name", metavar="NAME", help="the caller that will hold the token"),
        Argument("--scopes", default=_ALL_SCOPES, metavar="SCOPES", help="the scopes it grants (default: %(default)s)"),
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
    print(f"The token, which is not shown again: {token}", file=sys.stderr)
    if given.scopes == _ALL_SCOPES:
        print("It grants every scope, deleting included; --scopes grants fewer.", file=sys.stderr)
    if sys.stdout.isatty():
        print("The line for the --tokens file:", file=sys.stderr, flush=True)
    say(line)
