"""The command `do-nfs-mcp doctor`."""

import json
import os
import platform
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

from mcp_types.version import LATEST_PROTOCOL_VERSION

from do_nfs_mcp.account_token.source import NoTokenError, is_placeholder
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.rate_limit import RateLimit
from do_nfs_mcp.api.retries import no_retries
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.browser.launcher import why_no_browser
from do_nfs_mcp.cli.options import LIMIT_OPTIONS, SERVER_OPTIONS, UNLIMITED
from do_nfs_mcp.cli.parser import Argument, Command, make_parser
from do_nfs_mcp.cli.serve import connector
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.state_store import shared_state
from do_nfs_mcp.cli.terminal.runner import run
from do_nfs_mcp.cli.terminal.table import table
from do_nfs_mcp.settings import Settings
from do_nfs_mcp.state.shared_state import StateUnavailableError
from do_nfs_mcp.storage.limits import Limits

COMMAND = Command(
    "do-nfs-mcp doctor",
    description="Checks configuration, token and connectivity with requests that change nothing, and says how to fix "
    "what is wrong.",
    arguments=(
        *SERVER_OPTIONS,
        Argument("--json", action="store_true", help="print the findings as JSON"),
    ),
    epilog="Exit code: 0 if everything is in order, 1 if something is not.",
)
_MARKS = {True: "ok", False: "NOT", None: "?"}
# With these the API has answered, and is the API.
_REFUSALS = {401, 403, 429}
_NOTHING = "00000000-0000-0000-0000-000000000000"
_OPTIONAL = "actions:read"


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        what: What was looked at.
        ok: Whether it is as it should be; None if that cannot be told, or need not be.
        says: What it is like or, if it is not as it should be, how to mend it.
    """

    what: str
    ok: bool | None
    says: str


def main(arguments: list[str]) -> None:
    """Check configuration, token and connectivity, and end the process.

    Args:
        arguments: What follows the command's name.
    """
    parser = make_parser(COMMAND)
    given = parser.parse_args(arguments)
    run(parser, given, partial(_report, given.json))


async def _report(as_json: bool, settings: Settings, token: AccountToken) -> int:
    where = await _token(settings, token)
    # To see whether the API answers takes no token that it accepts.
    api = connector(settings, token if where.ok else AccountToken.fixed("none"))()
    try:
        with no_retries():
            found = [finding async for finding in _check(api, settings, where)]
    finally:
        await api.aclose()
    # What concerns one option stands together, however late it was found.
    order = [finding.what for finding in found]
    found.sort(key=lambda finding: order.index(finding.what))
    if as_json:
        say(json.dumps([asdict(finding) for finding in found], indent=2))
    else:
        say(table([(_MARKS[finding.ok], finding.what, finding.says) for finding in found]))
    return int(any(finding.ok is False for finding in found))


def _versions() -> Finding:
    return Finding(
        "versions",
        True,
        f"do-nfs-mcp {version('do-nfs-mcp')}, mcp {version('mcp')}, Python {platform.python_version()}, "
        f"MCP up to {LATEST_PROTOCOL_VERSION}",
    )


async def _token(settings: Settings, token: AccountToken) -> Finding:
    if settings.sandbox is not None:
        return Finding("token", True, "the sandbox needs none")
    try:
        found = await token.get()
    except NoTokenError as error:
        return Finding("token", False, str(error))
    if is_placeholder(found.value):
        says = f"{token.source.found}, but only a placeholder, as documentation has it: {token.source.replace}"
        return Finding("token", False, says)
    unused = settings.token is not None and settings.token_is_elsewhere
    return Finding("token", True, token.source.found + ("; the one in the environment is not used" if unused else ""))


def _asking(settings: Settings) -> Finding:
    why = why_no_browser(os.environ)
    no_browser = f"no browser can be opened here: {why}"
    match settings.ask, not why:
        case "host", _:
            return Finding("--ask", True, "host: the host asks the person; if it cannot, nothing is done")
        case "browser", True:
            return Finding("--ask", True, "browser: a page in the person's browser asks them")
        case "browser", False:
            return Finding("--ask", False, f"browser: {no_browser}. Change that, or let the host ask (--ask host)")
        case _, True:
            says = "auto: the host asks the person or, if it cannot, a page in their browser does"
            return Finding("--ask", True, says)
    says = f"auto: the host asks the person; if it cannot, nothing is done, as {no_browser}"
    return Finding("--ask", None, says)


def _operator_limits(settings: Settings) -> Iterator[Finding]:
    """Give one finding for each limit that was set."""
    for option in LIMIT_OPTIONS:
        value = getattr(settings, option.attribute)
        if value != option.default:
            yield Finding(option.name, True, _shown(value))


def _shown(value: Any) -> str:
    match value:
        case tuple():
            return ", ".join(value)
        case None:
            return UNLIMITED
        case True:
            return "given"
    return str(value)


def _protected(settings: Settings, names: list[str], *, known: bool) -> Iterator[Finding]:
    """Give one finding for each pattern of --protect that protects nothing, which may be misspelt."""
    for given in settings.protect if known else ():
        for pattern in [given] if given in names else map(str.strip, given.split(",")):
            if not any(Limits(protect=[pattern]).protects(name) for name in names):
                yield Finding("--protect", None, f"no share is called {quoted(pattern)}, so that it protects none yet")


def _vpcs(settings: Settings, vpcs: Sequence[Any]) -> Iterator[Finding]:
    """Give one finding for each VPC of --vpcs that there is not."""
    for pattern in settings.vpcs:
        if not any(Limits(vpcs=[pattern]).opens_to(vpc.id, vpc.name) for vpc in vpcs):
            yield Finding("--vpcs", False, f"no VPC has the id or name {quoted(pattern)}. List them with list_vpcs")


def _regions(settings: Settings, slugs: set[str]) -> Iterator[Finding]:
    """Give one finding for each region of --regions where there is nothing: it is misspelt, or new."""
    for pattern in settings.regions:
        if not any(Limits(regions=[pattern]).changes_in(slug) for slug in slugs):
            says = f"no share and no VPC is in a region {quoted(pattern)}: right for one that is new, else misspelt"
            yield Finding("--regions", None, says)


async def _state(settings: Settings) -> AsyncIterator[Finding]:
    """Give one finding on the store that servers share, if there is one."""
    state = shared_state(settings)
    if state is None:
        return
    try:
        weakness = await state.weakness()
    except StateUnavailableError as error:
        yield Finding("--state", False, f"the store cannot be used: {error.__cause__}. Mend it, or the URL or password")
    else:
        yield Finding("--state", None if weakness else True, f"the store can be used{weakness and f', but {weakness}'}")
    finally:
        await state.aclose()


async def _check(api: NfsApi, settings: Settings, token: Finding) -> AsyncIterator[Finding]:
    """Give one finding after the other, up to one without which the rest cannot be looked at. token: Of the token."""
    yield _versions()
    yield token
    if not settings.read_only:
        yield _asking(settings)
    for finding in _operator_limits(settings):
        yield finding
    async for finding in _state(settings):
        yield finding
    shares, error = await _try_request(api.list_shares)
    if error and error.status not in _REFUSALS:
        yield Finding("API", False, str(error))
        return
    yield Finding("API", True, f"{settings.api_url if settings.sandbox is None else 'the sandbox'} answers")
    if error and error.status == 401:
        if token.ok:
            yield Finding("accepted", False, str(error))
        return
    if settings.sandbox is None:
        yield Finding("accepted", True, "the API accepts the token")
    yield _scope("nfs:list", error)
    for finding in _protected(settings, [share.name for share in shares or ()], known=error is None):
        yield finding
    share = shares[0].id if shares else _NOTHING
    for scope, request in (
        ("nfs:read", partial(api.get_share, share)),
        ("vpc:read", api.list_vpcs),
        ("actions:read", partial(api.get_action, "1")),
    ):
        found, error = await _try_request(request)
        yield _scope(scope, error)
        if scope == "vpc:read" and error is None:
            for finding in _vpcs(settings, found):
                yield finding
            # Who may not see all of it cannot tell that there is nothing.
            if shares is not None:
                for finding in _regions(settings, {thing.region for thing in (*shares, *found)}):
                    yield finding
    yield Finding("nfs:create, nfs:delete", None, "only a change could tell; a call that lacks one says so")
    yield _limits(api.rate_limit)


async def _try_request(request: Callable[[], Awaitable[Any]]) -> tuple[Any, NfsError | None]:
    try:
        return await request(), None
    except NfsError as error:
        return None, error


def _scope(scope: str, error: NfsError | None) -> Finding:
    # Who may not look is not told that there is nothing.
    if error is None or error.gone:
        return Finding(scope, True, "granted")
    if scope == _OPTIONAL and error.status == 403:
        return Finding(scope, None, "not granted, and needed only to go on waiting by an action_id")
    return Finding(scope, False, str(error))


def _limits(rate_limit: RateLimit | None) -> Finding:
    if rate_limit is None:
        return Finding("rate limit", None, "the API did not say")
    says = f"{rate_limit.remaining} of {rate_limit.limit} requests an hour are left"
    now = time.time()
    if not rate_limit.pause(now, now, 0):
        return Finding("rate limit", True, says)
    return Finding(
        "rate limit", False, f"{says}, so calls are spaced or refused. Wait until {rate_limit.reset:%H:%M:%S} UTC"
    )
