"""What every call needs: the API, what the operator allows, and the time."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import anyio
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context

from do_nfs_mcp.state.memory_state import MemoryState
from do_nfs_mcp.state.shared_state import StateUnavailableError
from do_nfs_mcp.storage.limits import Limits
from do_nfs_mcp.tools.allowance import ALLOWANCE_GIB, Allowance
from do_nfs_mcp.tools.recent_refusals import RecentRefusals
from do_nfs_mcp.tools.single_use_answers import SingleUseAnswers

if TYPE_CHECKING:
    from do_nfs_mcp.api.client import NfsApi
    from do_nfs_mcp.api.listing import Listing
    from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation
    from do_nfs_mcp.state.shared_state import State
    from do_nfs_mcp.storage.views import VpcView

__all__ = ["Service", "ServiceContext", "api_for", "bind_service", "current_service", "service_for"]

# How long a call may take besides its wait.
_REST_SECONDS = 10

_scope: ContextVar[anyio.CancelScope] = ContextVar("scope")


@dataclass(frozen=True)
class Service:
    """What every call needs.

    Attributes:
        connect: Makes the connection to the API, for the first call that needs it.
        destructive: What becomes of calls that take something away.
        ask: Who asks the person: the host and, where it cannot, their browser ("auto"), or only one of these.
        connect_browser: Makes the way to the person's browser, for the first question that is asked there; None if
            there is no browser.
        limits: What the operator lets nobody do.
        allowance_gib: How many GiB may be ordered in an hour before the person is asked; None for any number.
        prices: What a GiB costs a month, by tier, as far as that is known.
        allow_no_squash: Whether an access point with NO_SQUASH is created without asking.
        wait_seconds: How many seconds a call waits for a change to take effect.
        shared_state: What calls remember for others, where servers share it; None if this one remembers for itself.
        clock: The time, in seconds since 1970.
        sleep: Waits for so many seconds.
        creating: Held from when shares are counted until there is one more, where their number is limited.
        growing: The sizes that a share may be growing to, by its id: until when, in seconds since 1970, and GiB.
        vpcs: The VPCs and when they were read, for the callers of each set of scopes.
    """

    connect: Callable[[], NfsApi]
    destructive: Literal["ask", "allow", "deny"] = "ask"
    ask: Literal["auto", "host", "browser"] = "auto"
    connect_browser: Callable[[], BrowserElicitation | None] = lambda: None
    limits: Limits = field(default_factory=Limits)
    allowance_gib: int | None = ALLOWANCE_GIB
    prices: Mapping[str, float] = field(default_factory=dict)
    allow_no_squash: bool = False
    wait_seconds: float = 45
    shared_state: State | None = None
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    creating: anyio.Lock = field(default_factory=anyio.Lock, init=False)
    growing: dict[str, list[tuple[float, int]]] = field(default_factory=dict, init=False)
    vpcs: dict[frozenset[str], tuple[float, Listing[VpcView]]] = field(default_factory=dict, init=False)

    @cached_property
    def api(self) -> NfsApi:
        """The API."""
        return self.connect()

    @cached_property
    def state(self) -> State:
        """What calls remember for others."""
        return self.shared_state or MemoryState(self.clock)

    @cached_property
    def allowance(self) -> Allowance:
        """What may still be ordered without asking."""
        return Allowance(self.allowance_gib, self.state, self.call_seconds)

    @cached_property
    def recent_refusals(self) -> RecentRefusals:
        """What the person has just said no to."""
        return RecentRefusals(self.state)

    @cached_property
    def answers(self) -> SingleUseAnswers:
        """The person's answers that have counted."""
        return SingleUseAnswers(self.state)

    @cached_property
    def browser(self) -> BrowserElicitation | None:
        """The way to the person's browser; None if there is none, or if only the host may ask."""
        return None if self.ask == "host" else self.connect_browser()

    async def aclose(self) -> None:
        """Close the connections, if there are any."""
        if "api" in vars(self):
            await self.api.aclose()
        if "browser" in vars(self) and self.browser:
            await self.browser.aclose()
        await self.state.aclose()

    async def levels(self) -> dict[str, float]:
        """Return what is left of the API's rate limit and of the allowance, as far as that is known."""
        left: dict[str, float] = {}
        if "api" in vars(self) and self.api.rate_limit:
            left["rate_limit_remaining"] = self.api.rate_limit.remaining
        with suppress(StateUnavailableError):
            if (gib := await self.allowance.left()) is not None:
                left["allowance_left_gib"] = gib
        return left

    @property
    def asks_before_loss(self) -> bool:
        """Whether a person is asked before something is taken away."""
        return self.destructive != "allow"

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self.clock(), UTC)

    @property
    def call_seconds(self) -> float:
        """How many seconds a call may take in all."""
        return self.wait_seconds + _REST_SECONDS

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Limit what is inside to `call_seconds`.

        Raises:
            TimeoutError: It took longer.
        """
        with anyio.CancelScope(deadline=anyio.current_time() + self.call_seconds) as scope:
            token = _scope.set(scope)
            try:
                yield
            finally:
                _scope.reset(token)
        if scope.cancelled_caught:
            raise TimeoutError

    def stop_timing(self) -> None:
        """Stop counting the call's time, while a person is asked."""
        _scope.get().deadline = math.inf

    def restart_timing(self) -> None:
        """Count the call's time anew from now on."""
        _scope.get().deadline = anyio.current_time() + self.call_seconds

    def time_left(self) -> float:
        """Return for how many seconds the call can still go on, with some left to answer in."""
        return self._left_but(_REST_SECONDS / 2)

    def time_to_ask(self) -> float:
        """Return for how many seconds the call can wait for a person, with some left to do what they agree to."""
        return self._left_but(_REST_SECONDS)

    @staticmethod
    def _left_but(seconds: float) -> float:
        return max(0.0, _scope.get().deadline - anyio.current_time() - seconds)


ServiceContext = Context[Service, Any]

_current: ContextVar[Service] = ContextVar("service")


def service_for(context: ServiceContext) -> Service:
    """Return the service of a call of a tool."""
    return context.request_context.lifespan_context


async def bind_service(context: ServerRequestContext[Service, Any], go_on: CallNext) -> HandlerResult:
    """Let `current_service` find the service of a request.

    This is a middleware, for resources and completions: the SDK gives them no context.
    """
    token = _current.set(context.lifespan_context)
    try:
        return await go_on(context)
    finally:
        _current.reset(token)


def current_service() -> Service:
    """Return the service of the request that is being answered."""
    return _current.get()


def api_for(context: ServiceContext) -> NfsApi:
    """Return the API for a call of a tool."""
    return service_for(context).api
