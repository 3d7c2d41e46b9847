"""What is remembered from one call to the next, in the process and in a store alike."""

import anyio
import pytest
from do_nfs_mcp.state.memory_state import MemoryState
from do_nfs_mcp.state.shared_state import State

from ..support.clock import Clock

pytestmark = pytest.mark.anyio


async def test_orders_count_together_and_one_that_was_given_back_does_not(state: State) -> None:
    first = await state.take(600, 1000)
    second = await state.take(400, 1000)
    assert first
    assert second
    assert await state.taken() == 1000
    await state.give_back(first)
    assert await state.taken() == 400
    await state.give_back(first)
    assert await state.taken() == 400


async def test_an_order_beyond_what_may_count_does_not_and_one_without_a_limit_does(state: State) -> None:
    assert await state.take(1000, 1000)
    assert await state.take(1, 1000) is None
    assert await state.taken() == 1000
    assert await state.take(32768, None)
    assert await state.taken() == 33768


async def test_an_order_of_nothing_counts_even_if_all_is_taken(state: State) -> None:
    assert await state.take(0, 0)
    assert await state.take(1, 0) is None


async def test_of_orders_made_at_once_just_so_many_count_as_may(state: State) -> None:
    counted: list[str] = []

    async def take() -> None:
        if order := await state.take(100, 1000):
            counted.append(order)

    async with anyio.create_task_group() as orders:
        for _ in range(40):
            orders.start_soon(take)
    assert len(set(counted)) == len(counted) == 10
    assert await state.taken() == 1000


async def test_an_order_counts_for_just_an_hour(state: State, clock: Clock) -> None:
    await state.take(100, 100)
    clock.pass_time(3599.9)
    assert (await state.taken(), await state.take(1, 100)) == (100, None)
    clock.pass_time(0.1)
    assert await state.taken() == 0
    assert await state.take(100, 100)


async def test_what_is_kept_first_under_a_key_stays_until_it_is_forgotten(state: State) -> None:
    assert await state.find("key") is None
    assert await state.keep("key", "first", 60) == "first"
    assert await state.keep("key", "second", 60) == "first"
    assert (await state.find("key"), await state.find("another")) == ("first", None)
    await state.forget("key")
    assert await state.find("key") is None
    assert await state.keep("key", "second", 60) == "second"


async def test_what_is_kept_is_gone_after_its_time_which_begins_anew_when_it_is_kept_again(
    state: State, clock: Clock
) -> None:
    await state.keep("key", "first", 60)
    clock.pass_time(59)
    assert await state.keep("key", "second", 60) == "first"
    clock.pass_time(59)
    assert await state.find("key") == "first"
    clock.pass_time(1.001)
    assert await state.find("key") is None
    assert await state.keep("key", "second", 60) == "second"


async def test_of_values_kept_at_once_under_one_key_all_find_the_same(state: State) -> None:
    found: list[str] = []

    async def keep(number: int) -> None:
        found.append(await state.keep("key", str(number), 60))

    async with anyio.create_task_group() as keeping:
        for number in range(40):
            keeping.start_soon(keep, number)
    assert len(set(found)) == 1


async def test_in_the_process_time_may_begin_at_zero_and_ends_on_the_moment() -> None:
    clock = Clock(0.5)
    state = MemoryState(clock)
    assert await state.find("key") is None
    await state.keep("key", "first", 60)
    clock.pass_time(60)
    assert await state.find("key") is None
    assert await state.keep("key", "second", 60) == "second"


@pytest.mark.parametrize("key", ["", "a" * 100_000, "ä\n\0 *{}", "\ud800"])
async def test_a_key_may_be_any_text(state: State, key: str) -> None:
    assert await state.keep(key, "value", 60) == "value"
    assert await state.find(key) == "value"
