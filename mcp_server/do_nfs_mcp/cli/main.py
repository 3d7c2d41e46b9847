"""The command `do-nfs-mcp`."""

import argparse
import importlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, get_args

from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.cli.garbage_collection import frozen_gc
from do_nfs_mcp.observability.masking import Masking, MaskingFormatter
from do_nfs_mcp.settings import (
    API_URL,
    CONNECT_SECONDS,
    MAX_IN_FLIGHT,
    READ_SECONDS,
    TOKEN_VARIABLES,
    WAIT_SECONDS,
    Destructive,
    HttpSettings,
    Settings,
    SettingsError,
    checked_url,
    token_from,
)

COMMANDS = {
    "install": ("do_nfs_mcp.cli.install.command", "put the server into the configuration of an MCP host"),
    "tools": ("do_nfs_mcp.cli.terminal.list_tools", "list the tools"),
    "call": ("do_nfs_mcp.cli.terminal.call", "call a tool, without an assistant"),
    "doctor": ("do_nfs_mcp.cli.terminal.doctor", "find out why it does not work"),
    "completion": ("do_nfs_mcp.cli.terminal.shell_completion", "print what lets a shell complete all this"),
}
"""What else the command does, by its first argument: the module whose `main` takes the others and whose `make_parser`
knows them, and what it is for."""

_EPILOG = f"""The token is taken from {", ".join(TOKEN_VARIABLES[:-1])} or {TOKEN_VARIABLES[-1]}, the first that is set.
Without one the server starts, and every call says how to set it."""


class LineParser(argparse.ArgumentParser):
    """Says in one line what it cannot take."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {' '.join(message.split())}\n")


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says: serve MCP, unless it names something else."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in COMMANDS:
        module, _ = COMMANDS[arguments[0]]
        if isinstance(sys.stdout, TextIOWrapper):
            # A name may have letters that this terminal does not have.
            sys.stdout.reconfigure(errors="backslashreplace")
        importlib.import_module(module).main(arguments[1:])
        return
    parser = make_parser()
    given = parser.parse_args(arguments)
    given.run(parser, given)


def _serve(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    """Serve MCP, over stdin and stdout until stdin is closed or over HTTP until the process is told to end."""
    settings = _settings(parser, given)
    log_to_stderr(settings)
    # Until it serves, Ctrl-C just ends it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    try:
        # Imported here, so that --help and --version need not wait for it.
        with frozen_gc():
            from do_nfs_mcp.cli.serve import serve

        sys.exit(serve(settings))
    except SettingsError as error:
        print(f"do-nfs-mcp: error: {error}", file=sys.stderr)
        sys.exit(2)


def log_to_stderr(settings: Settings) -> None:
    """Send what is logged to stderr, without the token. To be called before the SDK sets up logging of its own."""
    logs = logging.StreamHandler(sys.stderr)
    logs.setFormatter(MaskingFormatter(Masking(settings.token), "%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[logs], level=settings.log_level)
    logging.getLogger("httpx").setLevel("DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    # It would show the headers of answers.
    logging.getLogger("httpcore").setLevel("WARNING")


def _make_token(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    """Make a bearer token: its line goes to stdout, itself to the terminal."""
    from do_nfs_mcp.transports.http.tokens import new_token

    try:
        token, line = new_token(given.name, given.scopes.split(","))
    except ValueError as error:
        parser.error(str(error))
    print(f"The token, which is shown this once: {token}", file=sys.stderr)
    print("Its line for the file of tokens:", file=sys.stderr, flush=True)
    print(line)


def _misplaced(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    parser.error("a command has to be the first argument")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question for somebody who gave a word that is not known, with a space after it; "" if none comes near."""
    import difflib  # Not for those who type what there is.

    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"? ' if near else ""


def server_options() -> argparse.ArgumentParser:
    """A parser of what the server is told however it is reached, to be the parent of others."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--sandbox",
        nargs="?",
        const=":memory:",
        metavar="PATH",
        help="use the embedded sandbox in place of the real API; with PATH it keeps its state in that file",
    )
    parser.add_argument("--api-url", default=API_URL, metavar="URL", help="where the API is (default: %(default)s)")
    parser.add_argument("--read-only", action="store_true", help="offer and carry out nothing that changes storage")
    parser.add_argument(
        "--destructive",
        default="ask",
        choices=get_args(Destructive),
        help="whether calls that delete or cut off ask the person first, are just done, or are not offered "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--wait-seconds",
        type=_whole_number(0, 3600),
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long a call waits for its change, at most; many hosts give up on a call after 60 s "
        "(default: %(default)s)",
    )
    for option, seconds, what in (
        ("--connect-seconds", CONNECT_SECONDS, "connecting to the API may take"),
        ("--read-seconds", READ_SECONDS, "the API may be silent"),
    ):
        parser.add_argument(
            option,
            type=_whole_number(1, 3600),
            default=seconds,
            metavar="SECONDS",
            help=f"how long {what} (default: %(default)s)",
        )
    parser.add_argument(
        "--max-in-flight",
        type=_whole_number(1, 1000),
        default=MAX_IN_FLIGHT,
        metavar="N",
        help="how many requests to the API may be under way at once (default: %(default)s)",
    )
    parser.add_argument(
        "--audit-file",
        metavar="PATH",
        help="where a line of JSON goes for each call that may change storage (default: stderr)",
    )
    parser.add_argument(
        "--log-level",
        default="WARNING",
        type=str.upper,
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        help="what is logged to stderr (default: %(default)s)",
    )
    return parser


def make_parser(*, with_commands: bool = False) -> argparse.ArgumentParser:
    """The parser of the command. with_commands: Whether it knows what COMMANDS take, whose modules that imports."""
    parser = LineParser(
        prog="do-nfs-mcp",
        parents=[server_options()],
        description="Lets AI assistants run DigitalOcean's network file storage, over MCP on stdin and stdout or HTTP.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"do-nfs-mcp {version('do-nfs-mcp')}")
    _add_http(parser)
    parser.set_defaults(run=_serve)
    commands = parser.add_subparsers(title="instead of serving", metavar="COMMAND")
    token = commands.add_parser(
        "token",
        help="make a bearer token for --tokens",
        description="Makes a bearer token. Its line for the file goes to stdout, the token itself to stderr.",
        allow_abbrev=False,
    )
    token.add_argument("name", metavar="NAME", help="who will use it")
    token.add_argument(
        "--scopes", default=",".join(SCOPES), metavar="SCOPES", help="what it is for (default: %(default)s)"
    )
    token.set_defaults(run=_make_token)
    for name, (module, purpose) in COMMANDS.items():
        known = [importlib.import_module(module).make_parser()] if with_commands else []
        listed = commands.add_parser(name, help=purpose, parents=known, add_help=False)
        if not known:
            listed.add_argument("arguments", nargs=argparse.REMAINDER)
        listed.set_defaults(run=_misplaced)
    return parser


def _add_http(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--transport", choices=["stdio", "http"], default="stdio", help="how it is reached (default: %(default)s)"
    )
    http = parser.add_argument_group("with --transport http")
    # Without defaults of their own, so that what was given for nothing is seen.
    http.add_argument("--host", help=f"the address to listen on (default: {HttpSettings.host})")
    http.add_argument(
        "--port", type=_whole_number(0, 65535), help=f"the port; 0 picks a free one (default: {HttpSettings.port})"
    )
    http.add_argument(
        "--tokens", type=Path, metavar="FILE", help="let in who has one of these bearer tokens; see the command token"
    )
    http.add_argument("--oauth-issuer", metavar="URL", help="let in who has a JWT of this issuer")
    http.add_argument(
        "--oauth-audience", metavar="NAME", help="whom the issuer's tokens are for (default: what --public-url says)"
    )
    http.add_argument("--public-url", metavar="URL", help="what callers know /mcp by, if there is a proxy in front")
    http.add_argument("--allow-host", action="append", metavar="NAME", help="a name it may be called by")
    http.add_argument("--allow-origin", action="append", metavar="ORIGIN", help="a web page that may call it")
    http.add_argument(
        "--request-state-key-file",
        type=Path,
        metavar="FILE",
        help="the secret that replicas share: one can then go on with a call that another began",
    )


def _settings(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Settings:
    try:
        return replace(settings_from(parser, given), http=_http_settings(given))
    except ValueError as error:
        parser.error(str(error))


def settings_from(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Settings:
    """The settings that the server's options and the environment make. Ends the program if they make none."""
    if given.sandbox == "":
        parser.error("--sandbox takes the path of a file, or nothing")
    if given.audit_file == "":
        parser.error("--audit-file takes the path of a file")
    try:
        api_url = checked_url(given.api_url)
    except ValueError as error:
        parser.error(str(error))
    token, no_token = token_from(os.environ)
    return Settings(
        token=token,
        no_token=no_token,
        api_url=api_url,
        sandbox=given.sandbox,
        read_only=given.read_only,
        destructive=given.destructive,
        wait_seconds=given.wait_seconds,
        connect_seconds=given.connect_seconds,
        read_seconds=given.read_seconds,
        max_in_flight=given.max_in_flight,
        audit_file=given.audit_file,
        log_level=given.log_level,
    )


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"has to be a whole number from {least} to {most}")
        return int(text)

    return number


def _http_settings(given: argparse.Namespace) -> HttpSettings | None:
    set_here: dict[str, Any] = {
        field.name: tuple(value) if isinstance(value, list) else value
        for field in fields(HttpSettings)
        if (value := getattr(given, field.name)) is not None
    }
    if given.transport == "http":
        return HttpSettings(**set_here)
    if set_here:
        raise ValueError(f"--{next(iter(set_here)).replace('_', '-')} is for --transport http")
    return None
