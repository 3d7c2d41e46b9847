"""What many send and one takes, without a turn of the event loop for each item."""

import asyncio
from types import TracebackType
from typing import Generic, Self, TypeVar

import anyio

__all__ = ["Outbox", "OutboxSender"]

T = TypeVar("T")


class Outbox(Generic[T]):
    """Holds what was sent until it is taken, all of it at once. No sender is kept waiting."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._changed = asyncio.Event()
        self._senders = 0
        self._is_closed = False

    def sender(self) -> "OutboxSender[T]":
        """Return a way in. Once all of them are closed, nothing more will come."""
        self._senders += 1
        return OutboxSender(self)

    def put(self, item: T) -> None:
        """Put an item in. Raises anyio.BrokenResourceError if nobody takes any more."""
        if self._is_closed:
            raise anyio.BrokenResourceError
        self._items.append(item)
        self._changed.set()

    async def take(self) -> list[T]:
        """Return what was sent since, once there is something; nothing if nothing more will come."""
        while not self._items and self._senders:
            self._changed.clear()
            await self._changed.wait()
        items, self._items = self._items, []
        return items

    def close(self) -> None:
        """Take nothing any more."""
        self._is_closed = True
        self._items.clear()

    def sender_closed(self) -> None:
        """Know that there is a sender less."""
        self._senders -= 1
        self._changed.set()


class OutboxSender(Generic[T]):
    """A way into an outbox, as the SDK writes to a transport."""

    def __init__(self, outbox: Outbox[T]) -> None:
        self._outbox = outbox
        self._is_closed = False

    async def send(self, item: T) -> None:
        """Send an item. Raises anyio.BrokenResourceError if nobody takes any more, ClosedResourceError if closed."""
        if self._is_closed:
            raise anyio.ClosedResourceError
        self._outbox.put(item)

    async def aclose(self) -> None:
        """Send nothing any more."""
        if not self._is_closed:
            self._is_closed = True
            self._outbox.sender_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
