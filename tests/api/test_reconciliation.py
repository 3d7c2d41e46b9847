"""What became of a thing that was to be made is decided by what is known of the request and by what has appeared."""

import pytest
from do_nfs_mcp.api.errors import Outcome
from do_nfs_mcp.api.reconciliation import Verdict, decide

LOST = (Outcome.ENDED, Outcome.OPEN, Outcome.ACCEPTED)


@pytest.mark.parametrize("outcome", LOST)
def test_one_new_thing_is_the_one_that_was_made(outcome: Outcome) -> None:
    assert decide(outcome, 1, 0) is Verdict.MADE


@pytest.mark.parametrize("outcome", LOST)
def test_of_several_new_things_none_is_taken_for_it(outcome: Outcome) -> None:
    assert decide(outcome, 2, 0) is Verdict.AMBIGUOUS


@pytest.mark.parametrize("outcome", LOST)
def test_only_a_request_that_is_over_and_left_nothing_was_not_carried_out(outcome: Outcome) -> None:
    assert decide(outcome, 0, 0) is (Verdict.NOT_MADE if outcome is Outcome.ENDED else Verdict.UNKNOWN)


@pytest.mark.parametrize("outcome", LOST)
def test_what_appeared_and_cannot_be_read_may_be_what_was_made(outcome: Outcome) -> None:
    assert decide(outcome, 0, 1) is Verdict.UNKNOWN


@pytest.mark.parametrize("outcome", LOST)
def test_one_new_thing_beside_one_that_cannot_be_read_is_not_taken_for_it(outcome: Outcome) -> None:
    assert decide(outcome, 1, 1) is Verdict.AMBIGUOUS
