"""What became of a thing that was to be made is decided by what is known of the request and by what has appeared."""

import pytest
from do_nfs_mcp.api.errors import Outcome
from do_nfs_mcp.api.reconciliation import Verdict, decide

LOST = (Outcome.ENDED, Outcome.OPEN, Outcome.ACCEPTED)


@pytest.mark.parametrize("outcome", LOST)
def test_one_new_thing_is_the_one_that_was_made(outcome: Outcome) -> None:
    assert decide(outcome, 1) is Verdict.MADE


@pytest.mark.parametrize("outcome", LOST)
def test_of_several_new_things_none_is_taken_for_it(outcome: Outcome) -> None:
    assert decide(outcome, 2) is Verdict.AMBIGUOUS


@pytest.mark.parametrize("outcome", LOST)
def test_only_a_request_that_is_over_and_left_nothing_was_not_carried_out(outcome: Outcome) -> None:
    assert decide(outcome, 0) is (Verdict.NOT_MADE if outcome is Outcome.ENDED else Verdict.UNKNOWN)
