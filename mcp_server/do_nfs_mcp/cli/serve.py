"""The one place that puts settings, server and transport together."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

import anyio

from do_nfs_mcp.account_token.source import NoTokenError
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.cli.garbage_collection import frozen_gc
from do_nfs_mcp.cli.state_store import shared_state
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.tracing import has_receiver, tracing
from do_nfs_mcp.server import NfsServer, build_server
from do_nfs_mcp.settings import Settings, SettingsError, without_tokens
from do_nfs_mcp.storage.limits import Limits
from do_nfs_mcp.transports.handshake import HandedOver
from do_nfs_mcp.transports.stdio import run_stdio

if TYPE_CHECKING:
    import httpx

    from do_nfs_mcp.api.client import NfsApi
    from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation
    from do_nfs_mcp.observability.metrics import Metrics
    from do_nfs_mcp.state.shared_state import State

__all__ = ["connector", "serve", "server_from_settings"]

AuditStream = TextIO | io.TextIOBase


def serve(settings: Settings, token: AccountToken, audit: AuditStream | None, handed_over: HandedOver) -> int:
    """Serve MCP: over stdin and stdout until stdin is closed, or over HTTP until the process is told to end.

    Args:
        settings: How the server runs and is reached.
        token: The account's token.
        audit: Where the lines of the audit go; None for nowhere.
        handed_over: What has passed on stdin and stdout already.

    Returns:
        The exit code.

    Raises:
        SettingsError: If a file, a command or an address that the settings name cannot be used, or something is not
            installed that they need.
    """
    if settings.http:
        with frozen_gc():
            # Imported here, so that stdio does not load uvicorn and what checks tokens.
            from do_nfs_mcp.cli.serve_http import serve_http

        if settings.token_is_elsewhere and settings.sandbox is None:
            # The operator finds out now, not a caller later.
            _fetch(token)
        state = shared_state(settings)
        serve_http(settings.http, partial(server_from_settings, settings, token, audit, state), state)
        return 0
    with frozen_gc():
        server = server_from_settings(settings, token, audit, shared_state(settings), connect_browser=_connect_browser)
    return run_stdio(server.serve, handed_over)


def _fetch(token: AccountToken) -> None:
    try:
        anyio.run(token.get)
    except NoTokenError as error:
        raise SettingsError(error.problem) from error


def server_from_settings(
    settings: Settings,
    token: AccountToken,
    audit: AuditStream | None = None,
    state: State | None = None,
    metrics: Metrics | None = None,
    **more: Any,
) -> NfsServer:
    """Make the server that the settings ask for.

    Args:
        settings: How the server runs.
        token: The account's token.
        audit: Where the lines of the audit go; None for nowhere.
        state: The store that servers share; None if this one remembers for itself.
        metrics: Counts calls and requests; None if nobody does.
        more: Other arguments of `build_server`.

    Returns:
        The server, not yet connected to a transport.

    Raises:
        SettingsError: If the sandbox's file cannot be used.
    """
    server = build_server(
        connector(settings, token, tracing(), *([metrics.count_request] if metrics else [])),
        metrics=metrics,
        read_only=settings.read_only,
        audit=Audit(audit, token.masked, required=settings.audit == "required") if audit else None,
        destructive=settings.destructive,
        tools=settings.tools,
        exclude_tools=settings.exclude_tools,
        limits=_limits(settings),
        allowance_gib=settings.allowance_gib,
        prices={tier: float(price) for tier, _, price in (given.partition("=") for given in settings.price)},
        allow_no_squash=settings.allow_no_squash,
        ask=settings.ask,
        wait_seconds=settings.wait_seconds,
        shared_state=state,
        **more,
    )
    if not has_receiver():
        # The SDK's own, which makes a span of each call, takes a twentieth of a short one.
        del server.middleware[0]
    return server


def _limits(settings: Settings) -> Limits:
    return Limits(
        settings.max_size_gib, settings.max_shares, settings.regions, settings.tiers, settings.vpcs, settings.protect
    )


def connector(
    settings: Settings,
    token: AccountToken,
    prepare: Callable[[httpx.AsyncClient], None] = lambda _: None,
    count: Callable[[str, int | None], None] = lambda *_: None,
) -> Callable[[], NfsApi]:
    """Return what makes the connection that the settings ask for: to the API or to an embedded sandbox.

    Args:
        settings: How the server runs.
        token: The account's token.
        prepare: Called with the httpx client before it is first used.
        count: Called for each request with the operation's name and the answer's status, None if there was none.

    Returns:
        A function that makes a new connection each time it is called.

    Raises:
        SettingsError: If the sandbox's file cannot be used.
    """
    url = settings.api_url
    transport: httpx.AsyncBaseTransport | None = None
    if settings.sandbox is not None:
        # A fifth of the process's memory, for those who have no use for it.
        import httpx
        from do_nfs_sandbox import Sandbox, StoreError

        url = "http://sandbox"
        try:
            transport = httpx.ASGITransport(app=Sandbox(settings.sandbox, keep_requests=1000))
        except StoreError as error:
            raise SettingsError(str(error)) from error

    def connect() -> NfsApi:
        # With what it imports it takes a tenth of the start, which would wait for it.
        from do_nfs_mcp.api.client import NfsApi

        return NfsApi.connect(
            url,
            token,
            connect_seconds=settings.connect_seconds,
            read_seconds=settings.read_seconds,
            transport=transport,
            per_caller=bool(settings.http and settings.http.authenticates),
            read_only=settings.read_only,
            max_in_flight=settings.max_in_flight,
            max_answer_bytes=settings.max_answer_mb * 1_000_000,
            prepare=prepare,
            count=count,
        )

    return connect


def _connect_browser() -> BrowserElicitation | None:
    """Return the way to ask a person in their browser on this machine; None if there is none."""
    # Loaded for the first question alone.
    from do_nfs_mcp.browser.launcher import can_open, open_page

    environment = without_tokens(os.environ)
    if not can_open(environment):
        return None
    from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation

    return BrowserElicitation(partial(open_page, environment))
