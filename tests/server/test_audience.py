"""A model is told what to ask its person and what others have to do; a person at a terminal, what they have to do."""

import pytest
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.api import errors
from do_nfs_mcp.api.operations import OPERATIONS, Operation
from do_nfs_mcp.audience import argument, call_of, for_reader, operator_has_to, read_by_a_person

from ..support.readers import FOR_A_MODEL


def test_words_are_for_a_model_unless_a_person_reads_them() -> None:
    assert for_reader("Ask them.", "Say it.") == "Ask them."
    with read_by_a_person():
        assert for_reader("Ask them.", "Say it.") == "Say it."
    assert for_reader("Ask them.", "Say it.") == "Ask them."


def test_what_the_operator_has_to_do_is_the_person_s_own_task_at_a_terminal() -> None:
    assert operator_has_to("check --api-url") == "The server's operator has to check --api-url."
    restarted = "The server's operator has to set X and restart it."
    assert operator_has_to("set X", and_restart=True) == restarted
    with read_by_a_person():
        assert operator_has_to("set X", and_restart=True) == "Set X."


def test_an_argument_is_written_as_its_reader_writes_it() -> None:
    assert argument("keep_last", 0) == "keep_last: 0"
    assert call_of("get_share", share="data", wait=True) == "get_share with share data, wait true"
    with read_by_a_person():
        assert argument("delete_snapshots", True) == "delete_snapshots=true"
        assert argument("share", "a; reboot") == "'share=a; reboot'"
        assert call_of("get_share", share="data", wait=True) == "`get_share share=data wait=true`"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_no_refusal_of_the_api_speaks_to_a_model_at_a_terminal(operation: Operation) -> None:
    source = AccountToken.fixed("t").source
    with read_by_a_person():
        for status in (302, 400, 401, 403, 404, 409, 412, 418, 422, 429, 500, 503, 504):
            said = str(errors.refused(operation, status, "code", "message", "id", None, source))
            assert FOR_A_MODEL.search(said) is None
        for outcome in errors.Outcome:
            assert FOR_A_MODEL.search(str(errors.lost(operation, "did not come", outcome))) is None
        assert FOR_A_MODEL.search(str(errors.unreadable(operation, "x", is_made=True))) is None
        assert FOR_A_MODEL.search(str(errors.unreadable(operation, "x"))) is None
        assert FOR_A_MODEL.search(str(errors.too_large(operation, 1))) is None


def test_the_words_for_a_model_are_found() -> None:
    for text in (
        "Call again.",
        "calling it again",
        "call create_share again",
        "with delete_snapshots: true",
        "keep_last: 0 first",
        "Ask them which",
        "the person said no",
    ):
        assert FOR_A_MODEL.search(text), text
    for text in ("do-nfs-mcp call list_shares", "- ams3: 2 shares", "x: 100 GiB", "called again later", "try again"):
        assert FOR_A_MODEL.search(text) is None, text
