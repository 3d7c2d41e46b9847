"""Servers that share a store count together how often something happens, and each for itself while it is away."""

import pytest
from do_nfs_mcp.state.shared_counts import SharedCounts
from do_nfs_mcp.transports.http.rate import Rate
from fakeredis import FakeAsyncRedis, FakeServer

from ..support.clock import Clock

pytestmark = pytest.mark.anyio


def counts(store: FakeServer, clock: Clock) -> SharedCounts:
    return SharedCounts(FakeAsyncRedis(server=store, decode_responses=True).connection_pool, "nfs", clock)


async def counted(rate: Rate, times: int) -> int:
    """How many of so many times more were not too many."""
    return sum([await rate.count("ann") for _ in range(times)])


async def test_servers_count_together(store: FakeServer, clock: Clock) -> None:
    one, other = (Rate(counts(store, clock), "requests", 10) for _ in range(2))
    assert await counted(one, 6) == 6
    assert await counted(other, 6) == 4
    assert not await one.has_room("ann")
    assert await one.has_room("bob")
    clock.pass_time(7)
    assert await one.seconds_to_wait("ann") in (53, 54)


async def test_every_count_expires_and_its_key_has_the_prefix(store: FakeServer, clock: Clock) -> None:
    await counted(Rate(counts(store, clock), "requests", 10), 1)
    client = FakeAsyncRedis(server=store, decode_responses=True)
    (name,) = [str(name) for name in await client.keys()]
    assert name.startswith("nfs:")
    assert await client.pttl(name) > 0


async def test_while_the_store_is_away_each_server_counts_for_itself_and_looks_again_after_a_second(
    store: FakeServer, clock: Clock
) -> None:
    one, other = (Rate(counts(store, clock), "requests", 10) for _ in range(2))
    await counted(one, 6)
    store.connected = False
    assert await counted(one, 12) == 10
    assert await counted(other, 12) == 10
    assert not await one.has_room("ann")
    store.connected = True
    for seconds in (0.0, 0.5, 0.25):
        clock.pass_time(seconds)
        assert await counted(one, 1) == 0
    clock.pass_time(0.25)
    assert await counted(one, 6) == 4
