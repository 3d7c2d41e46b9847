"""What the server is told by its command line and environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

API_URL = "https://api.digitalocean.com"
Destructive = Literal["ask", "allow", "deny"]
WAIT_SECONDS = 45
"""Hosts give up on a call after 60 s."""
TOKEN_VARIABLES = ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_TOKEN")
# A name or an address. One with other letters has a form with these, too.
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
_NO_TOKEN = (
    "There is no DigitalOcean token, so nothing was sent. Whoever runs this server has to set "
    "DIGITALOCEAN_ACCESS_TOKEN to a token with the scopes nfs:list, nfs:read, nfs:create, nfs:delete and vpc:read "
    "(made in the control panel under API) and restart it. To try it without an account, start it with --sandbox."
)


@dataclass(frozen=True)
class Settings:
    """How the server runs.

    Attributes:
        token: The account's token; None if there is none that can be one.
        no_token: What calls say if there is no token.
        api_url: Where the API is.
        sandbox: None for the real API; else where the embedded sandbox keeps its state, a file or ":memory:".
        read_only: Offer and carry out nothing that changes storage.
        destructive: Whether what takes something away asks the person ("ask"), is just done ("allow"), or is not
            offered ("deny").
        wait_seconds: How long a call waits for a change to take effect.
        log_level: The least serious level that is logged to stderr.
    """

    token: str | None = None
    no_token: str = _NO_TOKEN
    api_url: str = API_URL
    sandbox: str | None = None
    read_only: bool = False
    destructive: Destructive = "ask"
    wait_seconds: int = WAIT_SECONDS
    log_level: str = "WARNING"

    def __repr__(self) -> str:
        return f"Settings(api_url={self.api_url!r}, sandbox={self.sandbox!r}, read_only={self.read_only})"


def token_from(environment: Mapping[str, str]) -> tuple[str | None, str]:
    """The token in the environment, and what to say if there is none.

    Args:
        environment: The variables. The first of TOKEN_VARIABLES that is not empty counts.
    """
    for variable in TOKEN_VARIABLES:
        token = environment.get(variable, "").strip()
        if token.startswith("${"):
            return None, (
                f"What {variable} holds is a reference that the host of this server did not fill in. Nothing was sent. "
                "Whoever runs the host has to set the variable where the host runs, and restart it."
            )
        if token.isascii() and token.isprintable() and " " not in token and token:
            return token, ""
        if token:
            return None, (
                f"What {variable} holds cannot be a token: it has spaces or other characters no token has. Nothing was "
                "sent. Whoever runs this server has to set it to a token and restart it."
            )
    return None, _NO_TOKEN


def checked_url(url: str) -> str:
    """The URL, if a token may be sent there: https, or http to this machine.

    Raises:
        ValueError: With what is wrong in words.
    """
    try:
        parts = urlsplit(url)
        # Reading it is what checks it.
        port = parts.port
    except ValueError as error:
        raise ValueError(f"--api-url is no URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise ValueError(f"--api-url has to be a URL such as {API_URL}")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("--api-url takes no user, query or fragment")
    if parts.path.lower().rstrip("/").endswith("/v2"):
        raise ValueError("--api-url is without the /v2, which is part of each operation's path")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise ValueError("--api-url has to be https, since the token is sent there; http is for this machine only")
    return url.rstrip("/")
