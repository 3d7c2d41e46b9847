"""The command `do-nfs-mcp completion`."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from do_nfs_mcp.cli.parser import Argument, Command, make_parser
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.terminal.runner import report_output_errors

COMMAND = Command(
    "do-nfs-mcp completion",
    description="Prints a shell completion script for do-nfs-mcp.",
    arguments=(
        Argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="the shell: bash, zsh or fish"),
    ),
    epilog='For bash: eval "$(do-nfs-mcp completion bash)" in ~/.bashrc. For zsh: save it as _do-nfs-mcp in a '
    "folder of $fpath. For fish: save it as ~/.config/fish/completions/do-nfs-mcp.fish.",
)


def main(arguments: list[str], every_command: Callable[[], Iterable[Command]]) -> None:
    """Print the script with which a shell completes the command.

    Args:
        arguments: What follows the command's name.
        every_command: Gives the command that is completed, and then what it does by its first argument.
    """
    parser = make_parser(COMMAND)
    given = parser.parse_args(arguments)
    try:
        import shtab
    except ImportError:
        parser.error("the package shtab is missing: install do-nfs-mcp[completion] in place of do-nfs-mcp")
    whole, *commands = every_command()
    # Described as they are listed.
    commands = [
        replace(command, purpose=listed.purpose, description=listed.description)
        for command, listed in zip(commands, whole.commands, strict=True)
    ]
    whole = replace(whole, commands=tuple(commands))
    with report_output_errors(parser):
        say(shtab.complete(make_parser(whole, file_completion=shtab.FILE), given.shell))
