"""A host of MCP Apps on a free port: it shows the server's own page in a frame and passes on what the page calls."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_mcp.tools.overview_page import PAGE
from do_nfs_sandbox import Sandbox
from mcp import Client
from mcp.client import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp_types import CallToolResult, TextResourceContents
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from ..support.clock import Clock
from ..support.constants import TOKEN
from ..support.serving import serving

# What the specification of MCP Apps has a host allow a page that asks for nothing, in a frame of no origin.
POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self' data:; connect-src 'none'"
)


@dataclass
class Host:
    """The host.

    Attributes:
        sandbox: The API behind the server.
        url: Where it is.
        calls: What its page called, in order.
    """

    sandbox: Sandbox
    url: str = ""
    calls: list[dict[str, object]] = field(default_factory=list)

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Be there while the block runs."""

        def connect() -> NfsApi:
            transport = httpx.ASGITransport(app=self.sandbox)
            return NfsApi.connect("http://api.test", TOKEN, transport=transport, clock=Clock())

        server = build_server(connect, clock=Clock())
        shows_pages = advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            async with Client(server, extensions=[shows_pages]) as client:
                app.state.client = client
                yield

        routes = [Route("/", self._page), Route("/app", self._app), Route("/call", self._call, methods=["POST"])]
        with serving(Starlette(routes=routes, lifespan=lifespan)) as self.url:
            yield

    async def _page(self, _: Request) -> HTMLResponse:
        return HTMLResponse(Path(__file__).with_name("host.html").read_text("utf-8"))

    async def _app(self, request: Request) -> HTMLResponse:
        (page,) = (await request.app.state.client.read_resource(PAGE)).contents
        assert isinstance(page, TextResourceContents)
        assert page.mime_type == APP_MIME_TYPE
        return HTMLResponse(page.text, headers={"content-security-policy": POLICY})

    async def _call(self, request: Request) -> JSONResponse:
        called = json.loads(await request.body())
        self.calls.append(called)
        result = await request.app.state.client.call_tool(called["name"], called["arguments"])
        assert isinstance(result, CallToolResult)
        return JSONResponse(result.model_dump(mode="json", by_alias=True, exclude_none=True))
