"""The server's options, and the settings made from them."""

import argparse
import os
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from do_nfs_mcp.cli.parser import Argument, did_you_mean
from do_nfs_mcp.offering import Destructive
from do_nfs_mcp.settings import (
    ALLOWANCE_GIB,
    API_URL,
    CONNECT_SECONDS,
    MAX_ANSWER_MB,
    MAX_IN_FLIGHT,
    READ_SECONDS,
    STATE_PREFIX,
    STATE_VARIABLE,
    WAIT_SECONDS,
    Ask,
    AuditMode,
    HttpSettings,
    Settings,
    checked_state_url,
    checked_url,
    token_from,
)
from do_nfs_mcp.transports.handshake import tool_names

__all__ = [
    "HTTP_OPTIONS",
    "LIMIT_OPTIONS",
    "SERVER_OPTIONS",
    "TOKEN_OPTIONS",
    "TRANSPORT",
    "UNLIMITED",
    "http_settings_from",
    "option_value",
    "settings_from",
]

UNLIMITED = "unlimited"
_TIERS = ("standard", "high")
_PRICE = re.compile(rf"({'|'.join(_TIERS)})=[0-9]{{1,6}}(\.[0-9]{{1,6}})?")
_PREFIX = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SLUG_PATTERN = re.compile(r"[a-z0-9*?\[\]!-]+")


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"has to be a whole number from {least} to {most}")
        return int(text)

    return number


def _limit(least: int, most: int) -> Callable[[str], int | None]:
    whole_number = _whole_number(least, most)

    def limit(text: str) -> int | None:
        return None if text == UNLIMITED else whole_number(text)

    return limit


def _listed(fits: Callable[[str], object], rule: str) -> Callable[[str], tuple[str, ...]]:
    """Make the type of an option that takes several values at once, with commas between them."""

    def values(text: str) -> tuple[str, ...]:
        given = tuple(value.strip() for value in text.split(","))
        if not all(map(fits, given)):
            raise argparse.ArgumentTypeError(f"has to be {rule}, or several with commas between them")
        return given

    return values


def _pattern(text: str) -> tuple[str, ...]:
    if not text.strip():
        raise argparse.ArgumentTypeError("has to be a share's name, or a pattern such as prod-*")
    return (text,)


def _file(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("has to be the path of a file")
    return Path(text)


def _command(text: str) -> str:
    from do_nfs_mcp.account_token.command_line import split  # Not for those who give none.

    try:
        split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"has to be a program and its arguments: {error}") from error
    return text


def _context(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("has to be the name of a context, such as default")
    return text.strip()


def _tools(text: str) -> tuple[str, ...]:
    given, known = _listed(bool, "a tool's name, or a pattern such as list_*")(text), tool_names()
    for pattern in given:
        if not any(fnmatchcase(name, pattern) for name in known):
            said = did_you_mean(pattern, known, "`do-nfs-mcp tools` lists them")
            raise argparse.ArgumentTypeError(f'no tool matches "{pattern}": {said}')
    return given


def _state(text: str) -> str:
    try:
        url = checked_state_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if urlsplit(url).password is not None:
        raise argparse.ArgumentTypeError(
            "takes no password, which everyone on this machine could read: put it into the file of "
            f"--state-password-file, or the whole URL into the variable {STATE_VARIABLE}"
        )
    return url


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise argparse.ArgumentTypeError("has to be 1 to 64 letters, digits and . _ : -")
    return text


STATE_OPTIONS = (
    Argument(
        "--state",
        type=_state,
        metavar="URL",
        help="share the record of orders, questions and answers with other servers in this Redis or Valkey, such as "
        f"redis://127.0.0.1:6379/0 (default: {STATE_VARIABLE}, or each server keeps its own)",
    ),
    Argument("--state-password-file", type=_file, metavar="FILE", help="read the password for --state from this file"),
    Argument(
        "--state-prefix",
        type=_prefix,
        default=STATE_PREFIX,
        metavar="NAME",
        help="the prefix of all keys in the store; use one for each account (default: %(default)s)",
    ),
)
LIMIT_OPTIONS = (
    Argument(
        "--tools",
        action="append",
        type=_tools,
        default=(),
        metavar="NAME,...",
        help="offer only these tools, by name or pattern such as 'list_*'",
    ),
    Argument(
        "--exclude-tools",
        action="append",
        type=_tools,
        default=(),
        metavar="NAME,...",
        help="do not offer these tools, by name or pattern; this overrides --tools",
    ),
    Argument(
        "--max-size-gib",
        type=_limit(1, 99999),
        metavar="GIB",
        help="refuse to create a share larger than this, or to grow one beyond it (default: unlimited)",
    ),
    Argument(
        "--max-shares",
        type=_limit(0, 99999),
        metavar="N",
        help="refuse to create a share once the account has this many (default: unlimited)",
    ),
    Argument(
        "--regions",
        action="append",
        type=_listed(_SLUG_PATTERN.fullmatch, "a region's slug such as nyc2, or a pattern such as nyc*"),
        default=(),
        metavar="SLUG,...",
        help="allow changes in these regions only, by slug or pattern",
    ),
    Argument(
        "--tiers",
        action="append",
        type=_listed(_TIERS.__contains__, " or ".join(_TIERS)),
        default=(),
        metavar="TIER,...",
        help=f"refuse to create a share on any other performance tier, or to switch one to it: {', '.join(_TIERS)}",
    ),
    Argument(
        "--vpcs",
        action="append",
        type=_listed(bool, "a VPC's id or name, or a pattern such as prod-*"),
        default=(),
        metavar="VPC,...",
        help="refuse to open a share to any other VPC; give ids, exact names or patterns",
    ),
    Argument(
        "--protect",
        action="append",
        type=_pattern,
        default=(),
        metavar="PATTERN,...",
        help="refuse to delete, detach or reassign shares with these names or patterns, or to delete their "
        "snapshots and access points, even if the person agrees",
    ),
    Argument(
        "--allowance-gib",
        type=_limit(0, 9_999_999),
        default=ALLOWANCE_GIB,
        metavar="GIB",
        help="ask the person before more than this many GiB are ordered within an hour; switching a share to a "
        "higher tier counts its whole size; 0 always asks, unlimited never does (default: %(default)s)",
    ),
    Argument(
        "--price",
        action="append",
        type=_listed(_PRICE.fullmatch, "a tier and what a GiB costs there a month, such as standard=0.10"),
        default=(),
        metavar="TIER=PRICE,...",
        help="the price of a GiB per month on a tier, such as standard=0.10,high=0.20; questions to the person "
        "then say what an order costs",
    ),
    Argument(
        "--allow-no-squash",
        action="store_true",
        default=False,
        help="create access points with NO_SQUASH without asking the person",
    ),
)
"""The operator's limits. They are among SERVER_OPTIONS."""

TOKEN_OPTIONS = (
    Argument(
        "--token-file",
        type=_file,
        metavar="FILE",
        help="read the API token from this file, which only its owner may read, instead of the environment",
    ),
    Argument(
        "--token-command",
        type=_command,
        metavar="COMMAND",
        help="take the API token from the output of this command, which runs without a shell when the server "
        "starts (over stdio, when it first needs the token) and again when the API rejects the token",
    ),
    Argument(
        "--doctl-context",
        type=_context,
        metavar="NAME",
        help="take the API token from this context of doctl's configuration, such as default",
    ),
)
"""Where the token is kept, if not in the environment. They are among SERVER_OPTIONS; one at most may be given."""

SERVER_OPTIONS = (
    Argument(
        "--sandbox",
        nargs="?",
        const=":memory:",
        metavar="PATH",
        help="use the embedded sandbox instead of the real API; with PATH, keep its state in that file",
    ),
    Argument("--api-url", default=API_URL, metavar="URL", help="the base URL of the API (default: %(default)s)"),
    *TOKEN_OPTIONS,
    Argument(
        "--read-only", action="store_true", default=False, help="offer only tools that read, and refuse every change"
    ),
    Argument(
        "--destructive",
        default="ask",
        choices=get_args(Destructive),
        help="whether destructive calls ask the person first, run without asking, or are not offered "
        "(default: %(default)s)",
    ),
    Argument(
        "--ask",
        default="auto",
        choices=get_args(Ask),
        help="who asks the person: the host, a page in their browser on this machine, or (auto) the browser only "
        "if the host cannot; over HTTP it is always the host (default: %(default)s)",
    ),
    *LIMIT_OPTIONS,
    Argument(
        "--wait-seconds",
        type=_whole_number(0, 3600),
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long a call waits for its change to take effect; many hosts give up on a call after 60 s "
        "(default: %(default)s)",
    ),
    Argument(
        "--connect-seconds",
        type=_whole_number(1, 3600),
        default=CONNECT_SECONDS,
        metavar="SECONDS",
        help="the timeout for connecting to the API (default: %(default)s)",
    ),
    Argument(
        "--read-seconds",
        type=_whole_number(1, 3600),
        default=READ_SECONDS,
        metavar="SECONDS",
        help="how long to wait while the API sends nothing (default: %(default)s)",
    ),
    Argument(
        "--max-in-flight",
        type=_whole_number(1, 1000),
        default=MAX_IN_FLIGHT,
        metavar="N",
        help="how many requests to the API may be in flight at once; over HTTP each caller gets at most a quarter "
        "of them (default: %(default)s)",
    ),
    Argument(
        "--max-answer-mb",
        type=_whole_number(1, 1000),
        default=MAX_ANSWER_MB,
        metavar="MB",
        help="the largest response to accept from the API, after decompression (default: %(default)s)",
    ),
    *STATE_OPTIONS,
    Argument(
        "--audit-file",
        metavar="PATH",
        help="append a line of JSON to this file for each call that may change storage (default: stderr)",
    ),
    Argument(
        "--audit",
        default="best-effort",
        choices=get_args(AuditMode),
        help="whether a change is made even if its audit line cannot be written (best-effort), or only after a "
        "line that announces it is on disk (required, which needs --audit-file) (default: %(default)s)",
    ),
    Argument(
        "--audit-chain",
        action="store_true",
        default=False,
        help="add to each line of the audit file the hash of the line before it, for `do-nfs-mcp audit verify`",
    ),
    Argument(
        "--log-level",
        default="WARNING",
        type=str.upper,
        choices=("DEBUG", "INFO", "WARNING", "ERROR"),
        help="log messages of this level and above to stderr (default: %(default)s)",
    ),
)
"""What the server is told however it is reached. Each becomes the field of Settings that is called like it."""

TRANSPORT = Argument(
    "--transport", choices=("stdio", "http"), default="stdio", help="how hosts reach the server (default: %(default)s)"
)
HTTP_OPTIONS = (
    Argument("--host", help=f"the address to listen on (default: {HttpSettings.host})"),
    Argument(
        "--port",
        type=_whole_number(0, 65535),
        help=f"the port to listen on; 0 picks a free one (default: {HttpSettings.port})",
    ),
    Argument(
        "--tokens",
        type=Path,
        metavar="FILE",
        help="accept callers holding a token from FILE; `do-nfs-mcp token` makes tokens",
    ),
    Argument("--oauth-issuer", metavar="URL", help="accept callers holding a JWT from this issuer"),
    Argument(
        "--oauth-audience",
        metavar="NAME",
        help="the audience that tokens must name (default: the value of --public-url)",
    ),
    Argument("--public-url", metavar="URL", help="the URL by which callers reach /mcp, if a reverse proxy is in front"),
    Argument("--allow-host", action="append", metavar="NAME", help="accept requests addressed to this host name"),
    Argument("--allow-origin", action="append", metavar="ORIGIN", help="accept requests from web pages of this origin"),
    Argument(
        "--request-state-key-file",
        type=Path,
        metavar="FILE",
        help="the file with the secret that replicas share, so that one can continue a call that another began",
    ),
    Argument(
        "--caller-requests-per-minute",
        type=_whole_number(0, 999_999),
        metavar="N",
        help="how many requests each caller may make per minute; 0 sets no limit "
        f"(default: {HttpSettings.caller_requests_per_minute})",
    ),
    Argument("--metrics", action="store_true", default=False, help="serve Prometheus metrics at /metrics"),
)
"""What the server is told of HTTP. Each becomes the field of HttpSettings that is called like it, which has the
default: so it is seen what was given in vain."""


def settings_from(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Settings:
    """Return the settings that the server's options and the environment make, without those for HTTP.

    Args:
        parser: Ends the process if they make none.
        given: What was parsed, SERVER_OPTIONS among it.
    """
    if given.sandbox == "":
        parser.error("--sandbox takes the path of a file, or nothing")
    if given.audit_file == "":
        parser.error("--audit-file takes the path of a file")
    if given.audit_file is None and (given.audit_chain or given.audit == "required"):
        parser.error(f"{'--audit-chain' if given.audit_chain else '--audit required'} needs --audit-file")
    sources = [option.name for option in TOKEN_OPTIONS if getattr(given, option.attribute) is not None]
    if len(sources) > 1:
        parser.error(f"the token is taken from one place: give either {' or '.join(sources)}")
    options: dict[str, Any] = {option.attribute: option_value(option, given) for option in SERVER_OPTIONS}
    try:
        options["api_url"] = checked_url(given.api_url)
    except ValueError as error:
        parser.error(str(error))
    options["state"] = given.state or _state_in(parser)
    if options["state"] is None and given.state_password_file:
        parser.error("--state-password-file is for --state, which was not given")
    token, no_token = token_from(os.environ)
    return Settings(token=token, no_token=no_token, **options)


def _state_in(parser: argparse.ArgumentParser) -> str | None:
    """Return the store that the environment names, if it does."""
    url = os.environ.get(STATE_VARIABLE, "").strip()
    try:
        return checked_state_url(url) if url else None
    except ValueError as error:
        parser.error(f"{STATE_VARIABLE} {error}")


def option_value(option: Argument, given: argparse.Namespace) -> Any:
    """Return the value of an option of the server; of one that may be repeated, all its values in one tuple.

    Args:
        option: One of SERVER_OPTIONS.
        given: What was parsed.
    """
    value = getattr(given, option.attribute)
    return tuple(each for values in value or () for each in values) if option.action == "append" else value


def http_settings_from(parser: argparse.ArgumentParser, given: argparse.Namespace) -> HttpSettings | None:
    """Return the settings for HTTP; None if that is not the transport.

    Args:
        parser: Ends the process if the options make no settings, or are given for another transport.
        given: What was parsed, TRANSPORT and HTTP_OPTIONS among it.
    """
    options = [(option, getattr(given, option.attribute)) for option in HTTP_OPTIONS]
    options = [(option, value) for option, value in options if value is not None and value is not False]
    if given.transport != "http":
        if options:
            parser.error(f"{options[0][0].name} is for --transport http")
        return None
    if given.ask == "browser":
        parser.error("--ask browser is for --transport stdio")
    fields: dict[str, Any] = {
        option.attribute: tuple(value) if isinstance(value, list) else value for option, value in options
    }
    try:
        return HttpSettings(**fields)
    except ValueError as error:
        parser.error(str(error))
