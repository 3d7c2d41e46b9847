"""The reference of the commands, from the data that their parsers are made from."""

import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from do_nfs_mcp.cli.main import every_command
from do_nfs_mcp.cli.parser import Argument, Command
from do_nfs_sandbox import cli as sandbox

Row = tuple[str, str]

ROOT = Path(__file__).resolve().parent.parent.parent
_HEAD = """<!-- Made by scripts/docs from what the commands say of themselves; changes made here are lost. -->

# The commands

Each of them has `--help`. What a command cannot take ends it with exit code 2, before anything is done.
"""


def commands_page() -> str:
    """Return docs/cli.md."""
    page = _HEAD
    for _, family in groupby(commands(), key=lambda command: command.prog.split()[0]):
        seen: dict[Row, str] = {}
        for command in family:
            page += _section(command, seen)
    return page


def commands() -> Iterator[Command]:
    """Give each command that is installed, followed by what it does by its first argument."""
    known = {"do-nfs-mcp": every_command, "do-nfs-sandbox": _sandbox}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name in project["scripts"]:
        first, *others = known[name]()
        yield first
        for command in others:
            yield from (command, *command.commands)


def option_names() -> set[str]:
    """Return the names of all options of all commands."""
    arguments = [argument for command in commands() for _, group in _groups(command) for argument in group]
    return {"--help", *(argument.name for argument in arguments if argument.is_option)}


def _sandbox() -> Iterator[Command]:
    # It stands alone, so that its options are as argparse takes them.
    arguments = tuple(
        Argument(name, **{keyword: value for keyword, value in keywords.items() if keyword != "version"})
        for name, keywords in sandbox.OPTIONS.items()
    )
    yield Command("do-nfs-sandbox", description=sandbox.DESCRIPTION, arguments=arguments)


def _groups(command: Command) -> Iterator[tuple[str, list[Argument]]]:
    """Give what a command takes as its help has it, by the title it is under: "" where it needs none."""
    arguments = command.arguments or ()
    yield "", [argument for argument in arguments if not argument.is_option]
    yield "", [argument for argument in arguments if argument.is_option]
    for title, group in command.groups.items():
        yield title, list(group)


def _section(command: Command, seen: dict[Row, str]) -> str:
    """Return the part of the page on a command.

    Args:
        command: The command.
        seen: By each row that the page has, the command it stands with. What this one adds is added.
    """
    section = f"\n## {command.prog}\n\n{_line(command.description)}\n"
    for title, arguments in _groups(command):
        rows = [(_usage(argument), _help(argument)) for argument in arguments]
        new = [row for row in rows if row not in seen]
        section += _table(title, "argument", new) + _as_before([row for row in rows if row in seen], seen)
        seen |= dict.fromkeys(new, command.prog)
    listed = [(f"`{each.name}`", _line(each.purpose)) for each in command.commands]
    section += _table(command.commands_title, "command", listed)
    return section + (f"\n{_line(command.epilog)}\n" if command.epilog else "")


def _table(title: str, what: str, rows: list[Row]) -> str:
    if not rows:
        return ""
    head = f"\n{title.capitalize()}:\n" if title else ""
    return f"{head}\n| {what} | what it does |\n| --- | --- |\n" + "".join(
        f"| {name} | {does} |\n" for name, does in rows
    )


def _as_before(rows: list[Row], seen: dict[Row, str]) -> str:
    """Say what a command takes as one before it does."""
    by_command = groupby(rows, key=lambda row: seen[row])
    return "".join(f"\nAs `{prog}` does: {', '.join(name for name, _ in same)}.\n" for prog, same in by_command)


def _usage(argument: Argument) -> str:
    """Return how an argument is written, such as `--port PORT`."""
    value = argument.metavar or (
        f"{{{','.join(argument.choices)}}}" if argument.choices else argument.attribute.upper()
    )
    value = {None: value, "?": f"[{value}]", "*": f"[{value} ...]"}[argument.nargs]
    if argument.is_option:
        name = f"{argument.short}, {argument.name}" if argument.short else argument.name
        value = f"{name} {value}" if argument.takes_value else name
    return f"`{value}`".replace("|", "\\|")


def _help(argument: Argument) -> str:
    return _line(argument.full_help % {"default": argument.default})


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
