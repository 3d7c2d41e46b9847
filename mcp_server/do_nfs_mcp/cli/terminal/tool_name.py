"""The name of a tool on a command line."""

import argparse
from collections.abc import Sequence
from itertools import pairwise

from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.cli.parser import Argument, did_you_mean
from do_nfs_mcp.tools import SPECS

__all__ = ["TOOL", "refuse_swallowed"]

_NAMES = tuple(spec.name for spec in SPECS)


def _known(name: str) -> str:
    if name not in _NAMES:
        said = did_you_mean(name, _NAMES, "`do-nfs-mcp tools` lists them")
        raise argparse.ArgumentTypeError(f"no tool {quoted(name, 60)}: {said}")
    return name


TOOL = Argument("tool", type=_known, choices=_NAMES, metavar="TOOL", help="the tool; `do-nfs-mcp tools` lists them")


def refuse_swallowed(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> None:
    """End the process if --sandbox took a tool or one of its arguments for its PATH, and would make a file of it.

    Args:
        parser: The command's.
        arguments: What follows the command's name.
    """
    swallowed = next((word for option, word in pairwise(arguments) if option == "--sandbox"), "")
    if swallowed in _NAMES or "=" in swallowed:
        parser.error(
            f"--sandbox took {quoted(swallowed, 60)} for its PATH: put --sandbox at the end, or write --sandbox=PATH"
        )
