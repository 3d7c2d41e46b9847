"""HTTP as its settings say: where the server listens, which callers are accepted, and what replicas share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from do_nfs_sandbox.http.serving import listen
from limits.aio.storage import MemoryStorage
from mcp.server.auth.settings import AuthSettings

from do_nfs_mcp.api.callers import Access
from do_nfs_mcp.server import NfsServer
from do_nfs_mcp.settings import HttpSettings, SettingsError, listening_url
from do_nfs_mcp.tools import NON_WAITING_TOOLS, SPECS
from do_nfs_mcp.transports.http.app import make_app
from do_nfs_mcp.transports.http.oauth import Issuer
from do_nfs_mcp.transports.http.request_state_keys import read_keys
from do_nfs_mcp.transports.http.tokens import TokenFile
from do_nfs_mcp.transports.http.uvicorn_runner import serve
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier, Verifier

if TYPE_CHECKING:
    from do_nfs_mcp.observability.metrics import Metrics
    from do_nfs_mcp.state.redis_state import RedisState


def serve_http(http: HttpSettings, make_server: Callable[..., NfsServer], state: RedisState | None) -> None:
    """Serve over HTTP until the process is told to end.

    Args:
        http: How the server is reached.
        make_server: Makes the server, given `access` and `request_state_keys` as `build_server` takes them.
        state: The store that servers share, which the server is made with; None if there is none.

    Raises:
        SettingsError: If a file that the settings name, or the address, cannot be used, or something is not installed
            that they need.
    """
    try:
        verifier = _verifier(http)
        keys = read_keys(http.request_state_key_file) if http.request_state_key_file else ()
        listener = listen(http.host, http.port)
    except OSError as error:
        raise SettingsError(f"cannot listen on {http.host} port {http.port}: {error.strerror or error}") from error
    except ValueError as error:
        raise SettingsError(str(error)) from error
    with listener:
        url = listening_url(http.host, listener.getsockname()[1])
        access = Access(verifier, _auth_settings(http, url)) if verifier else None
        metrics = _metrics() if http.metrics else None
        server = make_server(access=access, request_state_keys=keys, metrics=metrics)
        app = make_app(
            server,
            verifier=verifier,
            hosts=http.names,
            origins=http.allow_origin,
            non_waiting=NON_WAITING_TOOLS,
            storage=state.counts() if state else MemoryStorage(),
            caller_requests_per_minute=http.caller_requests_per_minute,
            check_state=state.check if state else None,
            metrics=metrics,
        )
        print(f"do-nfs-mcp is listening on {url}", file=sys.stderr, flush=True)
        serve(app, listener)


def _metrics() -> Metrics:
    try:
        from do_nfs_mcp.observability.metrics import Metrics
    except ImportError as error:
        raise SettingsError(f"--metrics needs do-nfs-mcp[metrics]: {error.name} is not installed") from error
    return Metrics([tool.name for tool in SPECS])


def _verifier(http: HttpSettings) -> CompositeVerifier | None:
    verifiers: list[Verifier] = []
    if http.tokens:
        verifiers.append(TokenFile(http.tokens))
    if http.oauth_issuer and http.audience:
        verifiers.append(Issuer(http.oauth_issuer, http.audience))
    return CompositeVerifier(verifiers) if verifiers else None


def _auth_settings(http: HttpSettings, url: str) -> AuthSettings:
    # Not as URLs, which would get a slash where a bare host ends: an issuer is compared as it is written.
    return AuthSettings.model_validate(
        {
            # Without an issuer nobody is told of it, but the SDK wants one.
            "issuer_url": http.oauth_issuer or url,
            "resource_server_url": http.resource if http.oauth_issuer else None,
            # The verifier looks at the audience.
            "validate_token_resource": False,
        }
    )
