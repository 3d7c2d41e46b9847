"""Pages for the person at this machine alone, on a port of 127.0.0.1. The code that answers checks the secret."""

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from do_nfs_mcp.browser.page import message_page

__all__ = ["LoopbackSite", "message_response", "page_response", "read_body"]

_HOST = "127.0.0.1"
_LONGEST_BODY = 16 * 1024
_HEADERS = {
    "cache-control": "no-store",
    "connection": "close",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # With no-referrer a browser would not say either where a form comes from.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class LoopbackSite:
    """The site. It refuses a request that was sent to another name, or by another page.

    Args:
        respond: Answers a request.
    """

    def __init__(self, respond: Callable[[Request], Awaitable[Response]]) -> None:
        self._respond = respond
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._starting = anyio.Lock()
        self._authority = ""

    async def origin(self) -> str:
        """Return where the site is, such as "http://127.0.0.1:34567". It is served from now on until `stop`."""
        async with self._starting:
            if self._server is None:
                self._server = await self._start()
        return f"http://{self._authority}"

    def stop(self) -> None:
        """Listen no more. What is being answered is answered to its end."""
        if self._server:
            self._server.close()
            self._server = None

    async def aclose(self) -> None:
        """Listen no more, and close all connections."""
        self.stop()
        for task in tuple(self._state.tasks):
            task.cancel()
        for connection in tuple(self._state.connections):
            connection.transport.abort()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)

    async def _start(self) -> asyncio.Server:
        listener = socket.create_server((_HOST, 0))
        self._authority = f"{_HOST}:{listener.getsockname()[1]}"
        config = Config(
            self._app,
            http=H11Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            proxy_headers=False,
            server_header=False,
        )

        def connection() -> H11Protocol:
            made = H11Protocol(config, self._state, {})
            # The address is for the person alone. Config's own option for this turns off the log of the whole process.
            made.access_log = False
            return made

        return await asyncio.get_running_loop().create_server(connection, sock=listener)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = Request(scope, receive)
            response = self._refusal(request) or await self._respond(request)
        except ClientDisconnect:
            return
        response.headers.update(_HEADERS)
        await response(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        # Who resolves a name of their own to this machine sends that name.
        if request.headers.getlist("host") != [self._authority]:
            return message_response(421, "This is not the address of this page.", "Nothing was done.")
        if request.method == "POST" and request.headers.getlist("origin") != [f"http://{self._authority}"]:
            return message_response(403, "This was not sent from this page.", "Nothing was done.")
        return None


async def read_body(request: Request) -> bytes | None:
    """Return what was sent; None if it is too long, and then no more of it is read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            return None
    return body


def page_response(status: int, page: Callable[[str], str], policy: str = _POLICY) -> Response:
    """Return a page.

    Args:
        status: The HTTP status.
        page: Makes the page, given the nonce that its style and script need.
        policy: What the browser lets the page do, with "{nonce}" for the nonce.
    """
    nonce = secrets.token_urlsafe(16)
    return HTMLResponse(page(nonce), status, headers={"content-security-policy": policy.format(nonce=nonce)})


def message_response(status: int, title: str, *text: str) -> Response:
    """Return a page that says something, with this HTTP status."""
    return page_response(status, lambda nonce: message_page(nonce, title, *text))
