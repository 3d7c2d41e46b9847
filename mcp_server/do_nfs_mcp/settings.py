"""What the server is told by its command line and environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from do_nfs_mcp.account_token.source import is_token
from do_nfs_mcp.audience import for_reader, operator_has_to
from do_nfs_mcp.loopback import is_loopback
from do_nfs_mcp.offering import Destructive

__all__ = [
    "ALLOWANCE_GIB",
    "API_URL",
    "CONNECT_SECONDS",
    "MAX_ANSWER_MB",
    "MAX_IN_FLIGHT",
    "READ_SECONDS",
    "STATE_PREFIX",
    "STATE_VARIABLE",
    "TOKEN_VARIABLES",
    "WAIT_SECONDS",
    "Ask",
    "AuditMode",
    "HttpSettings",
    "Settings",
    "SettingsError",
    "checked_state_url",
    "checked_url",
    "listening_url",
    "token_from",
    "without_tokens",
]

API_URL = "https://api.digitalocean.com"
Ask = Literal["auto", "host", "browser"]
AuditMode = Literal["best-effort", "required"]
ALLOWANCE_GIB = 1000
WAIT_SECONDS = 45
"""Hosts give up on a call after 60 s."""
CONNECT_SECONDS = 5
READ_SECONDS = 30
MAX_IN_FLIGHT = 16
MAX_ANSWER_MB = 64
STATE_PREFIX = "do-nfs-mcp"
STATE_VARIABLE = "DO_NFS_MCP_STATE"
TOKEN_VARIABLES = ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_TOKEN")
_HOST_AND_PORT = re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?")
_ORIGIN = re.compile(r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?")
_EXAMPLE_HOST = "nfs.example.com"
_PUBLIC_URL = f"https://{_EXAMPLE_HOST}/mcp"
_DATABASE = re.compile(r"(/[0-9]{0,4})?", re.ASCII)
# A name or an address, and a port. A name with other letters has a form with these, too.
_NETLOC = re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]+)?", re.ASCII | re.IGNORECASE)


class SettingsError(Exception):
    """Something that the settings name cannot be used. The text says in one line what, and why."""


@dataclass(frozen=True)
class HttpSettings:
    """How the server is reached over HTTP.

    Attributes:
        host: The address it listens on.
        port: The port; 0 is any free one.
        tokens: The file of bearer tokens whose holders are accepted; None if there is none.
        oauth_issuer: Whose JWTs let callers in; None for nobody's.
        oauth_audience: Whom these have to be for. Where not given, public_url.
        public_url: What callers know /mcp by, for OAuth's metadata. Where not given, oauth_audience.
        allow_host: The names it may be called by besides this machine's own.
        allow_origin: The web pages that may call it besides this machine's own.
        request_state_key_file: The file of the keys that replicas share; None if there are no replicas.
        caller_requests_per_minute: How many requests a caller may make within a minute; 0 for any number.
        metrics: Whether /metrics shows what was counted.

    Raises:
        ValueError: If this would accept just anybody, or if something does not fit; in words.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    tokens: Path | None = None
    oauth_issuer: str | None = None
    oauth_audience: str | None = None
    public_url: str | None = None
    allow_host: tuple[str, ...] = ()
    allow_origin: tuple[str, ...] = ()
    request_state_key_file: Path | None = None
    caller_requests_per_minute: int = 300
    metrics: bool = False

    def __post_init__(self) -> None:
        if self.oauth_issuer is None and self.oauth_audience is not None:
            raise ValueError("--oauth-audience is for --oauth-issuer, which was not given")
        if self.oauth_issuer is not None:
            _check_secure("--oauth-issuer", self.oauth_issuer, "https://login.example.com")
            if self.audience is None:
                raise ValueError("--oauth-issuer needs --oauth-audience: whom the issuer's tokens are for")
            _check_secure("--public-url, or --oauth-audience in its place,", self.resource or "", _PUBLIC_URL)
        elif self.public_url is not None:
            _check_secure("--public-url", self.public_url, _PUBLIC_URL)
        for name in self.allow_host:
            if not _HOST_AND_PORT.fullmatch(name):
                raise ValueError(f"--allow-host takes a name with or without a port, such as {_EXAMPLE_HOST}")
        for origin in self.allow_origin:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError("--allow-origin takes what a browser sends, such as https://app.example.com")
        if not self.authenticates and not (is_loopback(self.host) and not self.names):
            raise ValueError(
                "without authentication it can only be reached from this machine: give --tokens or --oauth-issuer for "
                "any other --host, --allow-host or --public-url"
            )

    @property
    def authenticates(self) -> bool:
        """Whether callers are asked who they are."""
        return self.tokens is not None or self.oauth_issuer is not None

    @property
    def audience(self) -> str | None:
        """Whom the issuer's tokens have to be for."""
        return self.oauth_audience or self.public_url

    @property
    def resource(self) -> str | None:
        """What callers know /mcp by."""
        return self.public_url or self.oauth_audience

    @property
    def names(self) -> list[str]:
        """The names it may be called by besides this machine's own."""
        public = urlsplit(self.resource or "").hostname or ""
        own = [] if is_loopback(self.host) or _is_any(self.host) else [_in_url(self.host)]
        return [*self.allow_host, *own, *([_in_url(public)] if public and not is_loopback(public) else [])]


@dataclass(frozen=True)
class Settings:
    """How the server runs.

    Attributes:
        token: The account's token in the environment; None if there is none that can be one.
        no_token: What calls say if there is no token there.
        token_file: The file that the token is in, in place of the environment.
        token_command: The command that prints the token, in place of the environment.
        doctl_context: doctl's context whose token is taken, in place of the environment.
        api_url: Where the API is.
        sandbox: None for the real API; else where the embedded sandbox keeps its state, a file or ":memory:".
        read_only: Offer and carry out nothing that changes storage.
        destructive: Whether what takes something away asks the person ("ask"), is just done ("allow"), or is not
            offered ("deny").
        ask: Who asks the person: the host and, where it cannot, the server itself in their browser ("auto"), or only
            one of these.
        tools: Names or patterns of the tools that are offered; none for all.
        exclude_tools: Names or patterns of the tools that are not.
        max_size_gib: How large a share may become; None for any size.
        max_shares: How many shares there may be with a new one; None for any number.
        regions: Slugs or patterns of the regions where anything may be changed; none for all.
        tiers: The performance tiers that shares may be created on or raised to; none for all.
        vpcs: Ids, names or patterns of the VPCs that shares may be opened to; none for all.
        protect: Names or patterns of the shares that nothing may be taken away from.
        allowance_gib: How many GiB may be ordered in an hour before the person is asked; None for any number.
        price: What a GiB costs a month on each tier, such as "standard=0.10".
        allow_no_squash: Whether an access point with NO_SQUASH is created without asking.
        wait_seconds: How long a call waits for a change to take effect.
        connect_seconds: How long connecting to the API may take.
        read_seconds: How long the API may be silent.
        max_in_flight: How many requests may be under way at once.
        max_answer_mb: How large an answer of the API may be, unpacked, in millions of bytes.
        state: Where the store is that servers share, with its password or without; None if there is none.
        state_password_file: The file that the store's password is in, if it is not in the URL.
        state_prefix: What all keys in the store begin with.
        audit_file: Where lines on what changes storage go; None for stderr.
        audit: Whether a change goes on if its line cannot be written ("best-effort"), or is sent only once it is.
        audit_chain: Whether each line carries the hash of the one before.
        log_level: The least serious level that is logged to stderr.
        http: How it is reached over HTTP; None for stdin and stdout.
    """

    token: str | None = None
    no_token: str = field(default_factory=lambda: _no_token())
    token_file: Path | None = None
    token_command: str | None = None
    doctl_context: str | None = None
    api_url: str = API_URL
    sandbox: str | None = None
    read_only: bool = False
    destructive: Destructive = "ask"
    ask: Ask = "auto"
    tools: tuple[str, ...] = ()
    exclude_tools: tuple[str, ...] = ()
    max_size_gib: int | None = None
    max_shares: int | None = None
    regions: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    vpcs: tuple[str, ...] = ()
    protect: tuple[str, ...] = ()
    allowance_gib: int | None = ALLOWANCE_GIB
    price: tuple[str, ...] = ()
    allow_no_squash: bool = False
    wait_seconds: int = WAIT_SECONDS
    connect_seconds: int = CONNECT_SECONDS
    read_seconds: int = READ_SECONDS
    max_in_flight: int = MAX_IN_FLIGHT
    max_answer_mb: int = MAX_ANSWER_MB
    state: str | None = None
    state_password_file: Path | None = None
    state_prefix: str = STATE_PREFIX
    audit_file: str | None = None
    audit: AuditMode = "best-effort"
    audit_chain: bool = False
    log_level: str = "WARNING"
    http: HttpSettings | None = None

    @property
    def token_is_elsewhere(self) -> bool:
        """Whether the token is taken from somewhere else than the environment."""
        return bool(self.token_file or self.token_command or self.doctl_context)

    def __repr__(self) -> str:
        return f"Settings(api_url={self.api_url!r}, sandbox={self.sandbox!r}, read_only={self.read_only})"


def token_from(environment: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the token in the environment, None if there is none that can be one, and what calls then say.

    Args:
        environment: The variables. The first of TOKEN_VARIABLES that is not empty counts.
    """
    for variable in TOKEN_VARIABLES:
        token = environment.get(variable, "").strip()
        if token.startswith("${"):
            return None, (
                f"What {variable} holds is a reference that "
                + for_reader(
                    "the host of this server did not fill in. Nothing was sent. The variable has to be set where the "
                    "host runs, and the host restarted.",
                    "nothing has filled in. Nothing was sent. Set it to the token itself.",
                )
            )
        if is_token(token):
            return token, ""
        if token:
            return None, (
                f"What {variable} holds cannot be a token: it has spaces or other characters no token has. Nothing was "
                f"sent. {operator_has_to('set it to a token', and_restart=True)}"
            )
    return None, _no_token()


def without_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for another program, which has no use for the token."""
    return {name: value for name, value in environment.items() if name not in TOKEN_VARIABLES}


def _no_token() -> str:
    set_it = operator_has_to(
        "set DIGITALOCEAN_ACCESS_TOKEN to a token with the scopes nfs:list, nfs:read, nfs:create, nfs:delete and "
        "vpc:read (made in the control panel under API)",
        and_restart=True,
    )
    without = for_reader("start it with --sandbox", "give --sandbox")
    return f"There is no DigitalOcean token, so nothing was sent. {set_it} To try it without an account, {without}."


def checked_url(url: str) -> str:
    """Return the URL of the API without a slash at its end.

    Args:
        url: The URL, as a person gives it.

    Raises:
        ValueError: If no token may be sent there, which is for https, or http to this machine; in words.
    """
    parts = _check_secure("--api-url", url, API_URL)
    if parts.path.lower().rstrip("/").endswith("/v2"):
        raise ValueError("--api-url is without the /v2, which is part of each operation's path")
    return url.rstrip("/")


def checked_state_url(url: str) -> str:
    """Return the URL of a store as its client takes it: "redis://..." or, with TLS, "rediss://...".

    Args:
        url: The URL, as a person gives it. It may have a user and a password.

    Raises:
        ValueError: If it is none, in words without the URL.
    """
    try:
        parts = urlsplit(url)
        is_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_place = False
    secure = {"redis": "redis", "valkey": "redis", "rediss": "rediss", "valkeys": "rediss"}
    if (
        not (is_place and url.isascii() and url.isprintable() and " " not in url)
        or parts.scheme not in secure
        or not _DATABASE.fullmatch(parts.path)
        or parts.query
        or parts.fragment
    ):
        raise ValueError(
            "has to be a URL such as redis://127.0.0.1:6379/0, with the number of the database; rediss:// is with TLS, "
            "and valkey:// and valkeys:// are the same"
        )
    return parts._replace(scheme=secure[parts.scheme]).geturl()


def listening_url(host: str, port: int) -> str:
    """Return the URL that the server is reached by on this machine.

    Args:
        host: The address it listens on.
        port: The port.
    """
    return f"http://{_in_url(host)}:{port}/mcp"


def _check_secure(option: str, url: str, example: str) -> SplitResult:
    """Return the parts of a URL that tokens may be sent to, or raise ValueError with what is wrong in words."""
    try:
        parts = urlsplit(url)
        # Reading it is what checks it.
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{option} is no URL: {error}") from error
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"{option} takes no user, query or fragment")
    # urlsplit() passes over what is not printable, which others do not.
    printed = url.isprintable() and " " not in url
    if not printed or parts.scheme not in {"http", "https"} or not _NETLOC.fullmatch(parts.netloc) or port == 0:
        raise ValueError(f"{option} has to be a URL such as {example}")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError(f"{option} has to be https, since tokens are sent there; http is for this machine only")
    return parts


def _is_any(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return host == ""


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
