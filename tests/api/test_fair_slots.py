"""Slots are shared out by caller: whoever wants many does not make others wait."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import anyio.abc
import pytest
from do_nfs_mcp.api.fair_slots import FairSlots
from do_nfs_mcp.api.rate_limit import RateLimiter

from ..support.blocked_tasks import all_tasks_blocked

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def slot(slots: FairSlots, caller: Hashable) -> AsyncIterator[None]:
    """Hold a slot."""
    await slots.take(caller)
    try:
        yield
    finally:
        slots.give_back(caller)


class Work:
    """Calls that hold a slot until they are told to end.

    Attributes:
        begun: Whose calls have got a slot, in the order in which they did.
        holding: Whose calls hold one.
    """

    def __init__(self, slots: int, group: anyio.abc.TaskGroup) -> None:
        self.begun: list[Hashable] = []
        self.holding: list[Hashable] = []
        self._slots = FairSlots(slots)
        self._group = group
        self._ends: list[tuple[Hashable, anyio.Event]] = []

    async def want(self, caller: Hashable, calls: int = 1) -> list[anyio.CancelScope]:
        """Begin calls, and return what cancels each."""
        scopes = [anyio.CancelScope() for _ in range(calls)]
        for scope in scopes:
            self._group.start_soon(self._call, caller, scope)
        await all_tasks_blocked()
        return scopes

    async def end(self, caller: Hashable) -> None:
        """End the call of a caller that has held a slot for the longest."""
        found = next(each for each in self._ends if each[0] == caller)
        self._ends.remove(found)
        found[1].set()
        await all_tasks_blocked()

    async def _call(self, caller: Hashable, scope: anyio.CancelScope) -> None:
        end = anyio.Event()
        with scope:
            async with slot(self._slots, caller):
                self.begun.append(caller)
                self.holding.append(caller)
                self._ends.append((caller, end))
                try:
                    await end.wait()
                finally:
                    self.holding.remove(caller)


Working = Callable[[int], AbstractAsyncContextManager[Work]]


@pytest.fixture
def working() -> Working:
    @asynccontextmanager
    async def working(slots: int) -> AsyncIterator[Work]:
        async with anyio.create_task_group() as group:
            yield Work(slots, group)
            group.cancel_scope.cancel()

    return working


@pytest.mark.parametrize(("slots", "held"), [(1, 1), (3, 1), (4, 1), (8, 2), (16, 4), (19, 4)])
async def test_a_caller_holds_a_quarter_of_the_slots_and_at_least_one(working: Working, slots: int, held: int) -> None:
    async with working(slots) as work:
        await work.want("ann", 40)
        assert work.holding == ["ann"] * held


async def test_a_caller_who_need_not_share_holds_every_slot(working: Working) -> None:
    async with working(16) as work:
        await work.want(None, 40)
        assert work.holding == [None] * 16


async def test_a_call_starts_at_once_however_many_of_another_caller_s_wait(working: Working) -> None:
    async with working(16) as work:
        await work.want("ann", 40)
        await work.want("bob")
        assert work.holding == [*["ann"] * 4, "bob"]


@pytest.mark.parametrize("callers", range(1, 16))
async def test_a_newcomer_finds_a_slot_among_callers_who_want_more_than_there_are(
    working: Working, callers: int
) -> None:
    async with working(16) as work:
        for number in range(callers):
            await work.want(number, 40)
        # Each who came early gives back what was more than its part.
        for caller in tuple(work.holding):
            await work.end(caller)
        await work.want("newcomer")
        assert work.holding[-1] == "newcomer"
        parts = [work.holding.count(number) for number in range(callers)]
        assert max(parts) - min(parts) <= 1


async def test_where_every_slot_is_taken_a_newcomer_waits_for_one_turn_of_each_other_at_most(working: Working) -> None:
    async with working(16) as work:
        for number in range(20):
            await work.want(number, 40)
        assert len(work.holding) == 16
        await work.want("newcomer")
        before = len(work.begun)
        while "newcomer" not in work.begun:
            await work.end(work.holding[0])
        turns = work.begun[before:]
        assert len(turns) == len(set(turns)) <= 21


async def test_a_free_slot_goes_to_the_waiting_caller_who_holds_the_fewest(working: Working) -> None:
    async with working(8) as work:
        for caller in ("ann", "bob", "cat", "dan"):
            await work.want(caller, 10)
        assert work.holding == [*["ann"] * 2, *["bob"] * 2, *["cat"] * 2, "dan"]
        for caller in ("eve", "fay", "gus"):
            await work.want(caller)
        await work.end("ann")
        await work.end("bob")
        assert work.begun[7:] == ["eve", "fay", "gus"]


async def test_no_caller_comes_first_by_giving_a_slot_back(working: Working) -> None:
    async with working(4) as work:
        for caller in ("ann", "bob", "cat", "dan"):
            await work.want(caller, 10)
        await work.want("eve")
        await work.end("ann")
        assert work.begun[4:] == ["eve"]


async def test_of_those_who_hold_as_many_the_one_who_has_waited_longest_is_next(working: Working) -> None:
    async with working(4) as work:
        for caller in ("ann", "bob", "cat", "dan"):
            await work.want(caller)
        await work.want("eve", 2)
        await work.want("fay", 2)
        for caller in ("ann", "bob", "eve", "fay"):
            await work.end(caller)
        assert work.begun[4:] == ["eve", "fay", "eve", "fay"]


async def test_calls_of_one_caller_start_in_their_order_and_each_does(working: Working) -> None:
    async with working(4) as work:
        await work.want("ann", 3)
        for calls in (1, 2, 3):
            assert len(work.begun) == calls
            await work.end("ann")
        assert work.holding == []


async def test_a_call_that_is_cancelled_while_it_waits_leaves_the_queue(working: Working) -> None:
    async with working(4) as work:
        _, first, second = await work.want("ann", 3)
        first.cancel()
        await all_tasks_blocked()
        await work.end("ann")
        assert work.begun == ["ann", "ann"]
        second.cancel()
        await all_tasks_blocked()
        await work.want("ann")
        assert work.begun == ["ann"] * 3


async def test_a_slot_that_a_call_is_given_just_before_it_is_cancelled_is_not_lost() -> None:
    slots = FairSlots(1)

    async def hold(caller: Hashable) -> None:
        async with slot(slots, caller):
            pass

    async with slot(slots, "ann"):
        waiting = asyncio.create_task(hold("bob"))
        await all_tasks_blocked()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    after = asyncio.create_task(hold("cat"))
    await all_tasks_blocked()
    assert after.done()


async def test_a_slot_is_free_again_after_a_request_that_fails() -> None:
    limiter = RateLimiter(1, time.time, anyio.sleep)
    with pytest.raises(ValueError, match="failed"):
        async with limiter.request("ann"):
            raise ValueError("failed")
    with anyio.fail_after(10):
        async with limiter.request("bob"):
            pass


async def test_nothing_is_kept_of_callers_who_have_no_calls() -> None:
    slots = FairSlots(1)
    for caller in range(10):
        async with slot(slots, caller):
            pass
    assert (slots._held, slots._waiting) == ({}, {})
