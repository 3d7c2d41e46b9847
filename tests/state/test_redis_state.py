"""What is kept in a store, what servers with other prefixes see of it, and what happens when it is away."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from do_nfs_mcp.state import redis_state
from do_nfs_mcp.state.redis_state import RedisState
from do_nfs_mcp.state.shared_state import StateUnavailableError
from fakeredis import FakeAsyncRedis, FakeServer
from redis.exceptions import NoPermissionError

from ..support.processes import free_port
from ..support.raw_server import raw_server, says
from ..support.states import connected

pytestmark = pytest.mark.anyio

USES: dict[str, Callable[[RedisState], Awaitable[Any]]] = {
    "take": lambda state: state.take(1, None),
    "give_back": lambda state: state.give_back("1:a"),
    "taken": lambda state: state.taken(),
    "keep": lambda state: state.keep("key", "value", 60),
    "find": lambda state: state.find("key"),
    "forget": lambda state: state.forget("key"),
    "check": lambda state: state.check(),
    "weakness": lambda state: state.weakness(),
}

WEAKNESSES = ("appendonly yes", "does not tell", "appendfsync always", "maxmemory-policy noeviction", "requirepass")
"""What is said of a store that is not set up as it should be."""


async def test_every_key_begins_with_the_prefix_expires_and_shows_nothing_of_what_it_is_for(store: FakeServer) -> None:
    state = connected(store, "team")
    await state.take(100, 1000)
    await state.keep("delete_share secret-project", "value", 60)
    client = FakeAsyncRedis(server=store, decode_responses=True)
    names = [str(name) for name in await client.keys()]
    assert len(names) == 2
    for name in names:
        assert name.startswith("team:")
        assert "secret-project" not in name
        assert await client.pttl(name) > 0


async def test_an_order_of_any_size_is_one_entry(store: FakeServer) -> None:
    state = connected(store, "team")
    await state.take(32768, None)
    await state.take(32768, None)
    assert await FakeAsyncRedis(server=store).zcard("team:orders") == 2
    assert await state.taken() == 65536


async def test_servers_with_another_prefix_have_an_allowance_of_their_own(store: FakeServer) -> None:
    one, same, other = connected(store, "one"), connected(store, "one"), connected(store, "other")
    await one.take(100, 100)
    await one.keep("key", "value", 60)
    assert (await same.taken(), await same.find("key")) == (100, "value")
    assert (await other.taken(), await other.find("key")) == (0, None)


async def test_an_order_that_is_sent_twice_because_its_answer_was_lost_counts_once(
    store: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = connected(store)
    again = uuid4()
    monkeypatch.setattr(redis_state, "uuid4", lambda: again)
    order = await state.take(60, 100)
    assert await state.take(60, 100) == order
    assert await state.taken() == 60


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
async def test_a_store_that_is_away_is_said_in_words_and_once_in_the_log_until_it_is_back(
    store: FakeServer, use: Callable[[RedisState], Awaitable[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    state = connected(store)
    store.connected = False
    for _ in range(2):
        with pytest.raises(StateUnavailableError) as error:
            await use(state)
    said = str(error.value)
    assert said.startswith("Nothing was done: the store in which servers share")
    assert "\n" not in said
    assert error.value.nothing_done
    store.connected = True
    for _ in range(2):
        await state.check()
    assert [(record.levelno, record.message.partition(":")[0]) for record in caplog.records] == [
        (logging.ERROR, "The store of --state cannot be used"),
        (logging.WARNING, "The store of --state can be used again"),
    ]


async def test_a_store_that_answers_and_refuses_orders_cannot_be_used_until_it_takes_them(
    store: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    state, raw = connected(store, "team"), FakeAsyncRedis(server=store)
    await raw.set("team:orders", "something else")
    for _ in range(2):
        with pytest.raises(StateUnavailableError):
            await state.check()
        await state.keep("key", "value", 60)
        await state.find("key")
    assert len(caplog.records) == 1
    await raw.delete("team:orders")
    await state.check()
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]


async def test_looking_whether_a_store_can_be_used_orders_nothing(store: FakeServer) -> None:
    state = connected(store, "team")
    await state.take(100, 100)
    await state.check()
    assert await state.taken() == 100
    assert await FakeAsyncRedis(server=store).zcard("team:orders") == 1


async def test_where_nothing_listens_the_store_is_away() -> None:
    state = RedisState.connect(f"redis://127.0.0.1:{free_port()}/0", None, "team")
    with pytest.raises(StateUnavailableError):
        await state.taken()
    await state.aclose()


def test_a_store_has_a_second_to_connect_and_to_answer_and_fifty_calls_at_once_are_connected() -> None:
    # Its class has no type for how long it is waited for.
    pool: Any = RedisState.connect("redis://127.0.0.1/0", None, "team")._client.connection_pool
    options = pool.connection_kwargs
    assert (options["socket_connect_timeout"], options["socket_timeout"], pool.timeout) == (1, 1, 1)
    assert (pool.max_connections, options["protocol"], options["decode_responses"]) == (50, 2, True)
    assert options["retry"].get_retries() == 1


@pytest.mark.parametrize("answer", [b"", b"-LOADING Redis is loading\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_a_store_that_does_not_answer_or_answers_something_else_is_away(answer: bytes) -> None:
    async with raw_server(says(answer), until=b"\r\n") as server:
        state = RedisState.connect(server.url.replace("http", "redis"), None, "team", seconds=0.1)
        with pytest.raises(StateUnavailableError):
            await state.keep("key", "value", 60)
        await state.aclose()
    assert server.connections > 0


async def test_no_repr_and_no_log_shows_the_password(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for url, password in (("redis://:hunter2hunter2@127.0.0.1", None), ("redis://127.0.0.1", "hunter2hunter2")):
        state = RedisState.connect(f"{url}:{free_port()}/0", password, "team")
        with pytest.raises(StateUnavailableError) as error:
            await state.check()
        await state.aclose()
        shown = f"{state!r} {vars(state)!r} {error.value} {error.value.__cause__!r} {caplog.text}"
        assert "hunter2" not in shown


SAFE = {"aof_enabled": 1, "maxmemory_policy": "noeviction"}


@pytest.mark.parametrize(
    ("about", "synced", "password", "said"),
    [
        (SAFE, "always", "secret", []),
        (SAFE | {"aof_enabled": 0}, "everysec", "secret", ["appendonly yes"]),
        (SAFE, "everysec", "secret", ["appendfsync always"]),
        (SAFE, "no", "secret", ["appendfsync always"]),
        (SAFE, None, "secret", ["does not tell", "appendfsync always"]),
        (SAFE | {"maxmemory_policy": "allkeys-lru"}, "always", "secret", ["maxmemory-policy noeviction"]),
        (SAFE, "always", None, ["requirepass"]),
        (
            {"maxmemory_policy": "volatile-ttl"},
            None,
            None,
            ["appendonly yes", "maxmemory-policy noeviction", "requirepass"],
        ),
    ],
)
async def test_how_a_store_is_set_up_to_lose_what_it_keeps_or_to_let_anybody_in_is_said(
    store: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
    about: dict[str, Any],
    synced: str | None,
    password: str | None,
    said: list[str],
) -> None:
    async def info(_: Any) -> dict[str, Any]:
        return about

    async def config_get(_: Any, name: str) -> dict[str, str]:
        if synced is None:
            raise NoPermissionError("this user has no permissions to run the 'config|get' command")
        return {name: synced}

    monkeypatch.setattr(FakeAsyncRedis, "info", info)
    monkeypatch.setattr(FakeAsyncRedis, "config_get", config_get)
    weakness = await connected(store, password=password).weakness()
    assert [words for words in WEAKNESSES if words in weakness] == said
    assert bool(weakness) == bool(said)
