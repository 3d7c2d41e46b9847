"""do-nfs-sandbox: the sandbox on a port."""

from __future__ import annotations

import argparse
import importlib.metadata
import math
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import uvicorn

from do_nfs_sandbox.contract.routes import SCOPES
from do_nfs_sandbox.http.admin_access import is_loopback
from do_nfs_sandbox.http.sandbox import Sandbox
from do_nfs_sandbox.http.serving import config, listen
from do_nfs_sandbox.state.database import StoreError
from do_nfs_sandbox.state.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    admin_token = os.environ.get(_ADMIN_VARIABLE, "").strip()
    try:
        sandbox = Sandbox(
            options.db,
            ready_after=options.ready_after,
            tokens=dict(options.token),
            limits=options.limits,
            seed=options.seed,
            admin=options.admin,
            admin_token=admin_token,
            strict_names=options.strict_names,
        )
    except StoreError as error:
        parser.error(f"argument --db: {error}")
    with sandbox:
        try:
            listener = listen(options.host, options.port)
        except OSError as error:
            reason = error.strerror or str(error)
            parser.exit(1, f"{parser.prog}: cannot listen on {options.host} port {options.port}: {reason}.\n")
        with listener:
            if options.admin and not admin_token and not is_loopback(listener.getsockname()[0]):
                parser.error(
                    f"argument --admin: whoever reaches {options.host} could use it; put a token of your own into "
                    f"{_ADMIN_VARIABLE}, which its calls then have to bring, or leave out --host."
                )
            _announce(options.host, listener.getsockname()[1])
            # uvicorn raises the signal that ended it once more when it is done.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: sys.exit(0))
            settings = config(sandbox, log_level="warning", timeout_graceful_shutdown=3)
            uvicorn.Server(settings).run(sockets=[listener])
    return 0


def _announce(host: str, port: int) -> None:
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"The NFS sandbox is listening on {url}; Ctrl-C ends it. Try:", file=sys.stderr)
    print(f"  curl -H 'Authorization: Bearer {_TOKEN}' {url}/v2/nfs", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="do-nfs-sandbox", description=DESCRIPTION, allow_abbrev=False)
    for name, keywords in OPTIONS.items():
        parser.add_argument(name, **keywords)
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError("must be a number of seconds, 0 or more")
    return seconds


def _limits(text: str) -> tuple[int, int]:
    hour, _, minute = text.partition("/")
    if not all(n.isascii() and n.isdigit() and len(n) <= 9 and int(n) for n in (hour, minute)):
        raise argparse.ArgumentTypeError("must be requests an hour and a minute, such as 5000/250")
    return int(hour), int(minute)


def _token(text: str) -> tuple[str, list[str]]:
    token, equals, names = text.rpartition("=")
    scopes = names.split(",") if names else []
    if not (token and equals):
        raise argparse.ArgumentTypeError("must be TOKEN=SCOPES, such as mine=nfs:list,nfs:read")
    if not SCOPES.issuperset(scopes):
        raise argparse.ArgumentTypeError(f"the scopes are {', '.join(sorted(SCOPES))}")
    return token, scopes


def _version() -> str:
    try:
        return importlib.metadata.version("do-nfs-mcp")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


DESCRIPTION = "DigitalOcean's NFS API on your machine, with real state and without an account."
OPTIONS: dict[str, dict[str, Any]] = {
    "--host": {"default": "127.0.0.1", "help": "the address to listen on (default: %(default)s)"},
    "--port": {"type": _port, "default": 8181, "help": "the port; 0 picks a free one (default: %(default)s)"},
    "--db": {"metavar": "PATH", "default": ":memory:", "help": "keep the state in this file"},
    "--ready-after": {
        "metavar": "SECONDS",
        "type": _seconds,
        "default": 2.0,
        "help": "how long a change takes (default: %(default)s)",
    },
    "--limits": {
        "metavar": "HOUR/MINUTE",
        "type": _limits,
        "help": "requests allowed to each token, such as 5000/250",
    },
    "--token": {
        "metavar": "TOKEN=SCOPES",
        "type": _token,
        "action": "append",
        "default": [],
        "help": "a token with just these scopes, such as mine=nfs:list,nfs:read; may be repeated. "
        "Any token of the vendor's form is accepted anyway and has every scope.",
    },
    "--seed": {
        "metavar": "NAME",
        "choices": SCENARIOS,
        "help": f"start from one of {', '.join(SCENARIOS)} in place of what --db holds",
    },
    "--admin": {
        "action": "store_true",
        "help": "add calls under /_sandbox/ to seed, to move the clock and to add faults, and a page there to look at. "
        f"They ask for the token in {_ADMIN_VARIABLE}, without which --host has to be loopback.",
    },
    "--strict-names": {
        "action": "store_true",
        "help": "refuse share names that the vendor's Terraform provider would refuse: with other characters than "
        "lowercase letters, digits and hyphens, with more than 64, or without a letter at the beginning",
    },
    "--version": {
        "action": "version",
        "version": f"%(prog)s {_version()}",
        "help": "show program's version number and exit",
    },
}
"""What argparse's add_argument() takes for each option. The parser and docs/cli.md are made from it."""
