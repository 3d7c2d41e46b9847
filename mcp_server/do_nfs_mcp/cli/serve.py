"""The one place that puts settings, server and transport together."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from do_nfs_mcp.cli.garbage_collection import frozen_gc
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.masking import Masking
from do_nfs_mcp.observability.tracing import has_receiver, tracing
from do_nfs_mcp.server import NfsServer, build_server
from do_nfs_mcp.settings import TOKEN_VARIABLES, Settings, SettingsError
from do_nfs_mcp.storage.limits import Limits
from do_nfs_mcp.transports.handshake import HandedOver
from do_nfs_mcp.transports.stdio import run_stdio

if TYPE_CHECKING:
    import httpx

    from do_nfs_mcp.api.client import NfsApi
    from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation

__all__ = ["connector", "serve", "server_from_settings"]

AuditStream = TextIO | io.TextIOBase

# The form of a vendor's token with every scope. The sandbox is this process's own, so that nobody else can use it.
_SANDBOX_TOKEN = "dop_v1_" + "0" * 64


def serve(settings: Settings, audit: AuditStream | None, handed_over: HandedOver) -> int:
    """Serve MCP: over stdin and stdout until stdin is closed, or over HTTP until the process is told to end.

    Args:
        settings: How the server runs and is reached.
        audit: Where the lines of the audit go; None for nowhere.
        handed_over: What has passed on stdin and stdout already.

    Returns:
        The exit code.

    Raises:
        SettingsError: If a file or an address that the settings name cannot be used.
    """
    if settings.http:
        with frozen_gc():
            # Imported here, so that stdio does not load uvicorn and what checks tokens.
            from do_nfs_mcp.cli.serve_http import serve_http

        serve_http(settings.http, partial(server_from_settings, settings, audit))
        return 0
    with frozen_gc():
        server = server_from_settings(settings, audit, connect_browser=_connect_browser)
    return run_stdio(server.serve, handed_over)


def server_from_settings(settings: Settings, audit: AuditStream | None = None, **more: Any) -> NfsServer:
    """Make the server that the settings ask for.

    Args:
        settings: How the server runs.
        audit: Where the lines of the audit go; None for nowhere.
        more: Other arguments of `build_server`.

    Returns:
        The server, not yet connected to a transport.

    Raises:
        SettingsError: If the sandbox's file cannot be used.
    """
    server = build_server(
        connector(settings, tracing()),
        read_only=settings.read_only,
        audit=Audit(audit, Masking(settings.token), required=settings.audit == "required") if audit else None,
        destructive=settings.destructive,
        tools=settings.tools,
        exclude_tools=settings.exclude_tools,
        limits=_limits(settings),
        allowance_gib=settings.allowance_gib,
        prices={tier: float(price) for tier, _, price in (given.partition("=") for given in settings.price)},
        allow_no_squash=settings.allow_no_squash,
        ask=settings.ask,
        wait_seconds=settings.wait_seconds,
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
    settings: Settings, prepare: Callable[[httpx.AsyncClient], None] = lambda _: None
) -> Callable[[], NfsApi]:
    """Return what makes the connection that the settings ask for: to the API, to an embedded sandbox, or to nothing.

    Args:
        settings: How the server runs.
        prepare: Called with the httpx client before it is first used.

    Returns:
        A function that makes a new connection each time it is called.

    Raises:
        SettingsError: If the sandbox's file cannot be used.
    """
    url, token = settings.api_url, settings.token
    transport: httpx.AsyncBaseTransport | None = None
    if settings.sandbox is not None:
        # A fifth of the process's memory, for those who have no use for it.
        import httpx
        from do_nfs_sandbox import Sandbox, StoreError

        url, token = "http://sandbox", _SANDBOX_TOKEN
        try:
            transport = httpx.ASGITransport(app=Sandbox(settings.sandbox))
        except StoreError as error:
            raise SettingsError(str(error)) from error

    def connect() -> NfsApi:
        # With what it imports it takes a tenth of the start, which would wait for it.
        from do_nfs_mcp.api.client import NfsApi

        per_caller = bool(settings.http and settings.http.authenticates)
        if token is None:
            return NfsApi.unavailable(settings.no_token, per_caller=per_caller)
        return NfsApi.connect(
            url,
            token,
            connect_seconds=settings.connect_seconds,
            read_seconds=settings.read_seconds,
            transport=transport,
            per_caller=per_caller,
            read_only=settings.read_only,
            max_in_flight=settings.max_in_flight,
            prepare=prepare,
        )

    return connect


def _connect_browser() -> BrowserElicitation | None:
    """Return the way to ask a person in their browser on this machine; None if there is none."""
    # Loaded for the first question alone.
    from do_nfs_mcp.browser.launcher import can_open, open_page

    # Whatever runs in the browser has no use for the token.
    environment = {name: value for name, value in os.environ.items() if name not in TOKEN_VARIABLES}
    if not can_open(environment):
        return None
    from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation

    return BrowserElicitation(partial(open_page, environment))
