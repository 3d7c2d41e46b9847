"""The command `do-nfs-mcp completion`."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from do_nfs_mcp.cli.options import SERVER_OPTIONS
from do_nfs_mcp.cli.parser import Argument, Command, make_parser
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.terminal.runner import report_output_errors

# What shtab's own scripts know is offered at once; the rest is asked of the account by the command `complete`.
_ZSH_BEFORE = """\
_do_nfs_mcp_account() {
  local line="$LBUFFER" found
  found=$(do-nfs-mcp complete zsh "$line" 2>/dev/null </dev/null)
  compadd -S '' -- ${(f)found}
}
"""
_BASH_AFTER = """
_do_nfs_mcp() {
  local typed="${COMP_LINE:0:COMP_POINT}" line
  COMPREPLY=()
  # Of NAME=VALUE, shtab's script sees the value alone, and may take it for a file.
  [[ "${typed##* }" == [a-z]*=* ]] || _shtab_do_nfs_mcp "$@"
  [ ${#COMPREPLY[@]} = 0 ] || return 0
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
    "${COMP_WORDS[0]}" complete bash "$typed" 2>/dev/null)
  [[ "${COMPREPLY[*]-}" != *= ]] || compopt -o nospace 2>/dev/null
  return 0
}
complete -o bashdefault -F _do_nfs_mcp do-nfs-mcp
"""
_FISH_AFTER = """
function __do_nfs_mcp_account
  do-nfs-mcp complete fish (commandline --current-process --cut-at-cursor | string collect) 2>/dev/null
end
complete -c do-nfs-mcp -n '__fish_seen_subcommand_from call' -f -a '(__do_nfs_mcp_account)'
"""

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
        before = _ZSH_BEFORE if given.shell == "zsh" else ""
        made = shtab.complete(make_parser(whole, file_completion=shtab.FILE), given.shell, preamble=before)
        # For zsh, shtab lets arguments that may be any number be one at most.
        say(made.replace('"(*)::', '"*:') + _after(given.shell))


def _after(shell: str) -> str:
    """Return what a shell needs after shtab's script to complete what is in the account."""
    options = "".join(
        f"complete -c do-nfs-mcp -l {option.name[2:]} -x -a '(__do_nfs_mcp_account)'\n"
        for option in SERVER_OPTIONS
        if option.is_of_account
    )
    return {"bash": _BASH_AFTER, "zsh": "", "fish": _FISH_AFTER + options}[shell]
