"""What became of a change whose answer was lost is decided by what is known of the request and by what there is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import pytest
from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.api.reconciliation import Verdict, change, decide, make

from ..support.clock import Clock

UNKNOWN = (Outcome.ENDED, Outcome.OPEN, Outcome.ACCEPTED)

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
