"""What the server is told on its command line: the options, and the settings that they make."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from do_nfs_mcp.cli.parser import Argument
from do_nfs_mcp.offering import Destructive
from do_nfs_mcp.settings import (
    API_URL,
    CONNECT_SECONDS,
    MAX_IN_FLIGHT,
    READ_SECONDS,
    WAIT_SECONDS,
    Ask,
    HttpSettings,
    Settings,
    checked_url,
    token_from,
)

__all__ = ["HTTP_OPTIONS", "SERVER_OPTIONS", "TRANSPORT", "http_settings_from", "settings_from"]


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"has to be a whole number from {least} to {most}")
        return int(text)

    return number


SERVER_OPTIONS = (
    Argument(
        "--sandbox",
        nargs="?",
        const=":memory:",
        metavar="PATH",
        help="use the embedded sandbox in place of the real API; with PATH it keeps its state in that file",
    ),
    Argument("--api-url", default=API_URL, metavar="URL", help="where the API is (default: %(default)s)"),
    Argument(
        "--read-only", action="store_true", default=False, help="offer and carry out nothing that changes storage"
    ),
    Argument(
        "--destructive",
        default="ask",
        choices=get_args(Destructive),
        help="whether calls that delete or cut off ask the person first, are just done, or are not offered "
        "(default: %(default)s)",
    ),
    Argument(
        "--ask",
        default="auto",
        choices=get_args(Ask),
        help="who asks the person: the host and, where it cannot, a page in their browser on this machine (auto), or "
        "only one of these; over HTTP it is the host (default: %(default)s)",
    ),
    Argument(
        "--wait-seconds",
        type=_whole_number(0, 3600),
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long a call waits for its change, at most; many hosts give up on a call after 60 s "
        "(default: %(default)s)",
    ),
    Argument(
        "--connect-seconds",
        type=_whole_number(1, 3600),
        default=CONNECT_SECONDS,
        metavar="SECONDS",
        help="how long connecting to the API may take (default: %(default)s)",
    ),
    Argument(
        "--read-seconds",
        type=_whole_number(1, 3600),
        default=READ_SECONDS,
        metavar="SECONDS",
        help="how long the API may be silent (default: %(default)s)",
    ),
    Argument(
        "--max-in-flight",
        type=_whole_number(1, 1000),
        default=MAX_IN_FLIGHT,
        metavar="N",
        help="how many requests to the API may be under way at once (default: %(default)s)",
    ),
    Argument(
        "--audit-file",
        metavar="PATH",
        help="where a line of JSON goes for each call that may change storage (default: stderr)",
    ),
    Argument(
        "--log-level",
        default="WARNING",
        type=str.upper,
        choices=("DEBUG", "INFO", "WARNING", "ERROR"),
        help="what is logged to stderr (default: %(default)s)",
    ),
)
"""What the server is told however it is reached. Each becomes the field of Settings that is called like it."""

TRANSPORT = Argument(
    "--transport", choices=("stdio", "http"), default="stdio", help="how it is reached (default: %(default)s)"
)
HTTP_OPTIONS = (
    Argument("--host", help=f"the address to listen on (default: {HttpSettings.host})"),
    Argument(
        "--port", type=_whole_number(0, 65535), help=f"the port; 0 picks a free one (default: {HttpSettings.port})"
    ),
    Argument(
        "--tokens", type=Path, metavar="FILE", help="let in who has one of these bearer tokens; see the command token"
    ),
    Argument("--oauth-issuer", metavar="URL", help="let in who has a JWT of this issuer"),
    Argument(
        "--oauth-audience", metavar="NAME", help="whom the issuer's tokens are for (default: what --public-url says)"
    ),
    Argument("--public-url", metavar="URL", help="what callers know /mcp by, if there is a proxy in front"),
    Argument("--allow-host", action="append", metavar="NAME", help="a name it may be called by"),
    Argument("--allow-origin", action="append", metavar="ORIGIN", help="a web page that may call it"),
    Argument(
        "--request-state-key-file",
        type=Path,
        metavar="FILE",
        help="the secret that replicas share: one can then go on with a call that another began",
    ),
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
    options: dict[str, Any] = {option.attribute: getattr(given, option.attribute) for option in SERVER_OPTIONS}
    try:
        options["api_url"] = checked_url(given.api_url)
    except ValueError as error:
        parser.error(str(error))
    token, no_token = token_from(os.environ)
    return Settings(token=token, no_token=no_token, **options)


def http_settings_from(parser: argparse.ArgumentParser, given: argparse.Namespace) -> HttpSettings | None:
    """Return the settings for HTTP; None if that is not the transport.

    Args:
        parser: Ends the process if the options make no settings, or are given for another transport.
        given: What was parsed, TRANSPORT and HTTP_OPTIONS among it.
    """
    options = [(option, getattr(given, option.attribute)) for option in HTTP_OPTIONS]
    options = [(option, value) for option, value in options if value is not None]
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
