"""The reference of the commands, from their parsers."""

import argparse
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import EntryPoint
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

Main = Callable[[list[str]], object]
Row = tuple[str, str]

ROOT = Path(__file__).resolve().parent.parent.parent
_HEAD = """<!-- Made by scripts/docs from the parsers; changes made here are lost. -->

# The commands

Each of them has `--help`. What a command cannot take ends it with exit code 2, before anything is done.
"""


def commands_page() -> str:
    """docs/cli.md."""
    page = _HEAD
    for _, family in groupby(parsers(), key=lambda parser: parser.prog.split()[0]):
        told: dict[Row, str] = {}
        for parser in family:
            page += _section(parser, told)
    return page


def parsers() -> Iterator[argparse.ArgumentParser]:
    """The parser of every command, and of everything that a command does by its first argument."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, value in project["scripts"].items():
        yield from _parsers(EntryPoint(name, value, "console_scripts").load(), [])


def _parsers(main: Main, words: list[str]) -> Iterator[argparse.ArgumentParser]:
    # Asked of the commands themselves, since each may be in a module of its own.
    helped: list[argparse.ArgumentParser] = []
    asked = patch.object(argparse.ArgumentParser, "print_help", lambda parser, file=None: helped.append(parser))
    with asked, suppress(SystemExit):
        main([*words, "--help"])
    (parser,) = helped
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name in action.choices:
                yield from _parsers(main, [*words, name])


def _section(parser: argparse.ArgumentParser, told: dict[Row, str]) -> str:
    """What a command takes. told: By each row so far, which command it was told of; added to."""
    described = f"\n## {parser.prog}\n\n{_line(parser.description)}\n"
    for group in parser._action_groups:
        actions = [action for action in group._group_actions if action.help is not argparse.SUPPRESS]
        if subcommands := [action for action in actions if isinstance(action, argparse._SubParsersAction)]:
            rows = [(f"`{each.dest}`", _line(each.help)) for action in subcommands for each in action._choices_actions]
            described += _table(group.title or "", "command", rows)
        elif rows := [(_usage(parser, action), _help(parser, action)) for action in actions if not _asks_help(action)]:
            new = [row for row in rows if row not in told]
            described += _table("" if group in _usual(parser) else group.title or "", "argument", new) if new else ""
            described += _again([row for row in rows if row in told], told)
            told |= dict.fromkeys(new, parser.prog)
    return described + (f"\n{_line(parser.epilog)}\n" if parser.epilog else "")


def _usual(parser: argparse.ArgumentParser) -> tuple[argparse._ArgumentGroup, ...]:
    return (parser._positionals, parser._optionals)


def _table(title: str, what: str, rows: list[Row]) -> str:
    head = f"\n{title.capitalize()}:\n" if title else ""
    return f"{head}\n| {what} | what it does |\n| --- | --- |\n" + "".join(
        f"| {name} | {does} |\n" for name, does in rows
    )


def _again(rows: list[Row], told: dict[Row, str]) -> str:
    """What a command takes as one before it does."""
    by_command = groupby(rows, key=lambda row: told[row])
    return "".join(f"\nAs `{prog}` does: {', '.join(name for name, _ in same)}.\n" for prog, same in by_command)


def _asks_help(action: argparse.Action) -> bool:
    return isinstance(action, argparse._HelpAction)


def _usage(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """How an argument is written, such as `--port PORT`."""
    formatter = parser._get_formatter()
    name = ", ".join(action.option_strings)
    if action.nargs == 0:
        return f"`{name}`"
    value = formatter._format_args(action, action.dest.upper() if name else action.dest)
    return f"`{f'{name} {value}'.strip()}`".replace("|", "\\|")


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    said = _line(parser._get_formatter()._expand_help(action)) if action.help else ""
    return said + ("; may be repeated" if isinstance(action, argparse._AppendAction) and "repeated" not in said else "")


def _line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")
