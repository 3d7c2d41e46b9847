"""What each failure is: in words for who reads it, and as data for what decides whether to try again."""

import math
from collections.abc import Callable

import pytest
from do_nfs_mcp.account_token.source import TokenSource
from do_nfs_mcp.api import errors
from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.operations import OPERATIONS
from do_nfs_mcp.observability.failure import FailureKind


async def nothing() -> str:
    return ""


def refused(
    operation: str,
    status: int,
    *,
    code: str = "code",
    message: str = "Words.",
    request_id: str = "",
    retry_after: float | None = None,
    needs_restart: bool = False,
) -> NfsError:
    source = TokenSource("found", "put a valid one there", nothing, needs_restart=needs_restart)
    return errors.refused(OPERATIONS[operation], status, code, message, request_id, retry_after, source)


ARGUMENTS = "Trying again will not help before the arguments are changed."
CREATING = "Trying again as it is will not help, unless the share is still CREATING: then wait_until_ready comes first."
REDIRECT = "Redirects are not followed. The server's operator has to check --api-url."
OTHER = "Trying again as it is will not help before things have changed: look with list_shares."
SOON = "Try again in a few seconds."
UNKNOWN = "It is not known whether the change was made: look with {} before trying again."
NEXT_STEPS = [
    *(("list_shares", status, REDIRECT) for status in (300, 301, 399)),
    *(("list_shares", status, ARGUMENTS) for status in (400, 422)),
    *(("create_share", status, ARGUMENTS) for status in (400, 422)),
    *(("create_share_action", status, CREATING) for status in (400, 422)),
    *(("create_access_point", status, CREATING) for status in (400, 422)),
    ("create_share", 404, "The region or a VPC does not exist: list_vpcs shows which do."),
    *((name, 404, "Either there is no such region, or --api-url is wrong.") for name in ("list_shares", "list_vpcs")),
    (
        "get_snapshot",
        404,
        "Trying again will not help: it does not exist or was deleted. list_snapshots shows what does.",
    ),
    (
        "create_access_point",
        409,
        "The name or the path is taken: use that access point (list_access_points shows it), or choose another.",
    ),
    ("create_share", 409, OTHER),
    ("delete_share", 412, "It has snapshots: if these are to be deleted, too, try again with delete_snapshots: true."),
    ("create_share", 412, OTHER),
    *(("list_shares", status, OTHER) for status in (402, 405, 409, 410, 412, 418, 499)),
    *(("list_shares", status, SOON) for status in (500, 503, 504, 599)),
    *(("create_share", status, UNKNOWN.format("list_shares")) for status in (500, 503, 504, 599)),
    *(("delete_snapshot", status, UNKNOWN.format("list_snapshots")) for status in (500, 504)),
]


@pytest.mark.parametrize(("operation", "status", "next_step"), NEXT_STEPS)
def test_what_to_do_next_depends_on_the_status_and_on_what_was_asked_for(
    operation: str, status: int, next_step: str
) -> None:
    assert str(refused(operation, status)) == f'The API answered {status} (code): "Words." {next_step}'


@pytest.mark.parametrize(("needs_restart", "end"), [(False, "."), (True, " and restart it.")])
def test_a_refused_token_is_said_with_where_another_goes_and_whether_to_restart(needs_restart: bool, end: str) -> None:
    assert str(refused("list_shares", 401, needs_restart=needs_restart)).endswith(
        "Trying again will not help: the token is wrong, expired or revoked. The server's operator has to put a valid "
        f"one there{end}"
    )


@pytest.mark.parametrize(
    ("seconds", "wait"), [(None, "a minute"), (0, "0 s"), (0.1, "1 s"), (12.0, "12 s"), (12.1, "13 s")]
)
def test_how_long_to_wait_is_said_in_whole_seconds_that_are_enough(seconds: float | None, wait: str) -> None:
    said = str(refused("list_shares", 429, retry_after=seconds))
    assert said.endswith(f"Nothing was changed: the account's rate limit is used up. Wait {wait}, then try again.")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("No", '"No".'),
        ("No.", '"No."'),
        ("No!", '"No!"'),
        ("No? ", '"No?"'),
        (" No... really ", '"No... really".'),
    ],
)
def test_what_the_api_says_ends_like_a_sentence(message: str, shown: str) -> None:
    assert str(refused("create_share", 400, message=message)) == f"The API answered 400 (code): {shown} {ARGUMENTS}"


def test_an_answer_without_a_code_a_message_or_an_id_says_so_without_empty_places() -> None:
    said = str(refused("create_share", 400, code="", message=""))
    assert said == f"The API answered 400 without a message that can be read. {ARGUMENTS}"
    assert str(refused("create_share", 400, request_id="a-1")).endswith(" Request id: a-1.")


CUT: dict[str, tuple[int, Callable[[str], NfsError]]] = {
    "a code": (60, lambda text: refused("list_shares", 400, code=text)),
    "an answer's id": (80, lambda text: refused("list_shares", 400, request_id=text)),
    "an id of a thing": (80, errors.unsafe_id),
    "an address": (80, errors.unsendable),
    "why it cannot be read": (100, lambda text: errors.unreadable(OPERATIONS["list_shares"], text)),
    "a message": (300, lambda text: refused("list_shares", 400, message=text)),
}


@pytest.mark.parametrize("what", CUT)
def test_no_text_of_others_fills_an_error(what: str) -> None:
    most, error = CUT[what]
    said = str(error("x" * most))
    assert "x" * most in said
    assert "..." not in said
    said = str(error("x" * (most + 1)))
    assert "x" * (most - 3) + "..." in said
    assert "x" * (most - 2) not in said


FAILED, UNKNOWN_OUTCOME = FailureKind.FAILED, FailureKind.UNKNOWN_OUTCOME


@pytest.mark.parametrize(
    ("operation", "status", "code", "outcome", "kind", "gone"),
    [
        ("get_share", 404, "not_found", Outcome.REFUSED, FailureKind.NOT_FOUND, True),
        ("get_share", 404, "", Outcome.REFUSED, FAILED, False),
        ("get_share", 410, "gone", Outcome.REFUSED, FAILED, False),
        ("get_share", 400, "bad_request", Outcome.REFUSED, FAILED, False),
        ("create_share", 429, "too_many_requests", Outcome.REFUSED, FailureKind.RATE_LIMITED, False),
        ("create_share", 499, "x", Outcome.REFUSED, FAILED, False),
        ("create_share", 500, "x", Outcome.ENDED, UNKNOWN_OUTCOME, False),
        ("list_shares", 500, "x", Outcome.ENDED, FAILED, False),
        *(("delete_share", status, "x", Outcome.ENDED, UNKNOWN_OUTCOME, False) for status in (503, 521, 523, 525)),
        *(("delete_share", status, "x", Outcome.OPEN, UNKNOWN_OUTCOME, False) for status in (504, 522, 524)),
        ("list_shares", 504, "x", Outcome.OPEN, FAILED, False),
    ],
)
def test_what_is_known_of_a_request_follows_from_the_status_of_its_answer(
    operation: str, status: int, code: str, outcome: Outcome, kind: FailureKind, gone: bool
) -> None:
    error = refused(operation, status, code=code)
    assert (error.outcome, error.failure.kind, error.gone, error.status) == (outcome, kind, gone, status)


def answered(status: int) -> NfsError:
    return NfsError("x", outcome=Outcome.REFUSED, status=status)


# Whether nothing was done, whether it tells nothing of the storage, whether it may have been done, and whether it may
# not be done.
SAYS = {
    "about no request": (NfsError("x"), (False, True, False, True)),
    "without a token": (NfsError("x", kind=FAILED), (False, True, False, False)),
    "not sent": (NfsError("x", outcome=Outcome.UNSENT), (True, True, False, False)),
    **{str(status): (answered(status), (False, False, False, False)) for status in (400, 402, 404, 428, 430)},
    "401": (answered(401), (False, True, False, False)),
    "403": (answered(403), (False, True, False, True)),
    "429": (answered(429), (True, True, False, False)),
    **{
        outcome.name: (NfsError("x", outcome=outcome), (False, False, True, False))
        for outcome in (Outcome.ENDED, Outcome.OPEN, Outcome.ACCEPTED, Outcome.UNREAD)
    },
    "made": (NfsError("x", outcome=Outcome.MADE), (False, False, False, False)),
}


@pytest.mark.parametrize("what", SAYS)
def test_what_an_error_says_of_the_request_and_of_the_storage(what: str) -> None:
    error, says = SAYS[what]
    assert (error.nothing_done, error.tells_nothing, error.is_unknown, error.forbidden) == says


LOST = errors.lost(OPERATIONS["delete_share"], "broke off", Outcome.ENDED)
NOT_REACHED = errors.unreachable("http://api.test", "ConnectError")


def busy(seconds: float | None) -> NfsError:
    return refused("delete_share", 429, request_id="busy", retry_after=seconds)


@pytest.mark.parametrize(
    ("last", "more", "wait"),
    [
        (NOT_REACHED, " Sent again, it was not carried out.", None),
        (busy(None), " Sent again, it was not carried out.", None),
        (busy(90), " The API takes no request for 90 s.", 90),
        (busy(0.2), " The API takes no request for 1 s.", 0.2),
        (errors.budget_spent(7.5), " The API takes no request for 8 s.", 7.5),
        (refused("delete_share", 403), f" Sent again, it was not carried out. {refused('delete_share', 403)}", None),
    ],
)
def test_a_change_that_may_have_been_made_stays_one_whatever_its_repetition_ended_with(
    last: NfsError, more: str, wait: float | None
) -> None:
    error = errors.after_attempts([NOT_REACHED, LOST, last])
    assert str(error) == f"{LOST}{more}"
    assert (error.failure.kind, error.retry_after, error.attempts) == (UNKNOWN_OUTCOME, wait, 3)
    assert error.failure.request_ids == last.failure.request_ids


@pytest.mark.parametrize("last", [refused("delete_share", 404), refused("delete_share", 500), LOST])
def test_what_the_last_attempt_says_of_the_storage_counts(last: NfsError) -> None:
    error = errors.after_attempts([LOST, last])
    assert (str(error), error.attempts) == (str(last), 2)


def test_of_a_request_that_was_never_carried_out_the_last_attempt_is_told() -> None:
    error = errors.after_attempts([NOT_REACHED, busy(9), NOT_REACHED])
    assert (str(error), error.attempts, error.failure.request_ids) == (str(NOT_REACHED), 3, ("busy",))


@pytest.mark.parametrize(
    ("failed", "begins", "ends", "kind"),
    [
        ([LOST], "the API dropped the connection, and", "Wait a minute, then try again.", FAILED),
        ([LOST] * 2, "the API dropped the connection each of 2 times, and", "Wait a minute, then try again.", FAILED),
        ([LOST, refused("create_share", 503, retry_after=8.5)], "answered 503 each of 2 times", "Wait 9 s,", FAILED),
        ([refused("create_share", 429)], "the API answered 429, and", "Wait a minute", FailureKind.RATE_LIMITED),
    ],
)
def test_what_was_not_made_is_said_with_why_how_often_and_when_to_try_again(
    failed: list[NfsError], begins: str, ends: str, kind: FailureKind
) -> None:
    error = errors.not_made(failed)
    said, _, at_last = str(error).partition("is not there. ")
    assert begins in said
    assert at_last.startswith(ends)
    assert (error.failure.kind, error.status) == (kind, failed[-1].status)


@pytest.mark.parametrize(("there", "named"), [(2, 2), (10, 10), (11, 10)])
def test_of_those_that_may_be_what_was_made_ten_are_named(there: int, named: int) -> None:
    ids = [f"id-{number}" for number in range(there)]
    error = errors.cannot_tell([LOST], "shares", ids, "")
    assert f"{there} shares have appeared that may be what was made: {', '.join(ids[:named])}. Which" in str(error)
    assert error.failure.kind is UNKNOWN_OUTCOME
    assert "-1, and what cannot be read: share (a). Which" in str(
        errors.cannot_tell([LOST], "shares", ids[:2], "share (a)")
    )


@pytest.mark.parametrize(("most", "shown"), [(1_000_000, 1), (1_999_999, 1), (64_000_000, 64)])
def test_how_large_an_answer_may_be_is_said_in_whole_megabytes(most: int, shown: int) -> None:
    said = str(errors.too_large(OPERATIONS["list_shares"], most))
    assert said.startswith(f"The API's answer is larger than {shown} MB, and so was not read to its end. Trying again")


def test_a_request_that_has_to_wait_for_the_rate_limit_is_known_not_to_be_sent() -> None:
    error = errors.budget_spent(7.5)
    assert (error.nothing_done, error.failure.kind) == (True, FailureKind.RATE_LIMITED)
    assert error.retry_after == 7.5
    assert str(error).endswith(f"Wait {math.ceil(7.5)} s, then try again.")


@pytest.mark.parametrize(("reason", "why"), [("", ""), ("share is missing", " (share is missing)")])
def test_a_success_that_cannot_be_read_is_said_with_why_if_that_is_known(reason: str, why: str) -> None:
    create = OPERATIONS["create_share"]
    assert f"not one the API gives{why}: a proxy" in str(errors.unreadable(create, reason))
    assert f"what it answered cannot be read{why}. Do not" in str(errors.unreadable(create, reason, is_made=True))


@pytest.mark.parametrize(
    ("reason", "why"), [(OSError(28, "No space left on device"), "No space left on device"), (OSError("odd"), "odd")]
)
def test_a_change_that_could_not_be_written_down_first_says_why(reason: OSError, why: str) -> None:
    assert f'that failed: "{why}". Trying again' in str(errors.not_audited(reason))
