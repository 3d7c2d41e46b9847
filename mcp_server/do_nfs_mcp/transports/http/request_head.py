"""The head of a request, as it is taken before anything else looks at it."""

import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["RequestHead"]

# A name or an address and a port, with nothing after it: the SDK compares only the beginning of those whose port may be
# any.
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:/?#\[\]@]+)(:[0-9]{1,5})?")


class RequestHead:
    """Middleware that takes white space off header values, as HTTP says, which uvicorn's httptools leaves there; lets a
    path with a slash at its end be the path without; and refuses a Host or an Origin that is none.

    Args:
        app: What requests are handed on to.
        path: The path that may end in a slash.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": [(name, _plain(name, value)) for name, value in scope["headers"]]}
        if scope["path"] == f"{self._path}/":
            scope |= {"path": self._path, "raw_path": self._path.encode()}
        if refused := _refused(Headers(scope=scope)):
            await refused(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _plain(name: bytes, value: bytes) -> bytes:
    """Return a header's value without white space around it and, where case means nothing, in lower case."""
    value = value.strip(b" \t")
    return value.lower() if name in {b"host", b"origin", b"content-type"} else value


def _refused(headers: Headers) -> PlainTextResponse | None:
    if not all(_HOST.fullmatch(host) for host in headers.getlist("host")):
        return PlainTextResponse("Invalid Host header", 421)
    for origin in headers.getlist("origin"):
        scheme, _, host = origin.partition("://")
        # What has no origin of its own, such as a file, sends null.
        if origin != "null" and not (scheme.isascii() and _HOST.fullmatch(host)):
            return PlainTextResponse("Invalid Origin header", 403)
    return None
