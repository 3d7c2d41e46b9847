"""The command `do-nfs-mcp`: finds out which command is meant, and runs it."""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import TextIOWrapper

from do_nfs_mcp.cli.audit_stream import audit_stream
from do_nfs_mcp.cli.garbage_collection import frozen_gc
from do_nfs_mcp.cli.make_token import TOKEN, make_token
from do_nfs_mcp.cli.options import HTTP_OPTIONS, SERVER_OPTIONS, TRANSPORT, http_settings_from, settings_from
from do_nfs_mcp.cli.parser import Argument, Command, did_you_mean, make_parser
from do_nfs_mcp.cli.standard_output import reader_may_leave
from do_nfs_mcp.observability.background_stderr import background_stderr
from do_nfs_mcp.offering import Offering
from do_nfs_mcp.settings import TOKEN_VARIABLES, Settings, SettingsError
from do_nfs_mcp.transports.handshake import HandedOver, answer_handshake, read_answers

__all__ = ["COMMANDS", "every_command", "main"]

COMMANDS = {
    "install": ("do_nfs_mcp.cli.install.command", "add the server to the configuration of an MCP host"),
    "tools": ("do_nfs_mcp.cli.terminal.list_tools", "list the tools, or show one"),
    "call": ("do_nfs_mcp.cli.terminal.call", "call a tool from the terminal, without an assistant"),
    "ui": ("do_nfs_mcp.cli.terminal.ui", "show all storage in the browser"),
    "audit": ("do_nfs_mcp.cli.terminal.audit_verify", "verify an audit file"),
    "doctor": ("do_nfs_mcp.cli.terminal.doctor", "check configuration, token and connectivity"),
    "completion": ("do_nfs_mcp.cli.terminal.shell_completion", "print a shell completion script"),
}
"""What else the command does, by its first argument: the module whose `COMMAND` says what it takes and whose `main`
takes that, and what it is for. A module is loaded when its command is used."""

_HIDDEN = {"complete": "do_nfs_mcp.cli.terminal.complete"}
"""What only the scripts of the command completion call."""

SERVE = Command(
    "do-nfs-mcp",
    description="Lets AI assistants manage DigitalOcean's network file storage (NFS) over MCP, on stdin and stdout or "
    "over HTTP.",
    arguments=(
        *SERVER_OPTIONS,
        Argument(
            "--version",
            action="store_true",
            help="print the version and exit",
        ),
        TRANSPORT,
    ),
    groups={"with --transport http": HTTP_OPTIONS},
    commands_title="other commands",
    commands=(
        TOKEN,
        *(Command(f"do-nfs-mcp {name}", purpose, arguments=None) for name, (_, purpose) in COMMANDS.items()),
    ),
    epilog=f"The API token comes from {', '.join(TOKEN_VARIABLES[:-1])} or {TOKEN_VARIABLES[-1]}, whichever is set "
    "first in this order, unless an option names another source. Without a token the server starts anyway, and every "
    "call says how to set one; over HTTP, it does not start if the source that an option names has none.",
)


_WAITING = (
    "do-nfs-mcp is waiting for an MCP host to speak on stdin; leave with Ctrl-C. To set up a host, run "
    "`do-nfs-mcp install`; to call a tool yourself, `do-nfs-mcp call`; for everything else, `do-nfs-mcp --help`."
)
"""Said to a person who has started the server in a terminal, where no host starts it."""


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says: serve MCP, unless it names something else.

    Args:
        arguments: The command line without the program; None for that of the process.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = make_parser(SERVE)
    with reader_may_leave():
        if arguments and (arguments[0] in COMMANDS or arguments[0] in _HIDDEN):
            _run(arguments[0], arguments[1:])
            return
        known = (TOKEN.name, *COMMANDS)
        if arguments and not arguments[0].startswith("-") and arguments[0] not in known:
            from do_nfs_mcp.api.untrusted_text import quoted

            there = f"the commands are {', '.join(known)}"
            parser.error(f"no command {quoted(arguments[0], 60)}: {did_you_mean(arguments[0], known, there)}")
        given = parser.parse_args(arguments)
        if given.version:
            # To look it up takes longer than all else until a host is answered.
            from importlib.metadata import version

            print(f"do-nfs-mcp {version('do-nfs-mcp')}")
            return
        if given.command == TOKEN.name:
            make_token(parser, given)
            return
        if given.command is not None:
            parser.error("a command must be the first argument")
    _serve(parser, given)


def every_command() -> Iterator[Command]:
    """Give all that the program does: serving first, then the others in the order of SERVE. This loads all of it."""
    yield SERVE
    yield TOKEN
    for module, _ in COMMANDS.values():
        yield importlib.import_module(module).COMMAND


def _run(name: str, arguments: list[str]) -> None:
    if isinstance(sys.stdout, TextIOWrapper):
        # A name may have letters that this terminal does not have.
        sys.stdout.reconfigure(errors="backslashreplace")
    module = importlib.import_module(_HIDDEN.get(name) or COMMANDS[name][0])
    # Completion is of every command, which only this module knows.
    more = (every_command,) if name == "completion" else ()
    module.main(arguments, *more)


def _serve(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    """Serve MCP, and end the process."""
    settings = settings_from(parser, given)
    settings = replace(settings, http=http_settings_from(parser, given))
    if settings.http is None and sys.stdin and sys.stdin.isatty():
        print(_WAITING, file=sys.stderr)
    # Until it serves, they just end it. Without handlers they would not, where it is a container's first process. An
    # exception would not always either: modules are being loaded, in C code that makes another of it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: os._exit(128 + number))
    with background_stderr():
        try:
            audit = audit_stream(settings)
            handed_over = _answer_handshake(settings)
            if handed_over is None:
                return
            # Imported here, so that nobody who asks for nothing more waits for it.
            with frozen_gc():
                from do_nfs_mcp.cli.logging_setup import log_to_stderr
                from do_nfs_mcp.cli.token_sources import account_token

                token = account_token(settings)
                log_to_stderr(settings, token.masked)
                from do_nfs_mcp.cli.serve import serve

            sys.exit(serve(settings, token, audit, handed_over))
        except SettingsError as error:
            print(f"do-nfs-mcp: error: {error}", file=sys.stderr)
            sys.exit(2)


def _answer_handshake(settings: Settings) -> HandedOver | None:
    """Answer a host on stdin until it asks for more than the handshake, or is gone."""
    # What a sandbox's file or a store needs is looked at now, since it may not be there.
    if settings.http or settings.state or settings.sandbox not in {None, ":memory:"}:
        return HandedOver()
    answers = read_answers(
        Offering(settings.read_only, settings.destructive, settings.tools, settings.exclude_tools),
    )
    if answers is None:
        return HandedOver()
    return answer_handshake(answers)
