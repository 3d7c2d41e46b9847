"""How many requests a caller may make within a minute."""

import hashlib
import json

from starlette.types import ASGIApp, Receive, Scope, Send

from do_nfs_mcp.api.callers import current_caller
from do_nfs_mcp.transports.http.rate import Rate
from do_nfs_mcp.transports.http.too_many_requests import too_many_requests

__all__ = ["RequestRate"]


class RequestRate:
    """Middleware that answers 429 to a caller who makes too many requests. Nothing is read of these.

    Args:
        app: What requests are handed on to.
        rate: Counts a caller's requests. Where nobody is asked who they are, all are one caller's.
    """

    def __init__(self, app: ASGIApp, rate: Rate) -> None:
        self._app = app
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user = scope.get("user")
        # Someone who is about to be refused does not count as a caller.
        if (user is None or user.is_authenticated) and not await self._rate.count(key := _key()):
            refused = too_many_requests(
                f"This caller has made {self._rate.per_minute} requests within a minute, and may make no more.",
                await self._rate.seconds_to_wait(key),
            )
            await refused(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _key() -> str:
    # What a JWT says of its caller may be long.
    return hashlib.sha256(json.dumps(current_caller()).encode()).hexdigest()
