"""The command `do-nfs-mcp completion`."""

import argparse
from typing import Any

from do_nfs_mcp.cli.main import LineParser
from do_nfs_mcp.cli.main import make_parser as make_whole_parser
from do_nfs_mcp.cli.terminal.runner import report_output_errors


def main(arguments: list[str]) -> None:
    """Print the script with which a shell completes the command."""
    parser = make_parser()
    given = parser.parse_args(arguments)
    try:
        import shtab
    except ImportError:
        parser.error("shtab is not installed, which do-nfs-mcp[completion] brings along")
    whole = make_whole_parser(with_commands=True)
    _complete_files(whole, shtab.FILE)
    with report_output_errors(parser):
        print(shtab.complete(whole, given.shell))


def make_parser() -> argparse.ArgumentParser:
    """The parser of what the command takes."""
    parser = LineParser(
        prog="do-nfs-mcp completion",
        description="Prints the script with which a shell completes the command, its options and the names of tools.",
        epilog='For bash: eval "$(do-nfs-mcp completion bash)" in ~/.bashrc. For zsh: save it as _do-nfs-mcp in a '
        "folder of $fpath. For fish: save it as ~/.config/fish/completions/do-nfs-mcp.fish.",
        allow_abbrev=False,
    )
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], metavar="SHELL", help="bash, zsh or fish")
    return parser


def _complete_files(parser: argparse.ArgumentParser, how: object) -> None:
    actions: list[Any] = parser._actions
    for action in actions:
        if action.metavar in {"PATH", "FILE"}:
            action.complete = how
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_files(command, how)
