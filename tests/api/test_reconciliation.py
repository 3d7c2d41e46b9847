"""What became of a change whose answer was lost is decided by what is known of the request and by what there is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import pytest
from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.api.reconciliation import Verdict, change, decide, make

from ..support.clock import Clock

UNKNOWN = (Outcome.ENDED, Outcome.OPEN, Outcome.ACCEPTED, Outcome.UNREAD)

T = TypeVar("T")


@pytest.mark.parametrize("outcome", UNKNOWN)
def test_one_new_thing_is_the_one_that_was_made(outcome: Outcome) -> None:
    assert decide(outcome, 1, 0) is Verdict.MADE


@pytest.mark.parametrize("outcome", UNKNOWN)
def test_of_several_new_things_none_is_taken_for_it(outcome: Outcome) -> None:
    assert decide(outcome, 2, 0) is Verdict.AMBIGUOUS


@pytest.mark.parametrize("outcome", UNKNOWN)
def test_only_a_request_that_is_over_and_left_nothing_was_not_carried_out(outcome: Outcome) -> None:
    assert decide(outcome, 0, 0) is (Verdict.NOT_MADE if outcome is Outcome.ENDED else Verdict.UNKNOWN)


@pytest.mark.parametrize("outcome", UNKNOWN)
def test_what_appeared_and_cannot_be_read_may_be_what_was_made(outcome: Outcome) -> None:
    assert decide(outcome, 0, 1) is Verdict.UNKNOWN


@pytest.mark.parametrize("outcome", UNKNOWN)
def test_one_new_thing_beside_one_that_cannot_be_read_is_not_taken_for_it(outcome: Outcome) -> None:
    assert decide(outcome, 1, 1) is Verdict.AMBIGUOUS


@dataclass
class Thing:
    """What is made or changed."""

    id: str
    name: str = "data"


THING = Thing("new")
NOTHING: Listing[Thing] = Listing()


LOST = NfsError("The answer was lost.", outcome=Outcome.ENDED)
BLIND = NfsError("The API answered 500.", outcome=Outcome.ENDED, status=500)
FORBIDDEN = NfsError("The API answered 403.", outcome=Outcome.REFUSED, status=403)


def giving(*answers: T | NfsError) -> Callable[[], Awaitable[T]]:
    """Make what gives these, one at each call. It cannot be called more often."""
    left = list(answers)

    async def give() -> T:
        answer = left.pop(0)
        if isinstance(answer, NfsError):
            raise answer
        return answer

    return give


@pytest.mark.anyio
async def test_what_was_made_is_found_by_another_look_after_one_that_failed(clock: Clock) -> None:
    looks = giving(NOTHING, BLIND, Listing([THING]))
    assert await make("shares", giving(LOST), looks, clock.sleep) is THING


@pytest.mark.anyio
async def test_what_was_changed_is_found_by_another_look_after_one_that_failed(clock: Clock) -> None:
    assert await change(giving(LOST), giving(BLIND, Listing([THING])), clock.sleep) is THING


@pytest.mark.anyio
async def test_looks_that_find_nothing_count_although_one_before_them_failed(clock: Clock) -> None:
    looks = giving(NOTHING, BLIND, NOTHING, NOTHING)
    assert await make("shares", giving(LOST, THING), looks, clock.sleep) is THING


@pytest.mark.anyio
@pytest.mark.parametrize(("retry_after", "seconds"), [(20, 20), (2, 3), (None, 3)])
async def test_what_was_not_made_is_sent_again_once_it_was_looked_for_and_no_later_than_the_api_said(
    clock: Clock, retry_after: float | None, seconds: float
) -> None:
    lost = NfsError("The API answered 503.", outcome=Outcome.ENDED, status=503, retry_after=retry_after)
    start = clock()
    looks = giving(NOTHING, NOTHING, NOTHING, NOTHING)
    assert await make("shares", giving(lost, THING), looks, clock.sleep) is THING
    assert clock() - start == seconds


@pytest.mark.anyio
async def test_with_a_token_that_may_not_list_it_is_looked_once_and_sent_once(clock: Clock) -> None:
    looks: Callable[[], Awaitable[Listing[Thing]]] = giving(FORBIDDEN)
    with pytest.raises(NfsError, match="was lost"):
        await make("shares", giving(LOST), looks, clock.sleep)


class Pauses(list[float]):
    """The pauses that were made, which take no time."""

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)


def lost(outcome: Outcome, retry_after: float | None = None) -> NfsError:
    return NfsError("The answer was lost.", outcome=outcome, retry_after=retry_after)


def nothing_there(looks: int) -> Callable[[], Awaitable[Listing[Thing]]]:
    return giving(*[NOTHING] * looks)


@pytest.mark.anyio
@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.ACCEPTED, Outcome.UNREAD, Outcome.MADE])
async def test_what_may_still_be_made_is_looked_for_during_a_quarter_of_a_minute(outcome: Outcome) -> None:
    pauses, error = Pauses(), lost(outcome)
    with pytest.raises(NfsError) as raised:
        await make("shares", giving(error), nothing_there(6), pauses.sleep)
    assert pauses == [0, 1, 2, 4, 8]
    # That it is not seen says nothing of what the API said that it has taken.
    more = "" if outcome is Outcome.MADE else " It was not there 15 s later."
    assert str(raised.value) == f"The answer was lost.{more}"


@pytest.mark.anyio
async def test_what_cannot_come_any_more_is_looked_for_during_three_seconds_and_sent_four_times_in_all() -> None:
    pauses = Pauses()
    with pytest.raises(NfsError, match="dropped the connection each of 4 times"):
        await make("shares", giving(*[LOST] * 4), nothing_there(13), pauses.sleep)
    assert pauses == [*[0, 1, 2, 0] * 3, 0, 1, 2]


@pytest.mark.anyio
@pytest.mark.parametrize("outcome", [Outcome.ENDED, Outcome.OPEN, Outcome.ACCEPTED, Outcome.UNREAD, Outcome.MADE])
async def test_a_change_that_may_come_is_looked_for_during_a_quarter_of_a_minute_and_sent_once(
    outcome: Outcome,
) -> None:
    pauses = Pauses()
    with pytest.raises(NfsError) as raised:
        await change(giving(lost(outcome)), nothing_there(5), pauses.sleep, "x")
    assert pauses == [0, 1, 2, 4, 8]
    assert ("It did not show 15 s later" in str(raised.value)) is (outcome is not Outcome.MADE)


@pytest.mark.anyio
@pytest.mark.parametrize("outcome", [Outcome.UNSENT, Outcome.REFUSED, None])
async def test_what_was_not_carried_out_is_neither_looked_for_nor_sent_again(outcome: Outcome | None) -> None:
    pauses, error = Pauses(), NfsError("No.", outcome=outcome)
    with pytest.raises(NfsError, match=r"^No\.$"):
        await make("shares", giving(error), nothing_there(1), pauses.sleep)
    with pytest.raises(NfsError, match=r"^No\.$"):
        await change(giving(error), nothing_there(0), pauses.sleep)
    assert pauses == []


@pytest.mark.anyio
async def test_nothing_is_made_before_what_is_there_was_seen() -> None:
    looks: Callable[[], Awaitable[Listing[Thing]]] = giving(BLIND)
    with pytest.raises(NfsError, match="answered 500"):
        await make("shares", giving(), looks, Pauses().sleep)


@pytest.mark.anyio
@pytest.mark.parametrize(("retry_after", "is_sent_again"), [(20, True), (21, False)])
async def test_what_was_not_made_is_sent_again_if_the_pause_ends_within_the_call(
    monkeypatch: pytest.MonkeyPatch, retry_after: float, is_sent_again: bool
) -> None:
    monkeypatch.setattr("do_nfs_mcp.api.reconciliation.time_left", lambda: 17)
    pauses, send = Pauses(), giving(lost(Outcome.ENDED, retry_after), THING)
    made = make("shares", send, nothing_there(4), pauses.sleep)
    if is_sent_again:
        assert await made is THING
        assert pauses == [0, 1, 2, 17]
    else:
        with pytest.raises(NfsError, match="Wait 21 s, then try again"):
            await made
        assert pauses == [0, 1, 2]
