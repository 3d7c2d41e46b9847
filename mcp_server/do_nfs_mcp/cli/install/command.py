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
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.settings import TOKEN_VARIABLES, Settings, token_from

_NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
"""What a server's name may have in every host."""

_HOSTS_IN_HELP = f"{', '.join(HOSTS)}; or {OTHER.name}, with --print"

COMMAND = Command(
    "do-nfs-mcp install",
    description="Adds this server to the configuration of an MCP host, and leaves everything else in the file as it "
    "is. Server options given here are written into the entry.",
    arguments=(
        *SERVER_OPTIONS,
        Argument("host", nargs="?", metavar="HOST", suggests=(*HOSTS, OTHER.name), help=_HOSTS_IN_HELP),
        Argument(
            "--print", action="store_true", help="print the entry to paste instead of writing it; works for any HOST"
        ),
        Argument("--uninstall", action="store_true", help="remove the entry, and nothing else"),
        Argument("--name", default="nfs", help="the name of the server in the host (default: %(default)s)"),
        Argument(
            "--config", type=Path, metavar="PATH", help="the host's configuration file, if it is not the usual one"
        ),
        Argument(
            "--token-in-clear",
            action="store_true",
            help="write the token from the environment into the entry in clear text, and make the file readable by its "
            "owner only",
        ),
    ),
    exclusive=("--print", "--uninstall"),
    epilog="Unless --token-in-clear is given, the token is not written into the file: the entry refers to the "
    "environment variable if the host expands references, or to the source that an option names.",
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
            parser.error(f"HOST is missing: choose one of {known}; for any other host, --print shows what to paste")
        hosts = f"known hosts are {known}; for any other, --print shows what to paste"
        parser.error(f'unknown host "{given.host}": {did_you_mean(given.host, HOSTS, hosts)}')
    if not given.name or set(given.name) - set(_NAME_CHARACTERS):
        parser.error("--name may have only letters, digits, - and _")
    path = given.config or host.configuration(HostEnvironment(sys.platform, os.environ, str(Path.home())))
    try:
        if given.uninstall:
            said = _uninstall(host, path, given.name)
        else:
            token, about = _token(host, given, settings_from(parser, given), parser)
            about = f"{about} {host.note}".rstrip()
            entry = host.entry([*_program(), *_server_arguments(given)], token)
            holds_token = given.token_in_clear and given.sandbox is None
            if given.print:
                said = host.format.put(host.format.empty, (host.section, given.name), entry).removesuffix("\n")
                print(about if host is OTHER else f"{host.title} reads it from {path}. {about}", file=sys.stderr)
            else:
                said = f"{_install(host, path, given.name, entry, private=holds_token)} {about}"
                if holds_token and os.name != "nt":
                    said += " Only you can read the file."
    except ConfigurationError as error:
        parser.error(f"{path} {error.problem}; nothing was written")
    except OSError as error:
        parser.error(f"{path} cannot be changed: {error.strerror}; nothing was written")
    say(said)


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
        return f'{host.title} now has "{name}" in {path}. Restart it.'
    text = old.removeprefix(files.BYTE_ORDER_MARK)
    new = add_entry(host.format, text, keys, entry)
    if private:
        # Before the token is in it: a file keeps its permissions when it is written.
        files.make_private(path)
        files.make_private(files.backup_of(path))
    if new == old:
        return f'{host.title} already has "{name}" in {path}; nothing to change.'
    if find_entry(host.format, text, keys) is not None:
        files.write(path, new)
        said = f'Updated "{name}" of {host.title} in {path}. Restart it.'
    elif has_any_entry(host.format, text, host.section):
        # The backup, if there is one, is from before the first; this one may have a token in it.
        files.write(path, new)
        said = f'{host.title} now also has "{name}" in {path}. Restart it.'
    else:
        backup = files.backup_of(path)
        files.back_up(path)
        try:
            files.write(path, new)
        except OSError:
            files.remove(backup)
            raise
        said = f'{host.title} now has "{name}" in {path}; the old file is kept as {backup}. Restart the host.'
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
        return f'{host.title} has no "{name}" in {path}.'
    if new is None:
        files.remove(path)
        return f'Removed {path}, which held nothing but "{name}". Restart {host.title}.'
    files.write(path, new)
    if original == new:
        files.remove(files.backup_of(path))
    return f'{host.title} no longer has "{name}" in {path}. Restart it.{_about_mark(old)}'


def _about_mark(old: str) -> str:
    """Return what to say of the byte order mark of a file that has been written; nothing if it had none."""
    if old.startswith(files.BYTE_ORDER_MARK):
        return " Its byte order mark, which some hosts cannot read, was removed."
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
        parser.error(
            f"--token-in-clear takes the token from the environment, {elsewhere[0]} from elsewhere: give only one"
        )
    if given.sandbox is not None:
        if given.sandbox == ":memory:":
            return (
                {},
                "The server uses a sandbox, which needs no token and starts empty each time; --sandbox PATH keeps it.",
            )
        return {}, f"The server uses the sandbox in {Path(given.sandbox).absolute()}, which needs no token."
    if elsewhere:
        return {}, f"The token is not in the entry: the server gets it as {elsewhere[0]} says."
    set_ones = [name for name in TOKEN_VARIABLES if os.environ.get(name, "").strip()]
    variable = (set_ones or TOKEN_VARIABLES)[0]
    if given.token_in_clear:
        token, _ = token_from(os.environ)
        if token is None:
            parser.error(
                f"--token-in-clear takes the token from {', '.join(TOKEN_VARIABLES)}; none of them is set to a token"
            )
        return {host.variables: {variable: token}}, "The token is in the entry, in clear text."
    unset = "" if set_ones else "; that is not set here"
    if reference := host.token_reference(variable):
        return reference, f"The server reads the token from {variable} each time it starts{unset}."
    return {}, (
        f"{host.title} does not expand environment variables, so the token is not in the entry: the server reads it "
        f"from {variable}, if the host passes that on{unset}. If calls say that there is no token, use "
        "--token-in-clear."
    )
