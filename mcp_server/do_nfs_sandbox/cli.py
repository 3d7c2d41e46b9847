"""do-nfs-sandbox: the sandbox on a port."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import signal
import sys
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import uvicorn

from do_nfs_sandbox.contract.routes import SCOPES
from do_nfs_sandbox.http.admin import PREFIX
from do_nfs_sandbox.http.admin_access import is_loopback
from do_nfs_sandbox.http.sandbox import Sandbox
from do_nfs_sandbox.http.serving import config, listen
from do_nfs_sandbox.option_values import account, by_token, count, limits, seconds, seed, token_scopes
from do_nfs_sandbox.state.database import StoreError
from do_nfs_sandbox.state.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from do_nfs_sandbox.api.requests import Request

__all__ = ["DESCRIPTION", "OPTIONS", "main"]

_TOKEN = "dop_v1_" + "0" * 64
_ADMIN_VARIABLE = "DO_NFS_SANDBOX_ADMIN_TOKEN"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM.

    Args:
        argv: The options; `sys.argv[1:]` if None.

    Returns:
        The exit status.

    Raises:
        SystemExit: If an option is wrong, or it cannot listen; stderr says why.
    """
    parser = _parser()
    options = parser.parse_args(argv)
    if options.print_completion:
        _print_completion(parser, options.print_completion)
        return 0
    if options.keep_requests is not None and not options.admin:
        parser.error("argument --keep-requests: only /_sandbox/requests shows them, for which --admin is needed")
    admin_token = os.environ.get(_ADMIN_VARIABLE, "").strip()
    with ExitStack() as opened:
        if options.ready_file:
            try:
                # Left by a sandbox that was killed: a program that waits for this one must not find it.
                Path(options.ready_file).unlink(missing_ok=True)
            except OSError as error:
                parser.error(f"argument --ready-file: {error.strerror}: {options.ready_file}")
        sandbox = _open_sandbox(parser, options, admin_token, opened)
        try:
            listener = listen(options.host, options.port)
        except OSError as error:
            reason = error.strerror or str(error)
            parser.exit(1, f"{parser.prog}: cannot listen on {options.host} port {options.port}: {reason}.\n")
        with listener:
            if options.admin and not admin_token and not is_loopback(listener.getsockname()[0]):
                parser.error(
                    f"argument --admin: anyone who can reach {options.host} could use it; set {_ADMIN_VARIABLE} to a "
                    "token of your own, which its calls must then send, or leave out --host"
                )
            url = _url(options.host, listener.getsockname()[1])
            if options.ready_file:
                try:
                    opened.enter_context(_ready_file(Path(options.ready_file), url))
                except OSError as error:
                    parser.error(f"argument --ready-file: {error.strerror}: {options.ready_file}")
            _announce(url, admin=options.admin)
            # uvicorn raises the signal that ended it once more when it is done.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: sys.exit(0))
            settings = config(sandbox, log_level="warning", timeout_graceful_shutdown=3)
            uvicorn.Server(settings).run(sockets=[listener])
    return 0


def _open_sandbox(
    parser: argparse.ArgumentParser, options: argparse.Namespace, admin_token: str, opened: ExitStack
) -> Sandbox:
    """Make the sandbox that the options describe, with those of its other accounts; they are closed with `opened`."""
    try:
        log = _RequestLog(options.request_log) if options.request_log else None
    except OSError as error:
        parser.error(f"argument --request-log: {error.strerror}: {options.request_log}")
    tokens = _by_token(parser, "--token", options.token)
    common: dict[str, Any] = {
        "ready_after": options.ready_after,
        "limits": options.limits,
        "strict_names": options.strict_names,
        # Nobody else could look at them.
        "keep_requests": options.keep_requests if options.admin else 0,
        "on_request": log,
    }
    id_seed = _last(int, options.seed)
    accounts = {
        token: opened.enter_context(
            Sandbox(
                seed=name,
                tokens={token: SCOPES, **tokens},
                id_seed=None if id_seed is None else f"{id_seed}/{token}",
                **common,
            )
        )
        for token, name in _by_token(parser, "--account", options.account).items()
    }
    try:
        return opened.enter_context(
            Sandbox(
                options.db,
                seed=_last(str, options.seed),
                tokens=tokens,
                accounts=accounts,
                id_seed=id_seed,
                admin=options.admin,
                admin_token=admin_token,
                **common,
            )
        )
    except StoreError as error:
        parser.error(f"argument --db: {error}")


def _by_token(parser: argparse.ArgumentParser, option: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    try:
        return by_token(pairs)
    except argparse.ArgumentTypeError as error:
        parser.error(f"argument {option}: {error}")


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _announce(url: str, *, admin: bool) -> None:
    print(f"The NFS sandbox is listening on {url}; Ctrl-C ends it. Try:", file=sys.stderr)
    print(f"  curl -H 'Authorization: Bearer {_TOKEN}' {url}/v2/nfs", file=sys.stderr)
    if admin:
        print(f"All storage in the browser: {url}{PREFIX}", file=sys.stderr)
    sys.stderr.flush()


@contextmanager
def _ready_file(path: Path, url: str) -> Iterator[None]:
    """Say in a file where it listens, while the block runs.

    Raises:
        OSError: If the file cannot be written.
    """
    text = json.dumps({"url": url, "token": _TOKEN, "pid": os.getpid()}) + "\n"
    # In one step, so that a program that waits for the file finds it whole.
    written = path.with_name(f"{path.name}.{os.getpid()}")
    written.write_text(text, encoding="utf-8")
    written.replace(path)
    try:
        yield
    finally:
        with suppress(OSError):
            # Another sandbox may have started meanwhile, and this be its own.
            if path.read_text(encoding="utf-8") == text:
                path.unlink()


class _RequestLog:
    """Writes each request as a line of JSON.

    Args:
        path: The file; - is stdout.

    Raises:
        OSError: If the file cannot be opened.
    """

    def __init__(self, path: str) -> None:
        self._path, self._has_warned = path, False
        self._write("")

    def __call__(self, request: Request) -> None:
        try:
            self._write(json.dumps(request.to_json()) + "\n")
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                print(f"--request-log: {error.strerror}: {self._path}; requests are missing from it.", file=sys.stderr)

    def _write(self, text: str) -> None:
        # Not sys.stdout, which keeps what it cannot write, and fails once more when the process ends.
        stdout = self._path == "-"
        with open(1 if stdout else self._path, "a", encoding="utf-8", closefd=not stdout) as file:
            file.write(text)


T = TypeVar("T", str, int)


def _last(kind: type[T], values: list[str | int]) -> T | None:
    return next((value for value in reversed(values) if isinstance(value, kind)), None)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="do-nfs-sandbox", description=DESCRIPTION, allow_abbrev=False)
    for name, keywords in OPTIONS.items():
        repeats = "; may be repeated" if keywords.get("action") == "append" else ""
        parser.add_argument(name, **{**keywords, "help": keywords["help"] + repeats})
    return parser


def _print_completion(parser: argparse.ArgumentParser, shell: str) -> None:
    try:
        import shtab  # Not for those who serve.
    except ImportError:
        parser.error("argument --print-completion: the package shtab is missing: install it with pip install shtab")
    for action in parser._actions:
        if action.metavar == "PATH":
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # As shtab wants it.
        elif action.dest == "seed":
            action.choices = tuple(SCENARIOS)
    print(shtab.complete(parser, shell))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return int(text)


def _version() -> str:
    # It comes alone, or with the server.
    for package in ("do-nfs-sandbox", "do-nfs-mcp"):
        with suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(package)
    return "unknown"


DESCRIPTION = "Runs DigitalOcean's NFS API on this machine, with real state and without an account."
OPTIONS: dict[str, dict[str, Any]] = {
    "--host": {"default": "127.0.0.1", "help": "the address to listen on (default: %(default)s)"},
    "--port": {"type": _port, "default": 8181, "help": "the port; 0 picks a free one (default: %(default)s)"},
    "--db": {"metavar": "PATH", "default": ":memory:", "help": "keep the state in this file instead of in memory"},
    "--ready-after": {
        "metavar": "SECONDS",
        "type": seconds,
        "default": 2.0,
        "help": "how long a change takes to be done (default: %(default)s)",
    },
    "--limits": {
        "metavar": "HOUR/MINUTE",
        "type": limits,
        "help": "how many requests each token may make per hour and minute, such as 5000/250 (default: no limit)",
    },
    "--token": {
        "metavar": "TOKEN=SCOPES",
        "type": token_scopes,
        "action": "append",
        "default": [],
        "help": "accept this token with these scopes only, such as mine=nfs:list,nfs:read; any other token in "
        "DigitalOcean's format is accepted with every scope",
    },
    "--account": {
        "metavar": "TOKEN[=NAME]",
        "type": account,
        "action": "append",
        "default": [],
        "help": "give this token an account of its own, in memory, filled from the scenario NAME (default: empty)",
    },
    "--seed": {
        "metavar": "NAME|N",
        "type": seed,
        "action": "append",
        "default": [],
        "help": f"start from a scenario ({', '.join(SCENARIOS)}) in place of what --db holds, or, given a number, "
        "make the same ids in every run",
    },
    "--admin": {
        "action": "store_true",
        "help": "serve the page that shows all storage, and calls that seed, move the clock and add faults, under "
        f"/_sandbox/; they need the token in {_ADMIN_VARIABLE}, without which --host must be loopback",
    },
    "--strict-names": {
        "action": "store_true",
        "help": "refuse share names that DigitalOcean's Terraform provider refuses: they must start with a letter "
        "and have at most 64 lowercase letters, digits and hyphens",
    },
    "--ready-file": {
        "metavar": "PATH",
        "help": "once the sandbox listens, write its URL, a token and its process id to this file, as JSON; the file "
        "is removed at the start and at the end",
    },
    "--request-log": {
        "metavar": "PATH",
        "help": "append each request to this file as a line of JSON; - is stdout",
    },
    "--keep-requests": {
        "metavar": "N",
        "type": count,
        "help": "how many of the last requests of each account /_sandbox/requests has (default: all); needs --admin",
    },
    "--print-completion": {
        "choices": ("bash", "zsh", "fish"),
        "help": "print a shell completion script, for which the package shtab is needed, and exit",
    },
    "--version": {
        "action": "version",
        "version": f"%(prog)s {_version()}",
        "help": "print the version and exit",
    },
}
"""What argparse's add_argument() takes for each option. The parser and docs/cli.md are made from it."""
