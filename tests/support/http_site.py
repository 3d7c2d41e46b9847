"""The HTTP server in memory: its application, called by httpx, on a sandbox in the same process."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import anyio.lowlevel
import httpx
import httpx2
import pytest
from do_nfs_mcp.api.callers import Access
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.metrics import Metrics
from do_nfs_mcp.server import build_server
from do_nfs_mcp.state.redis_state import RedisState
from do_nfs_mcp.state.shared_state import State
from do_nfs_mcp.tools import NON_WAITING_TOOLS
from do_nfs_mcp.transports.http.app import make_app
from do_nfs_mcp.transports.http.tokens import TokenFile, new_token
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier
from do_nfs_sandbox import Sandbox
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.auth.settings import AuthSettings
from starlette.applications import Starlette

from .constants import INITIALIZE_PARAMS, TOKEN
from .in_memory import Recording

NAME = "http://nfs.test"
INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE_PARAMS}
ACCEPT = {"accept": "application/json, text/event-stream"}


def bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Site:
    """A running application."""

    app: Starlette

    def raw(self, token: str | None = None, address: str = "198.51.100.7") -> httpx.AsyncClient:
        """A client of HTTP."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=(address, 4321)),
            base_url=NAME,
            headers={**ACCEPT, **bearer(token)},
        )

    @asynccontextmanager
    async def client(
        self, token: str | None = None, mode: str = "2026-07-28", http_hooks: Any = None, **options: Any
    ) -> AsyncIterator[Client]:
        """A client of MCP."""
        transport = httpx2.ASGITransport(self.app)
        async with (
            httpx2.AsyncClient(transport=transport, headers=bearer(token), event_hooks=http_hooks) as http,
            Client(streamable_http_client(f"{NAME}/mcp", http_client=http), mode=mode, **options) as client,
        ):
            yield client


Grant = Callable[..., str]
OpenSite = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    """A file with one token that nobody has."""
    path = tmp_path / "tokens"
    path.write_text(new_token("nobody", SCOPES)[1] + "\n")
    path.chmod(0o640)
    return path


@pytest.fixture
def grant(token_file: Path) -> Grant:
    """Put someone with these scopes into the file, and return their token."""

    def grant(name: str, *scopes: str) -> str:
        token, line = new_token(name, scopes)
        with token_file.open("a") as file:
            file.write(line + "\n")
        return token

    return grant


@pytest.fixture
def sandbox() -> Any:
    with Sandbox(ready_after=0) as sandbox:
        yield sandbox


@pytest.fixture
def open_site(sandbox: Sandbox, sent: list[httpx.Request], token_file: Path) -> OpenSite:
    """Run an application that lets in who is in the file of tokens; `asks` is whether it lets in nobody else.

    `counting` are the arguments of `make_app` that bound how often anything may happen.
    """

    @asynccontextmanager
    async def open_site(
        *,
        asks: bool = True,
        verifier: CompositeVerifier | None = None,
        resource: str | None = None,
        keys: tuple[str, ...] = (),
        hosts: tuple[str, ...] = ("nfs.test",),
        origins: tuple[str, ...] = (),
        audit: Audit | None = None,
        metrics: Metrics | None = None,
        state: State | None = None,
        options: Mapping[str, Any] = MappingProxyType({}),
        transport: httpx.AsyncBaseTransport | None = None,
        **counting: Any,
    ) -> AsyncIterator[Site]:
        verifier = verifier or CompositeVerifier([TokenFile(token_file)])
        auth = AuthSettings.model_validate(
            {
                "issuer_url": "https://login.test",
                "resource_server_url": resource,
                "validate_token_resource": False,
            }
        )
        carrier = Recording(transport or httpx.ASGITransport(sandbox), sent)
        server = build_server(
            lambda: NfsApi.connect(
                "http://api.test",
                TOKEN,
                transport=carrier,
                per_caller=asks,
                sleep=lambda _: anyio.lowlevel.checkpoint(),
                count=metrics.count_request if metrics else lambda *_: None,
            ),
            access=Access(verifier, auth) if asks else None,
            audit=audit,
            metrics=metrics,
            request_state_keys=keys,
            shared_state=state,
            wait_seconds=1,
            sleep=lambda _: anyio.lowlevel.checkpoint(),
            **options,
        )
        app = make_app(
            server,
            verifier=verifier if asks else None,
            hosts=hosts,
            origins=origins,
            non_waiting=NON_WAITING_TOOLS,
            check_state=state.check if isinstance(state, RedisState) else None,
            metrics=metrics,
            **counting,
        )
        async with app.router.lifespan_context(app):
            yield Site(app)

    return open_site


@pytest.fixture
async def site(open_site: OpenSite) -> AsyncIterator[Site]:
    async with open_site() as site:
        yield site
