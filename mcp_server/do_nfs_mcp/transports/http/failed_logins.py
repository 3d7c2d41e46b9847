"""Logins with invalid tokens are slowed by the address they come from. A valid token is always accepted, since
callers behind one proxy have the same address."""

import math
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass

from limits.aio.storage import Storage
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from do_nfs_mcp.transports.http.bearer_token import bearer_token
from do_nfs_mcp.transports.http.client_network import client_network
from do_nfs_mcp.transports.http.rate import Rate
from do_nfs_mcp.transports.http.too_many_requests import too_many_requests

__all__ = ["FailedLogins", "is_slowed", "note_expired"]

# How many a minute are answered 401, from one address and from all. The latter bounds what is kept of addresses, too.
_MOST, _MOST_IN_ALL = 10, 1000


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
        # Until when an address is slowed, "" for all of them: the storage, which may be another machine, is asked about
        # the first refused token only.
        self._slowed_until: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # What brings no token guesses at none.
        if scope["type"] != "http" or not bearer_token(scope):
            await self._app(scope, receive, send)
            return
        address = client_network(scope)
        attempt = _Attempt(lambda: self._is_slowed(address))
        refused = False

        async def watch(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and not (scope["user"].is_authenticated or attempt.expired):
                refused = not await self._count(address)
                if refused:
                    why = "Too many tokens that are not valid came from this address, so this one is refused as well."
                    await too_many_requests(why, max(1, self._seconds(address)))(scope, receive, send)
            if not refused:
                await send(message)

        token = _attempt.set(attempt)
        try:
            await self._app(scope, receive, watch)
        finally:
            _attempt.reset(token)

    async def _is_slowed(self, address: str) -> bool:
        if self._seconds(address):
            return True
        for rate, key in ((self._of_address, address), (self._in_all, "")):
            if not await rate.has_room(key):
                self._slow(key, await rate.seconds_to_wait(key))
        return bool(self._seconds(address))

    async def _count(self, address: str) -> bool:
        """Count a failed login, unless there were too many; return whether there were not."""
        # One address that has no room takes none from the others.
        if await self._is_slowed(address):
            return False
        return await self._in_all.count("") and await self._of_address.count(address)

    def _slow(self, key: str, seconds: int) -> None:
        now = time.monotonic()
        self._slowed_until = {slowed: until for slowed, until in self._slowed_until.items() if until > now}
        self._slowed_until[key] = now + seconds

    def _seconds(self, address: str) -> int:
        """Return for how many seconds an address is still slowed, as far as is remembered; 0 if it is not."""
        until = max(self._slowed_until.get(key, 0.0) for key in (address, ""))
        return max(0, math.ceil(until - time.monotonic()))
