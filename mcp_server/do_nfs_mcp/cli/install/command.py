"""The command `do-nfs-mcp install`."""

import argparse
import json
import os
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from do_nfs_mcp.account_token.command_line import join, split
from do_nfs_mcp.cli.install import files
from do_nfs_mcp.cli.install.entries import add_entry, find_entry, has_any_entry, remove_entry
from do_nfs_mcp.cli.install.format import ConfigurationError
from do_nfs_mcp.cli.install.hosts import HOSTS, OTHER, Host, HostEnvironment
from do_nfs_mcp.cli.options import SERVER_OPTIONS, TOKEN_OPTIONS, UNLIMITED, option_value, settings_from
from do_nfs_mcp.cli.parser import Argument, Command, did_you_mean, make_parser
from do_nfs_mcp.settings import TOKEN_VARIABLES, Settings, token_from

_NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
"""What a server's name may have in every host."""


COMMAND = Command(
    "do-nfs-mcp install",
    description="Puts this server into the configuration of an MCP host, whose other content stays as it is. "
    "Options of the server go into the entry.",
    arguments=(
        *SERVER_OPTIONS,
        Argument("host", nargs="?", metavar="HOST", help=", ".join(HOSTS)),
        Argument("--print", action="store_true", help="show what to paste instead of writing it; for any HOST"),
        Argument("--uninstall", action="store_true", help="take the entry out again, and nothing else"),
        Argument("--name", default="nfs", help="what the host calls the server (default: %(default)s)"),
        Argument("--config", type=Path, metavar="PATH", help="the configuration, if it is not the usual file"),
        Argument(
            "--token-in-clear",
            action="store_true",
            help="write the token itself, as it is in the environment now, into the entry, "
            "and keep the file from others",
        ),
    ),
    exclusive=("--print", "--uninstall"),
    epilog="The token stays where it is: in the environment, to which the entry refers where the host can, or where "
    "an option says.",
)


def main(arguments: list[str]) -> None:
    """Put the server into a host's configuration, take it out, or show what would go in.

    Args:
        arguments: What follows the command's name.
    """
    parser = make_parser(COMMAND)
    given = parser.parse_args(arguments)
    host = HOSTS.get(given.host, OTHER)
    if host is OTHER and not given.print:
        known = ", ".join(HOSTS)
        if given.host is None:
            parser.error(f"which host? It is one of {known}; for any other, --print shows what to paste")
        meant = did_you_mean(given.host, HOSTS)
        parser.error(f'no host "{given.host}": {meant}It is one of {known}; for any other, --print shows what to paste')
    if not given.name or set(given.name) - set(_NAME_CHARACTERS):
        parser.error("--name takes letters, digits, - and _ only")
    path = given.config or host.configuration(HostEnvironment(sys.platform, os.environ, str(Path.home())))
    try:
        if given.uninstall:
            said = _uninstall(host, path, given.name)
        else:
            token, about = _token(host, given, settings_from(parser, given), parser)
            entry = host.entry([*_program(), *_server_arguments(given)], token)
            holds_token = given.token_in_clear and given.sandbox is None
            if given.print:
                said = host.format.put(host.format.empty, (host.section, given.name), entry).removesuffix("\n")
                print(about if host is OTHER else f"{host.title} reads it from {path}. {about}", file=sys.stderr)
            else:
                said = f"{_install(host, path, given.name, entry, private=holds_token)} {about}"
                if holds_token and os.name != "nt":
                    said += " Nobody else may read the file."
    except ConfigurationError as error:
        parser.error(f"{path} {error.problem}; nothing was written")
    except OSError as error:
        parser.error(f"{path} cannot be changed: {error.strerror}; nothing was written")
    print(said)


def _install(host: Host, path: Path, name: str, entry: dict[str, Any], *, private: bool) -> str:
    """Put the entry in.

    Args:
        private: Whether the file and its backup are for their owner only from now on.

    Returns:
        What was done, for the person.
    """
    keys = (host.section, name)
    old = files.read(path)
    if old is None:
        files.write(path, add_entry(host.format, None, keys, entry))
        return f'{host.title} now has "{name}": {path}. Restart it.'
    text = old.removeprefix(files.BYTE_ORDER_MARK)
    new = add_entry(host.format, text, keys, entry)
    if private:
        # Before the token is in it: a file keeps its permissions when it is written.
        files.make_private(path)
        files.make_private(files.backup_of(path))
    if new == old:
        return f'{host.title} has "{name}" already, as it should be: {path}.'
    if find_entry(host.format, text, keys) is not None:
        files.write(path, new)
        said = f'{host.title} has "{name}" brought up to date: {path}. Restart it.'
    elif has_any_entry(host.format, text, host.section):
        # The backup, if there is one, is from before the first; this one may have a token in it.
        files.write(path, new)
        said = f'{host.title} now has "{name}", too: {path}. Restart it.'
    else:
        backup = files.backup_of(path)
        files.back_up(path)
        try:
            files.write(path, new)
        except OSError:
            files.remove(backup)
            raise
        said = f'{host.title} now has "{name}": {path}. As it was, it is in {backup}. Restart the host.'
    return said + _about_mark(old)


def _uninstall(host: Host, path: Path, name: str) -> str:
    """Take the entry out, and the backup away that says no more than the file then does.

    Returns:
        What was done, for the person.
    """
    old = files.read(path)
    backup = files.read(files.backup_of(path))
    text = (old or "").removeprefix(files.BYTE_ORDER_MARK)
    original = None if backup is None else backup.removeprefix(files.BYTE_ORDER_MARK)
    new = None if old is None else remove_entry(host.format, text, (host.section, name), original)
    if old is None or new == text:
        return f'{host.title} has no "{name}": {path}.'
    if new is None:
        files.remove(path)
        return f'{path} had nothing but "{name}" in it and is gone. Restart {host.title}.'
    files.write(path, new)
    if original == new:
        files.remove(files.backup_of(path))
    return f'{host.title} no longer has "{name}": {path}. Restart it.{_about_mark(old)}'


def _about_mark(old: str) -> str:
    """Return what to say of the byte order mark of a file that has been written; nothing if it had none."""
    if old.startswith(files.BYTE_ORDER_MARK):
        return " Its byte order mark, with which some hosts cannot read it, has been taken off."
    return ""


def _program() -> list[str]:
    """Return how a host starts this very installation, whatever its PATH is."""
    uv = os.environ.get("UV")
    if uv and Path(sys.prefix).parent.name.startswith("archive-"):
        # uvx made this environment in its cache, and may clear it away.
        installed = distribution("do-nfs-mcp")
        made_from = json.loads(installed.read_text("direct_url.json") or "{}").get("url")
        return [uv, "tool", "run", "--from", made_from or f"do-nfs-mcp=={installed.version}", "do-nfs-mcp"]
    script = Path(sys.executable).with_name("do-nfs-mcp.exe" if os.name == "nt" else "do-nfs-mcp")
    return [str(script)] if script.exists() else [sys.executable, "-m", "do_nfs_mcp"]


def _server_arguments(given: argparse.Namespace) -> list[str]:
    """Return the options of the server that were given, to be given to it again."""
    arguments = []
    for option in SERVER_OPTIONS:
        value = option_value(option, given)
        if value == option.default:
            continue
        for each in value if isinstance(value, tuple) else (value,):
            if not option.takes_value or (option.const is not None and each == option.const):
                arguments.append(option.name)
                continue
            # A host starts the server in a folder of the host's choice.
            word = str(Path(each).absolute() if option.is_file else UNLIMITED if each is None else each)
            word = _with_program_found(word) if option.is_command else word
            # By itself it would be taken for an option.
            arguments += [f"{option.name}={word}"] if word.startswith("-") else [option.name, word]
    return arguments


def _with_program_found(command: str) -> str:
    """Return a command with the path of its program, since a host may have another PATH than this shell."""
    program, *arguments = split(command)
    found = shutil.which(program)
    return join([str(Path(found).absolute()), *arguments]) if found else command


def _token(
    host: Host, given: argparse.Namespace, settings: Settings, parser: argparse.ArgumentParser
) -> tuple[dict[str, Any], str]:
    """Return the part of the entry that gives the server the token, and what to say about it."""
    elsewhere = [option.name for option in TOKEN_OPTIONS if getattr(settings, option.attribute) is not None]
    if elsewhere and given.token_in_clear:
        parser.error(f"--token-in-clear takes the token from the environment, {elsewhere[0]} from elsewhere: give one")
    if given.sandbox is not None:
        return {}, "It runs on the sandbox, which needs no token."
    if elsewhere:
        return {}, f"The token is not in the entry: the server takes it from where {elsewhere[0]} says."
    set_ones = [name for name in TOKEN_VARIABLES if os.environ.get(name, "").strip()]
    variable = (set_ones or TOKEN_VARIABLES)[0]
    if given.token_in_clear:
        token, _ = token_from(os.environ)
        if token is None:
            parser.error(f"--token-in-clear takes the token from {', '.join(TOKEN_VARIABLES)}; none of them holds one")
        return {host.variables: {variable: token}}, "The token is in the entry, in clear text."
    unset = "" if set_ones else ", which is not set here"
    if reference := host.token_reference(variable):
        return reference, f"The token is taken from {variable}{unset}, each time the server starts."
    return {}, (
        f"{host.title} fills in no references, so the token is not in the entry: the server takes it from "
        f"{variable}{unset}, if it is started with it. If calls say that there is no token, use --token-in-clear."
    )
