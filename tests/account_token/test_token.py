"""The account's token is fetched when it is needed, and again when the API refuses it."""

from collections.abc import Iterator

import anyio
import anyio.lowlevel
import pytest
from do_nfs_mcp.account_token.source import NoTokenError, TokenSource, no_token
from do_nfs_mcp.account_token.token import AccountToken, Token
from do_nfs_mcp.observability.masking import MASK, Masking

from ..support.clock import Clock

pytestmark = pytest.mark.anyio


class Keeper:
    """Keeps tokens, and gives one after the other; None is where there is none just then."""

    def __init__(self, *tokens: str | None) -> None:
        self.reads = 0
        self._tokens: Iterator[str | None] = iter(tokens)

    async def read(self) -> str:
        self.reads += 1
        await anyio.lowlevel.checkpoint()
        token = next(self._tokens)
        if token is None:
            raise no_token("the keeper sleeps")
        return token

    def token(self, clock: Clock | None = None, masked: Masking | None = None) -> AccountToken:
        source = TokenSource("the keeper has one", "wake the keeper", self.read, pause=10)
        return AccountToken(source, masked or Masking(), clock=clock or Clock())


async def test_a_token_is_fetched_when_it_is_first_needed_and_once_for_all() -> None:
    keeper = Keeper("first", "second")
    token = keeper.token()
    assert keeper.reads == 0
    got: list[Token] = []

    async def get() -> None:
        got.append(await token.get())

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(get)
    assert (got, keeper.reads) == ([Token("first")] * 20, 1)


async def test_a_token_that_was_refused_is_fetched_again_once_however_many_requests_were_refused() -> None:
    keeper = Keeper("first", "second", "third")
    token = keeper.token()
    first = await token.get()
    got: list[Token | None] = []

    async def replace() -> None:
        got.append(await token.replace(first))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(replace)
    assert (got, keeper.reads) == ([Token("second")] * 20, 2)
    # One that was sent before and is refused only now.
    assert await token.replace(first) == await token.get() == Token("second")
    assert keeper.reads == 2


async def test_a_token_that_stays_the_same_is_not_fetched_again_before_the_pause_is_over() -> None:
    keeper, clock = Keeper("first", "first", "second"), Clock()
    token = keeper.token(clock)
    first = await token.get()
    assert await token.replace(first) is None
    clock.pass_time(9.9)
    assert (await token.replace(first), keeper.reads) == (None, 2)
    clock.pass_time(0.1)
    assert (await token.replace(first), keeper.reads) == (Token("second"), 3)


async def test_a_token_that_cannot_be_fetched_is_asked_for_again_when_the_pause_is_over() -> None:
    keeper, clock = Keeper(None, "first", None, "second"), Clock()
    token = keeper.token(clock)
    for _ in range(2):
        with pytest.raises(NoTokenError, match="nothing was sent: the keeper sleeps"):
            await token.get()
    assert keeper.reads == 1
    clock.pass_time(10)
    first = await token.get()
    for _ in range(2):
        with pytest.raises(NoTokenError) as failed:
            await token.replace(first)
        assert failed.value.problem == "the keeper sleeps"
    assert (await token.get(), keeper.reads) == (first, 3)
    clock.pass_time(10)
    assert await token.replace(first) == Token("second")


async def test_each_token_there_was_is_masked() -> None:
    masked = Masking()
    token = Keeper("the-first-one", "the-second-one").token(masked=masked)
    await token.replace(await token.get())
    assert masked("the-first-one the-second-one") == f"{MASK} {MASK}"


async def test_a_fetch_that_is_cancelled_leaves_the_next_request_to_fetch_it() -> None:
    keeper = Keeper("first", "second")
    token = keeper.token()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(token.get)
        while not keeper.reads:
            await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    assert (await token.get(), keeper.reads) == (Token("first"), 2)


async def test_a_token_that_is_there_again_is_had_at_once_where_it_is_kept_without_a_pause() -> None:
    keeper, clock = Keeper(None, "first"), Clock()
    token = AccountToken(TokenSource("the keeper has one", "wake the keeper", keeper.read), Masking(), clock=clock)
    with pytest.raises(NoTokenError):
        await token.get()
    assert await token.get() == Token("first")


async def test_a_token_that_was_given_counts_until_a_restart() -> None:
    masked = Masking()
    token = AccountToken.fixed("the-given-one", masked)
    first = await token.get()
    assert first == Token("the-given-one")
    assert await token.replace(first) is None
    assert token.source.needs_restart
    assert masked("the-given-one") == MASK


async def test_no_repr_shows_a_token() -> None:
    token = Keeper("first").token()
    assert "first" not in repr(await token.get()) + repr(token) + str(await token.get())
    assert repr(token) == "AccountToken(the keeper has one)"
