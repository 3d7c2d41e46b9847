"""The sandbox keeps the contract wherever a fuzzer reaches, and it reaches everything."""

import pytest

from ..support.contracts import operations
from ..support.fuzzing import ENOUGH, SEED, Findings, action_types, documented, fuzz

# It draws thousands of requests, which takes minutes where other tests take its processor.
pytestmark = pytest.mark.timeout(1500)


def test_over_a_port_no_check_fails_and_every_documented_answer_is_reached(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = fuzz(SEED, 40, 40, over_port=True)
    with capsys.disabled():
        print(f"\n{found.table()}")
    assert found.errors == []
    assert found.failures == {}
    assert found.not_reached() == []


def test_in_process_no_check_fails() -> None:
    # One of each method. What an operation answers does not depend on how the request came.
    found = fuzz(SEED, 10, 10, only={"create_share", "get_share", "delete_share", "update_vpc", "patch_vpc"})
    assert found.errors == []
    assert found.failures == {}


class TestReach:
    """A run that reached too little says so."""

    @pytest.fixture
    def complete(self) -> Findings:
        found = Findings()
        for name, operation in operations().items():
            for status in (*documented(operation), 401, 405):
                found.answers[name, status] = ENOUGH if 200 <= status < 300 else 1
        found.accepted_actions.update(action_types())
        return found

    def test_a_complete_run_lacks_nothing(self, complete: Findings) -> None:
        assert complete.not_reached() == []

    def test_an_empty_run_lacks_everything(self) -> None:
        statuses = sum(len({*documented(operation), 401, 405}) for operation in operations().values())
        assert len(set(Findings().not_reached())) == statuses + 6

    @pytest.mark.parametrize("status", [204, 401, 404, 405, 412])
    def test_a_status_that_was_not_seen_is_named(self, complete: Findings, status: int) -> None:
        complete.answers["delete_share", status] -= 1
        (missing, *_) = complete.not_reached()
        assert missing.startswith(f"delete_share answered {status} ")

    def test_a_type_of_action_that_was_not_accepted_is_named(self, complete: Findings) -> None:
        del complete.accepted_actions["detach"]
        assert complete.not_reached() == ["no detach was accepted"]
