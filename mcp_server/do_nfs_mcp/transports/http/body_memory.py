"""How much of the bodies of requests under way each caller may have the process hold."""

from collections import Counter
from collections.abc import Hashable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from do_nfs_mcp.api.callers import current_caller
from do_nfs_mcp.transports.http.client_network import client_network
from do_nfs_mcp.transports.http.too_many_requests import too_many_requests

__all__ = ["BodyMemory"]

# JSON takes up to 50 times its length once it is read.
_MOST_BYTES = 1024 * 1024
# One caller may hold one byte in so many.
_SHARE = 4
_AGAIN_SECONDS = 5


class _TooLargeError(Exception):
    """More has come of a body than its caller may have the process hold."""


class BodyMemory:
    """Middleware that answers 429 to a caller whose requests under way have bodies that are too large together.

    As with the slots for requests to the API, a caller holds at most a quarter of what there is, and takes more only
    while as much is free as they then hold: however much others send, some is left for a newcomer.

    Args:
        app: What requests are handed on to. A body counts until it has answered.
        most_bytes: How many bytes all bodies may have together.
    """

    def __init__(self, app: ASGIApp, most_bytes: int = _MOST_BYTES) -> None:
        self._app = app
        self._most = self._free = most_bytes
        self._held: Counter[Hashable] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Where nobody is asked who they are, they are told apart by their address.
        caller = current_caller() or client_network(scope)
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += self._take(caller, len(message.get("body", b"")))
            return message

        try:
            await self._app(scope, receive_counted, send)
        except _TooLargeError:
            why = "The requests of this caller that are under way are too large together, so this one is refused."
            await too_many_requests(why, _AGAIN_SECONDS)(scope, receive, send)
        finally:
            self._free += taken
            self._held[caller] -= taken
            # Nothing is kept of who holds nothing.
            self._held += Counter()

    def _take(self, caller: Hashable, size: int) -> int:
        if size and self._held[caller] + size > min(self._free - size, self._most // _SHARE):
            raise _TooLargeError
        self._free -= size
        self._held[caller] += size
        return size
