"""Commands as data. Their parsers, docs/cli.md and shell completion are made from it."""

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NoReturn, Protocol

__all__ = ["ACCOUNT_COMPLETION", "Argument", "Command", "LineParser", "did_you_mean", "make_parser"]


ACCOUNT_COMPLETION = {"zsh": "_do_nfs_mcp_account"}
"""What shtab takes for "what the command `complete` says", where that is told for each argument."""


@dataclass(frozen=True)
class Argument:
    """An option, or an argument that goes by its place.

    All but the name is what argparse's add_argument() takes under the same names.

    Attributes:
        name: The option, such as "--port"; of an argument that goes by its place, the attribute it becomes.
        help: What it does. "%(default)s" stands for the default.
        metavar: What its value is called. It is PATH or FILE if, and only if, it is a file, and COMMAND if it is a
            command.
        nargs: "?" for a value that may be left out, "*" for any number of them.
        action: "store_true" for an option without a value, "append" for one that may be repeated.
        type: Makes the value of what was typed, or raises argparse.ArgumentTypeError.
        choices: What it may be.
        default: What it is if it is not given.
        const: What it is if it is given without its value.
        suggests: What a shell offers for it, though others are taken, too.
        short: The same option by a letter, such as "-o"; "" if it has none.
    """

    name: str
    help: str
    metavar: str | None = None
    nargs: Literal["?", "*"] | None = None
    action: Literal["store_true", "append"] | None = None
    type: Callable[[str], Any] | None = None
    choices: Collection[str] | None = None
    default: Any = None
    const: Any = None
    suggests: Collection[str] = ()
    short: str = ""

    @property
    def is_option(self) -> bool:
        """Whether it goes by its name, not by its place."""
        return self.name.startswith("-")

    @property
    def full_help(self) -> str:
        """What it does, and whether it may be repeated."""
        return f"{self.help}; may be repeated" if self.action == "append" else self.help

    @property
    def takes_value(self) -> bool:
        """Whether something follows its name."""
        return self.action in {None, "append"}

    @property
    def is_file(self) -> bool:
        """Whether its value is the path of a file."""
        return self.metavar in {"PATH", "FILE"}

    @property
    def is_of_account(self) -> bool:
        """Whether its value names something in the account, so that the command `complete` knows what it may be."""
        return self.metavar in {"VPC,...", "SLUG,...", "PATTERN,...", "NAME=VALUE"}

    @property
    def is_command(self) -> bool:
        """Whether its value is a command."""
        return self.metavar == "COMMAND"

    @property
    def attribute(self) -> str:
        """The attribute that it becomes, of what was parsed."""
        return self.name.lstrip("-").replace("-", "_")


@dataclass(frozen=True)
class Command:
    """What a command takes, and what is said of it.

    Attributes:
        prog: The words it is called by, such as "do-nfs-mcp install".
        purpose: What it is for, where commands are listed.
        description: What it does, where it is told alone.
        arguments: What it takes; None if only the command itself knows.
        exclusive: The names of the arguments of which one at most may be given. They follow each other.
        groups: What else it takes, by the title it is under.
        commands_title: The title that its commands are under.
        commands: What it does by its first argument.
        epilog: What is said last.
    """

    prog: str
    purpose: str = ""
    description: str = ""
    arguments: tuple[Argument, ...] | None = ()
    exclusive: tuple[str, ...] = ()
    groups: Mapping[str, tuple[Argument, ...]] = field(default_factory=dict)
    commands_title: str = ""
    commands: tuple["Command", ...] = ()
    epilog: str = ""

    @property
    def name(self) -> str:
        """The last of its words."""
        return self.prog.split()[-1]


_OURS = {"name", "short", "suggests"}
"""The fields of an argument that argparse does not take by these names."""


class _Container(Protocol):
    """A parser, or a group in one."""

    def add_argument(self, *names: str, **keywords: Any) -> argparse.Action: ...


class LineParser(argparse.ArgumentParser):
    """Says in one line what it cannot take."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {' '.join(message.split())}\n")


def make_parser(command: Command, *, file_completion: object = None) -> LineParser:
    """Make the parser of a command.

    Args:
        command: What it takes. If it has commands, the attribute `command` is the name of the one that was given.
        file_completion: What shtab takes for "a file", which all arguments that are one then have.

    Returns:
        The parser, which ends the process with exit code 2 and one line on what it cannot take.
    """
    parser = LineParser(prog=command.prog, description=command.description, epilog=command.epilog, allow_abbrev=False)
    _add_arguments(parser, command, file_completion)
    return parser


def _add_arguments(parser: argparse.ArgumentParser, command: Command, file_completion: object) -> None:
    exclusive = parser.add_mutually_exclusive_group() if command.exclusive else parser
    for argument in command.arguments or ():
        _add(exclusive if argument.name in command.exclusive else parser, argument, file_completion)
    for title, arguments in command.groups.items():
        group = parser.add_argument_group(title)
        for argument in arguments:
            _add(group, argument, file_completion)
    if command.commands:
        listed = parser.add_subparsers(title=command.commands_title, metavar="COMMAND", dest="command")
        for each in command.commands:
            if each.arguments is None:
                unread = listed.add_parser(each.name, help=each.purpose, add_help=False)
                unread.add_argument("arguments", nargs=argparse.REMAINDER)
            else:
                read = listed.add_parser(each.name, help=each.purpose, description=each.description, allow_abbrev=False)
                _add_arguments(read, each, file_completion)


def _add(container: _Container, argument: Argument, file_completion: object) -> None:
    keywords = {field.name: getattr(argument, field.name) for field in fields(argument) if field.name not in _OURS}
    keywords["help"] = argument.full_help
    # argparse begins a list itself where none is given.
    called = filter(None, [argument.short, argument.name])
    added: Any = container.add_argument(*called, **{k: v for k, v in keywords.items() if v not in (None, ())})
    if file_completion is None:
        return
    if argument.is_file:
        added.complete = file_completion
    elif argument.suggests:
        added.choices = argument.suggests
    elif argument.is_of_account:
        added.complete = ACCOUNT_COMPLETION


def did_you_mean(word: str, known: Iterable[str], then: str) -> str:
    """Return what somebody is told who gave a word that is not known, to follow a colon.

    Args:
        word: What they gave.
        known: What they may have meant.
        then: What they are told in any case.

    Returns:
        The question whether they meant what comes nearest, if anything does, and what they are told in any case.
    """
    import difflib  # Not for those who type what there is.

    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"? {then[:1].upper()}{then[1:]}' if near else then
