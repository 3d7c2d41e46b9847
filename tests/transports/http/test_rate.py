"""Within a minute something happens so many times, and who has to wait is told for how long, to the second."""

import pytest
from do_nfs_mcp.transports.http.rate import Rate
from limits.aio.storage import MemoryStorage

from ...support.clock import Clock

pytestmark = pytest.mark.anyio

MOST = 3


@pytest.fixture
def rate(minutes: Clock) -> Rate:
    return Rate(MemoryStorage(), "tries", MOST)


async def test_there_is_room_for_so_many_a_minute_and_for_each_key_on_its_own(rate: Rate) -> None:
    for key in ("one", "other"):
        assert [(await rate.has_room(key), await rate.count(key)) for _ in range(MOST + 1)] == [
            *[(True, True)] * MOST,
            (False, False),
        ]


async def test_counts_of_one_kind_are_told_from_those_of_another_in_the_same_storage(minutes: Clock) -> None:
    storage = MemoryStorage()
    one, other = (Rate(storage, name, MOST) for name in ("one", "other"))
    for _ in range(MOST):
        await one.count("key")
    assert (await one.has_room("key"), await other.has_room("key")) == (False, True)


async def test_the_time_to_wait_is_just_as_long_as_there_is_no_room(rate: Rate, minutes: Clock) -> None:
    for _ in range(MOST):
        await rate.count("key")
    wait = await rate.seconds_to_wait("key")
    for left in range(wait, 0, -1):
        assert (await rate.has_room("key"), await rate.seconds_to_wait("key")) == (False, left)
        minutes.pass_time(1)
    assert await rate.has_room("key")
    minutes.pass_time(1000)
    assert await rate.seconds_to_wait("key") >= 1
