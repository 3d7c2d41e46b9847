"""Requests of callers who were asked who they are go only as far as the scopes they were granted."""

from typing import TypeVar

from do_nfs_mcp.api.callers import caller_scopes
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.rate_limit import RateLimit
from do_nfs_mcp.api.scopes import caller_scope
from do_nfs_mcp.api.sending import Request, Sender, operation_of

__all__ = ["ScopedSender"]

T = TypeVar("T")


class ScopedSender:
    """Sends a request if the caller whose call is being answered was granted the scope for it. sender: Sends it."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer that told the rate limit said of it."""
        return self._sender.rate_limit

    async def send(self, request: Request[T]) -> T:
        """Send it. Raises NfsError, also if the caller lacks the scope."""
        scope = caller_scope(operation_of(request))
        if scope not in caller_scopes():
            raise NfsError(
                f"This needs the scope {scope}, which the caller's token for this server does not have. Nothing was "
                "sent. The server's operator can grant it; until then, do what is possible without it."
            )
        return await self._sender.send(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sender.aclose()
