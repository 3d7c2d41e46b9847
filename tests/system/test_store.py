"""A store as it is run, used as the fake one in tests/state is."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from do_nfs_mcp.cli.main import main
from do_nfs_mcp.cli.state_store import shared_state
from do_nfs_mcp.settings import Settings
from do_nfs_mcp.state.redis_state import RedisState
from do_nfs_mcp.state.shared_state import StateUnavailableError
from do_nfs_mcp.transports.http.rate import Rate
from redis.asyncio import Redis

from ..state.test_redis_state import WEAKNESSES
from ..state.test_shared_state import (
    test_a_key_may_be_any_text,
    test_an_order_beyond_what_may_count_does_not_and_one_without_a_limit_does,
    test_an_order_of_nothing_counts_even_if_all_is_taken,
    test_of_orders_made_at_once_just_so_many_count_as_may,
    test_of_values_kept_at_once_under_one_key_all_find_the_same,
    test_orders_count_together_and_one_that_was_given_back_does_not,
    test_what_is_kept_first_under_a_key_stays_until_it_is_forgotten,
)
from ..support.http_site import ACCEPT, INITIALIZE
from ..support.processes import SERVER, running
from ..support.stores import PASSWORD, SETTINGS, WITH_PASSWORD, Store

__all__ = [
    "test_a_key_may_be_any_text",
    "test_an_order_beyond_what_may_count_does_not_and_one_without_a_limit_does",
    "test_an_order_of_nothing_counts_even_if_all_is_taken",
    "test_of_orders_made_at_once_just_so_many_count_as_may",
    "test_of_values_kept_at_once_under_one_key_all_find_the_same",
    "test_orders_count_together_and_one_that_was_given_back_does_not",
    "test_what_is_kept_first_under_a_key_stays_until_it_is_forgotten",
]
pytestmark = [pytest.mark.system, pytest.mark.anyio]


ALWAYS = ("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.stop()


def connect(store: Store) -> RedisState:
    state = shared_state(Settings(state=store.url, state_password_file=store.password_file))
    assert state is not None
    return state


@pytest.fixture
async def state(store: Store) -> AsyncIterator[RedisState]:
    state = connect(store)
    yield state
    await state.aclose()


@pytest.fixture
async def raw(store: Store) -> AsyncIterator[Any]:
    """The store's keys and values as they are."""
    async with Redis.from_url(store.url, password=PASSWORD, decode_responses=True) as raw:
        yield raw


async def test_every_key_has_the_prefix_and_expires(state: RedisState, raw: Any) -> None:
    await state.take(100, 1000)
    await state.keep("key", "value", 60)
    assert await Rate(state.counts(), "requests", 10).count("ann")
    names = await raw.keys()
    assert len(names) == 3
    for name in names:
        assert name.startswith("do-nfs-mcp:")
        assert 0 < await raw.pttl(name) <= 3600_000


async def test_an_order_of_an_hour_ago_by_the_store_s_own_clock_no_longer_counts(state: RedisState, raw: Any) -> None:
    await state.take(100, 100)
    ((order, at),) = await raw.zrange("do-nfs-mcp:orders", 0, -1, withscores=True)
    await raw.zadd("do-nfs-mcp:orders", {order: at - 3590})
    assert await state.taken() == 100
    await raw.zadd("do-nfs-mcp:orders", {order: at - 3600})
    assert await state.taken() == 0
    assert await raw.exists("do-nfs-mcp:orders") == 0


async def test_servers_count_together_how_often_something_happens(store: Store) -> None:
    states = [connect(store) for _ in range(3)]
    rates = [Rate(state.counts(), "requests", 10) for state in states]
    assert sum([await rates[number % 3].count("ann") for number in range(30)]) == 10
    for state in states:
        await state.aclose()


async def test_a_caller_makes_so_many_requests_a_minute_to_all_servers_together(store: Store) -> None:
    options = ("--state", store.url, "--state-password-file", str(store.password_file))
    with ExitStack() as stack:
        urls = [
            stack.enter_context(running(*SERVER, "--sandbox", "--caller-requests-per-minute", "10", *options)).url
            for _ in range(2)
        ]
        async with httpx.AsyncClient(headers=ACCEPT, timeout=60) as http:
            answers = [await http.post(f"{urls[number % 2]}/mcp", json=INITIALIZE) for number in range(14)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_what_was_ordered_and_answered_is_still_known_after_the_store_was_ended_and_started_again(
    store: Store, state: RedisState, number: int
) -> None:
    await state.take(100, 100)
    await state.keep("answer", "used", 60)
    store.stop(number)
    with pytest.raises(StateUnavailableError):
        await state.taken()
    store.start()
    assert (await state.taken(), await state.find("answer")) == (100, "used")
    assert await state.take(1, 100) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (SETTINGS, []),
        (("--appendonly", "no"), ["appendonly yes"]),
        (("--appendonly", "yes"), ["appendfsync always"]),
        ((*ALWAYS, "--maxmemory-policy", "allkeys-lru"), ["maxmemory-policy noeviction"]),
        ((*ALWAYS, "--rename-command", "CONFIG", ""), ["does not tell", "appendfsync always"]),
    ],
)
async def test_a_store_that_would_lose_what_it_keeps_says_so(
    tmp_path: Path, settings: tuple[str, ...], said: list[str]
) -> None:
    store = Store(tmp_path, (*WITH_PASSWORD, *settings))
    try:
        state = connect(store)
        weakness = await state.weakness()
        await state.aclose()
    finally:
        store.stop()
    assert [words for words in WEAKNESSES if words in weakness] == said


@pytest.mark.parametrize(
    ("spoil", "mend"),
    [
        pytest.param(["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"], id="a replica, which is only read"),
        pytest.param(["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"], id="full"),
        pytest.param(["SET", "do-nfs-mcp:orders", "x"], ["DEL", "do-nfs-mcp:orders"], id="something else is there"),
    ],
)
async def test_a_store_that_answers_and_refuses_orders_cannot_be_used_until_it_takes_them(
    state: RedisState, raw: Any, spoil: list[str], mend: list[str]
) -> None:
    await raw.execute_command(*spoil)
    assert await raw.ping()
    with pytest.raises(StateUnavailableError):
        await state.check()
    await raw.execute_command(*mend)
    await state.check()


@pytest.mark.parametrize("password", [None, "wrong"])
async def test_a_store_that_wants_another_password_cannot_be_used(store: Store, password: str | None) -> None:
    state = RedisState.connect(store.url, password, "nfs")
    with pytest.raises(StateUnavailableError):
        await state.take(1, 1)
    await state.aclose()


def test_doctor_looks_at_the_store_and_shows_no_password(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    options = ["--sandbox", "--state", store.url, "--state-password-file", str(store.password_file)]
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--log-level", "debug", *options])
    out, err = capsys.readouterr()
    assert ended.value.code == 0
    assert "the store can be used\n" in out.replace(" \n", "\n")
    assert PASSWORD not in out + err
