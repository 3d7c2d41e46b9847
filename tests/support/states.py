"""What calls remember for others, wherever it is kept, by a clock in a test's hands."""

from collections.abc import AsyncIterator

import pytest
from do_nfs_mcp.state.memory_state import MemoryState
from do_nfs_mcp.state.redis_state import RedisState
from do_nfs_mcp.state.shared_state import State
from fakeredis import FakeAsyncRedis, FakeServer

from .clock import Clock


@pytest.fixture
def store(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    """A store in this process. `connected` is whether it can be reached."""
    # The store's own clock, which is the one that counts.
    monkeypatch.setattr("time.time", clock)
    return FakeServer()


def connected(store: FakeServer, prefix: str = "nfs", password: str | None = None) -> RedisState:
    """A server's connection to the store, which takes any password."""
    return RedisState(FakeAsyncRedis(server=store, decode_responses=True, password=password), prefix)


@pytest.fixture(params=["in the process", "in a store"])
async def state(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[State]:
    if request.param == "in the process":
        yield MemoryState(clock)
        return
    shared = connected(request.getfixturevalue("store"))
    yield shared
    await shared.aclose()
