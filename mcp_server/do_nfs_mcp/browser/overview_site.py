"""The storage overview for the person at this machine, at an address that has a secret in it."""

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from do_nfs_mcp.browser.loopback_site import LoopbackSite, message_response, page_response, read_body

__all__ = ["OverviewSite"]

# The page gives elements styles of their own, such as the length of a bar.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)


class OverviewSite:
    """The site: the page, and the calls that it makes.

    Args:
        html: The page, which posts {"name": ..., "arguments": {...}} to "call".
        call: Calls a tool with its name and arguments and returns the result as MCP has it; raises ValueError if the
            page may not call it.
    """

    def __init__(self, html: str, call: Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]) -> None:
        self._html = html
        self._call = call
        self._token = secrets.token_urlsafe()
        self._site = LoopbackSite(self._respond)

    async def url(self) -> str:
        """Return the address of the page, which is served from now on until `aclose`."""
        return f"{await self._site.origin()}/{self._token}/"

    async def aclose(self) -> None:
        """Listen no more, and close all connections."""
        await self._site.aclose()

    async def _respond(self, request: Request) -> Response:
        token, _, rest = request.url.path.removeprefix("/").partition("/")
        allowed = {f"/{token}/": ("GET", "HEAD"), f"/{token}/call": ("POST",)}.get(request.url.path)
        if allowed is None or not hmac.compare_digest(token.encode(), self._token.encode()):
            return message_response(404, "There is no page here.", "Take the address that do-nfs-mcp ui printed.")
        if request.method not in allowed:
            response = message_response(405, "This page cannot be used like that.", "Nothing was done.")
            response.headers["allow"] = ", ".join(allowed)
            return response
        if rest:
            return await self._take(request)
        return page_response(200, lambda nonce: self._html.replace("<script>", f'<script nonce="{nonce}">'), _POLICY)

    async def _take(self, request: Request) -> Response:
        """Make the call that the page asks for."""
        try:
            asked = json.loads(await read_body(request) or b"")
            return JSONResponse(await self._call(str(asked["name"]), dict(asked["arguments"])))
        except (ValueError, KeyError, TypeError, RecursionError):
            return message_response(400, "This page does not make that call.", "Nothing was done.")
