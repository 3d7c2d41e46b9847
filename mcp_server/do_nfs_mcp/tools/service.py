"""What every call has at hand: the API, what the operator allows, and the time."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import anyio
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context

if TYPE_CHECKING:
    from do_nfs_mcp.api.client import NfsApi

# What a call takes at most besides its wait.
_REST_SECONDS = 10

_scope: ContextVar[anyio.CancelScope] = ContextVar("scope")


@dataclass(frozen=True)
class Service:
    """What every call has at hand.

    Attributes:
        connect: Makes the connection to the API, for the first call that needs it.
        destructive: What becomes of calls that take something away.
        wait_seconds: How long a call waits for a change to take effect.
        clock: The time, in seconds since 1970.
        sleep: Waits for so many seconds.
    """

    connect: Callable[[], NfsApi]
    destructive: Literal["ask", "allow", "deny"] = "ask"
    wait_seconds: float = 45
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    @cached_property
    def api(self) -> NfsApi:
        """The door to the API."""
        return self.connect()

    async def aclose(self) -> None:
        """Close the connections, if there are any."""
        if "api" in vars(self):
            await self.api.aclose()

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self.clock(), UTC)

    @property
    def call_seconds(self) -> float:
        """How long a call may take in all."""
        return self.wait_seconds + _REST_SECONDS

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Ends what is inside with a TimeoutError if it takes too long."""
        with anyio.fail_after(self.call_seconds) as scope:
            token = _scope.set(scope)
            try:
                yield
            finally:
                _scope.reset(token)

    def stop_timing(self) -> None:
        """Lets the call take as long as a person does."""
        _scope.get().deadline = math.inf

    def restart_timing(self) -> None:
        """Counts from now on."""
        _scope.get().deadline = anyio.current_time() + self.call_seconds

    def time_left(self) -> float:
        """For how many seconds the call can still go on, so that there is time to answer."""
        return max(0.0, _scope.get().deadline - anyio.current_time() - _REST_SECONDS / 2)


ServiceContext = Context[Service, Any]

_current: ContextVar[Service] = ContextVar("service")


def service(context: ServiceContext) -> Service:
    """What the call has at hand."""
    return context.request_context.lifespan_context


async def bind_service(context: ServerRequestContext[Service, Any], go_on: CallNext) -> HandlerResult:
    """Middleware that makes current() work, for resources and completions, which the SDK gives no context."""
    token = _current.set(context.lifespan_context)
    try:
        return await go_on(context)
    finally:
        _current.reset(token)


def current() -> Service:
    """What the request that is being answered has at hand."""
    return _current.get()


def api_for(context: ServiceContext) -> NfsApi:
    """The API that the call is made for."""
    return service(context).api
