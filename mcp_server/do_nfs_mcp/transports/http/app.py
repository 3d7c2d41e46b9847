"""The server as an ASGI application: the protocol at /mcp, whether it lives at /healthz, whether it can be used at
/readyz, and for whom it is wanted, what it has done at /metrics."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from limits.aio.storage import Storage
from mcp.server import MCPServer
from mcp.server.auth.routes import create_protected_resource_routes
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.transports.http.body_memory import BodyMemory
from do_nfs_mcp.transports.http.failed_logins import FailedLogins
from do_nfs_mcp.transports.http.rate import Rate
from do_nfs_mcp.transports.http.refusals import RefusalMiddleware
from do_nfs_mcp.transports.http.request_head import RequestHead
from do_nfs_mcp.transports.http.request_rate import RequestRate
from do_nfs_mcp.transports.http.response_mode import ResponseMode
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier

if TYPE_CHECKING:
    from do_nfs_mcp.observability.metrics import Metrics

__all__ = ["PATH", "make_app"]

logger = logging.getLogger(__name__)

PATH = "/mcp"
# How much of a preflight's headers is repeated in the answer. nginx takes a server whose answer has a head of more than
# 4 KiB for one that has failed, and sends nobody to it for 10 s.
_MOST_REPEATED = 1024
# No call needs as much, and JSON that is all brackets takes 50 times its length in memory, and long to read.
_MAX_BODY_BYTES = 64 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_PAGES_HERE = rf"http://({'|'.join(map(re.escape, _LOOPBACK))})(:[0-9]{{1,5}})?"
_SOME_KEPT_OUT = "degraded: some callers cannot be accepted; the log says why\n"
_STORE_AWAY = (
    "degraded: the store of --state is unreachable or takes no changes, which the log explains, so that what orders "
    "something or asks a person is refused\n"
)


class _Cors(CORSMiddleware):
    """CORS, but for preflights that ask for too many headers."""

    def preflight_response(self, request_headers: Headers) -> Response:
        if len(request_headers.get("access-control-request-headers", "")) > _MOST_REPEATED:
            return PlainTextResponse("Too many Access-Control-Request-Headers", 400)
        return super().preflight_response(request_headers)


def make_app(
    server: MCPServer[Any],
    *,
    verifier: CompositeVerifier | None = None,
    hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
    non_waiting: Collection[str] = (),
    storage: Storage | None = None,
    caller_requests_per_minute: int = 0,
    check_state: Callable[[], Awaitable[None]] | None = None,
    metrics: Metrics | None = None,
) -> Starlette:
    """Make the application. It keeps nothing from one request to the next but what is in the storage, so that any
    replica can answer any.

    Args:
        server: The server, made with the same verifier.
        verifier: Who lets callers in; None if nobody is asked who they are.
        hosts: The names it is called by besides this machine's own, each with or without a port.
        origins: The web pages that may call it besides those of this machine.
        non_waiting: The tools whose calls do not wait for anything.
        storage: Where callers' requests and failed logins are counted; None if neither is.
        caller_requests_per_minute: How many requests to /mcp a caller may make within a minute; 0 for any number.
        check_state: Raises an NfsError if the store that servers share cannot be used; None if there is none.
        metrics: What /metrics shows; None if there is no such page.
    """
    here = [f"http://{host}" for host in _LOOPBACK]
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        max_request_body_size=_MAX_BODY_BYTES,
        transport_security=TransportSecuritySettings(
            allowed_hosts=_any_port([*_LOOPBACK, *hosts]), allowed_origins=[*_any_port(here), *origins]
        ),
    )
    for route in app.routes:
        # Nothing is kept that another method could go on with or end.
        if isinstance(route, Route) and route.path == PATH:
            route.methods = {"POST"}
            route.app = BodyMemory(ResponseMode(route.app, server.session_manager, non_waiting))
            if storage and caller_requests_per_minute:
                route.app = RequestRate(route.app, Rate(storage, "caller-requests", caller_requests_per_minute))

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_: Request) -> Response:
        # All replicas lose an issuer or the store at once: if none were ready, nobody could look at anything either.
        degraded = ""
        if verifier and (why := await verifier.check()):
            logger.error("Some callers cannot be accepted: %s", why)
            degraded += _SOME_KEPT_OUT
        try:
            if check_state:
                await check_state()
        except NfsError:
            degraded += _STORE_AWAY
        return PlainTextResponse(degraded or "ok\n")

    app.router.routes[:0] = [Route("/healthz", alive), Route("/readyz", ready), *_metadata(server)]
    if metrics:
        app.router.routes[:0] = [Route("/metrics", _page_of(metrics))]
    # Where it sends callers instead is as long as what they sent.
    app.router.redirect_slashes = False
    if storage and verifier:
        app.add_middleware(FailedLogins, storage=storage)
    app.add_middleware(RequestHead, path=PATH)
    app.add_middleware(RefusalMiddleware, count=metrics.count_refusal if metrics else _leave)
    app.add_middleware(
        _Cors,
        allow_origins=origins,
        allow_origin_regex=_PAGES_HERE,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=["Retry-After", "WWW-Authenticate"],
    )
    return app


def _page_of(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    async def show(_: Request) -> Response:
        return Response(await metrics.shown(), media_type=metrics.content_type)

    return show


def _leave(_: int) -> None:
    """Count nothing."""


def _metadata(server: MCPServer[Any]) -> list[Route]:
    """The SDK's own page says no scopes unless each caller has to have all of them."""
    auth = server.settings.auth
    if auth is None or auth.resource_server_url is None:
        return []
    return create_protected_resource_routes(
        auth.resource_server_url, [auth.issuer_url], scopes_supported=list(SCOPES), resource_name="DigitalOcean NFS"
    )


def _any_port(names: Sequence[str]) -> list[str]:
    return [pattern for name in names for pattern in (name, f"{name}:*")]
