"""Logins with invalid tokens are slowed by the address they come from. A valid token is always accepted, since
callers behind one proxy have the same address."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address

from limits.aio.storage import Storage
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from do_nfs_mcp.transports.http.rate import Rate
from do_nfs_mcp.transports.http.too_many_requests import too_many_requests

__all__ = ["FailedLogins", "is_slowed", "note_expired"]

# How many a minute are answered 401, from one address and from all. The latter bounds what is kept of addresses, too.
_MOST, _MOST_IN_ALL = 10, 1000
# Anyone who has one IPv6 address has its whole network.
_IPV6_PREFIX = 64


@dataclass
class _Attempt:
    """A login. is_slowed: Says whether its address is slowed; expired: whether its token was valid once."""

    is_slowed: Callable[[], Awaitable[bool]]
    expired: bool = False


_attempt: ContextVar[_Attempt | None] = ContextVar("login_attempt", default=None)


async def is_slowed() -> bool:
    """Return whether the login that is being looked at comes from an address that is slowed."""
    attempt = _attempt.get()
    return attempt is not None and await attempt.is_slowed()


def note_expired() -> None:
    """Note that the token being looked at has expired. It is not a guess, and its caller should be told to renew it."""
    if attempt := _attempt.get():
        attempt.expired = True


class FailedLogins:
    """Middleware that answers 429 to a token that is not valid, once many from the same address were not.

    Args:
        app: What lets callers in.
        storage: Where failed logins are counted.
    """

    def __init__(self, app: ASGIApp, storage: Storage) -> None:
        self._app = app
        self._of_address = Rate(storage, "failed-logins", _MOST)
        self._in_all = Rate(storage, "all-failed-logins", _MOST_IN_ALL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "authorization" not in Headers(scope=scope):
            await self._app(scope, receive, send)
            return
        address = _network(scope)
        attempt = _Attempt(lambda: self._is_slowed(address))
        refused = False

        async def watch(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and not (scope["user"].is_authenticated or attempt.expired):
                refused = not await self._count(address)
                if refused:
                    why = "Too many tokens that are not valid came from this address, so this one is refused as well."
                    await too_many_requests(why, await self._seconds(address))(scope, receive, send)
            if not refused:
                await send(message)

        token = _attempt.set(attempt)
        try:
            await self._app(scope, receive, watch)
        finally:
            _attempt.reset(token)

    async def _is_slowed(self, address: str) -> bool:
        return not (await self._of_address.has_room(address) and await self._in_all.has_room(""))

    async def _count(self, address: str) -> bool:
        """Count a failed login, unless there were too many; return whether there were not."""
        # One address that has no room takes none from the others.
        if not (await self._of_address.has_room(address) and await self._in_all.count("")):
            return False
        return await self._of_address.count(address)

    async def _seconds(self, address: str) -> int:
        rooms = [(self._of_address, address), (self._in_all, "")]
        return max([await rate.seconds_to_wait(key) for rate, key in rooms if not await rate.has_room(key)], default=1)


def _network(scope: Scope) -> str:
    """Return whom a request comes from: an address of IPv4 or a network of IPv6; one word for all that is neither."""
    try:
        address = ip_address((scope.get("client") or ("", 0))[0])
    except ValueError:
        return "elsewhere"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), _IPV6_PREFIX), strict=False))
