"""What a failed call tells the assistant: what happened, whether to try again, and what to do next."""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from enum import Enum, auto
from itertools import chain
from typing import Self

from do_nfs_mcp.account_token.source import NoTokenError, TokenSource
from do_nfs_mcp.api.operations import Operation
from do_nfs_mcp.api.untrusted_text import escaped, plain, quoted
from do_nfs_mcp.audience import argument, operator_has_to
from do_nfs_mcp.observability.failure import Failure, FailureKind

__all__ = [
    "NfsError",
    "Outcome",
    "after_attempts",
    "budget_spent",
    "cannot_tell",
    "lost",
    "not_audited",
    "not_made",
    "not_seen",
    "not_set_up",
    "not_trusted",
    "refused",
    "too_large",
    "unreachable",
    "unreadable",
    "unsafe_id",
    "without_token",
]


class Outcome(Enum):
    """What is known of a request that was not answered as it should be."""

    UNSENT = auto()
    """It did not reach the API."""
    REFUSED = auto()
    """The API said that it did not carry it out."""
    ENDED = auto()
    """Whether it was carried out is not known, but it is over: the API dropped it, or failed."""
    OPEN = auto()
    """Whether it was carried out is not known, and it may still be so."""
    ACCEPTED = auto()
    """The answer was a success that cannot be read, and may not be the API's."""
    MADE = auto()
    """The API carried it out, and what it answered cannot be read."""
    UNREAD = auto()
    """There was an answer, which was too large to be read. Another would be, too."""

    @property
    def is_unknown(self) -> bool:
        """Whether the request may have been carried out."""
        return self in {Outcome.ENDED, Outcome.OPEN, Outcome.ACCEPTED, Outcome.UNREAD}


class NfsError(Exception):
    """A call that could not be carried out. Its text is one short paragraph, written for the caller to read.

    Args:
        text: What happened, whether to try again, and what to do next.
        kind: What kind of failure it is. Where not given, it is what the others say; an error that is about no
            request at all is a refusal by this server.
        outcome: What is known of the request; None if the error is not about one.
        status: The HTTP status of the API's answer, if that is what went wrong.
        gone: Whether the API itself said that what was asked for does not exist.
        retry_after: In how many seconds the API said to come back, if it did.
        request_ids: The ids of the answers that went wrong.

    Attributes:
        failure: The same as data.
        attempts: How many times the request was sent, or was to be.
    """

    def __init__(
        self,
        text: str,
        *,
        kind: FailureKind | None = None,
        outcome: Outcome | None = None,
        status: int | None = None,
        gone: bool = False,
        retry_after: float | None = None,
        request_ids: tuple[str, ...] = (),
    ) -> None:
        super().__init__(text)
        self.outcome = outcome
        self.gone = gone
        self.failure = Failure(kind or _kind(outcome, status, gone), status, retry_after, request_ids)
        self.attempts = 1

    @property
    def status(self) -> int | None:
        """The HTTP status of the API's answer, if that is what went wrong."""
        return self.failure.status

    @property
    def retry_after(self) -> float | None:
        """In how many seconds the API said to come back, if it did."""
        return self.failure.retry_after

    @property
    def nothing_done(self) -> bool:
        """Whether the request was certainly not carried out, for a reason that may pass."""
        return self.outcome is Outcome.UNSENT or self.status == 429

    @property
    def tells_nothing(self) -> bool:
        """Whether it tells nothing of the storage: it was not sent, or the API did not look at what it asks for."""
        return self.nothing_done or self.outcome is None or self.status in {401, 403}

    @property
    def is_unknown(self) -> bool:
        """Whether the request may have been carried out."""
        return self.outcome is not None and self.outcome.is_unknown

    @property
    def forbidden(self) -> bool:
        """Whether the token, or the caller, may not do this."""
        return self.status == 403 or self.failure.kind is FailureKind.REFUSED

    def with_note(self, more: str) -> Self:
        """Return the same error with a sentence more."""
        noted = copy(self)
        noted.args = (f"{self} {more}",)
        return noted


def _kind(outcome: Outcome | None, status: int | None, gone: bool) -> FailureKind:
    if outcome is None and status is None:
        return FailureKind.REFUSED
    if status == 429:
        return FailureKind.RATE_LIMITED
    return FailureKind.NOT_FOUND if gone else FailureKind.FAILED


# A gateway that gives up does not know what goes on behind it. The last two are Cloudflare's.
_OUTCOMES = dict.fromkeys((504, 522, 524), Outcome.OPEN)


def refused(
    operation: Operation,
    status: int,
    code: str,
    message: str,
    request_id: str,
    retry_after: float | None,
    token_source: TokenSource,
) -> NfsError:
    """Return what to say of an answer that is not a success.

    Args:
        operation: What was asked for.
        status: The HTTP status of the answer.
        code: The answer's short word for the error, or an empty text.
        message: The answer's own words, or an empty text.
        request_id: What DigitalOcean's support asks for, or an empty text.
        retry_after: In how many seconds to come back, if the answer said so.
        token_source: Where the token came from.
    """
    said = f"The API answered {status}{f' ({plain(code, 60)})' if code else ''}"
    said += f": {_sentence(message)} " if message else " without a message that can be read. "
    said += _next_step(operation, status, message, retry_after, token_source)
    request_id = plain(request_id, 80) if request_id else ""
    said += f" Request id: {request_id}." if request_id else ""
    outcome = _OUTCOMES.get(status, Outcome.REFUSED if status < 500 else Outcome.ENDED)
    return NfsError(
        said,
        kind=_kind_if_lost(operation) if outcome.is_unknown else None,
        outcome=outcome,
        status=status,
        # Without a word for the error it is not the API that answered.
        gone=status == 404 and bool(code),
        retry_after=retry_after,
        request_ids=(request_id,) if request_id else (),
    )


def unreachable(url: str, reason: str) -> NfsError:
    """Return what to say if there was no connection, and so nothing was sent."""
    return NfsError(
        f"The API at {url} could not be reached ({reason}), so nothing was sent. Try again in a few seconds; "
        "if it stays so, the network, a proxy or --api-url is wrong.",
        outcome=Outcome.UNSENT,
    )


def not_trusted(url: str, reason: str) -> NfsError:
    """Return what to say if the certificate at the other end is not trusted. reason: OpenSSL's words."""
    return NfsError(
        f"The certificate at {url} is not trusted ({plain(reason)}), so nothing was sent. Trying again will not help. "
        "A company's proxy may have signed it. "
        + operator_has_to(
            "set SSL_CERT_FILE to a PEM file with the company's CA certificate, or have the operating system trust it,",
            and_restart=True,
        ),
        kind=FailureKind.FAILED,
    )


def budget_spent(seconds: float) -> NfsError:
    """Return what to say of a request that was not sent: the rate limit has no room for it for so many seconds."""
    return NfsError(
        f"Nothing was sent: the account's rate limit is nearly used up. {_come_back(seconds)}",
        kind=FailureKind.RATE_LIMITED,
        outcome=Outcome.UNSENT,
        retry_after=seconds,
    )


def without_token(error: NoTokenError) -> NfsError:
    """Return what to say if there is no token to send."""
    return NfsError(str(error), kind=FailureKind.FAILED)


def not_set_up(reason: str) -> NfsError:
    """Return what to say if not even a connection could be prepared."""
    return NfsError(
        f"The connection to the API could not be set up: {_sentence(reason)} Nothing was sent. "
        + operator_has_to("check the variables HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE, and --api-url"),
        kind=FailureKind.FAILED,
    )


def not_audited(reason: OSError) -> NfsError:
    """Return what to say of a change that was not sent, since it could not be written down first."""
    why = _sentence(reason.strerror or str(reason))
    return NfsError(
        "This change was not sent: with --audit required it has to be written into the audit first, and that failed: "
        f"{why} Trying again will not help until that is put right. "
        + operator_has_to("see to it that the file of --audit-file can be written")
    )


def unsafe_id(text: str) -> NfsError:
    """Return what to say of an id that could make a request another one, and so was not sent."""
    return NfsError(
        f"Nothing was sent: no request can name the id {quoted(text, 80)}, since it is not 1 to 64 letters, digits, "
        "hyphens, underscores or tildes. Trying again will not help."
    )


def unsendable(reason: str) -> NfsError:
    """Return what to say if what was given makes no address of a request."""
    return NfsError(
        f"Nothing was sent: what was given makes no address of a request ({plain(reason, 80)}). Correct it: trying "
        "again as it is will not help."
    )


def lost(operation: Operation, what: str, outcome: Outcome) -> NfsError:
    """Return what to say if the answer did not come, or not whole."""
    after = unknown_outcome(operation) if operation.is_mutating else "Try again in a few seconds."
    return NfsError(f"The API's answer {what}. {after}", kind=_kind_if_lost(operation), outcome=outcome)


def too_large(operation: Operation, max_bytes: int) -> NfsError:
    """Return what to say of an answer that was not read to its end. max_bytes: How large it may be."""
    after = (
        unknown_outcome(operation)
        if operation.is_mutating
        else "Trying again will not help, unless it asks for less, such as for one region."
    )
    return NfsError(
        f"The API's answer is larger than {max_bytes // 1_000_000} MB, and so was not read to its end. {after} "
        + operator_has_to("start it with a higher --max-answer-mb"),
        kind=_kind_if_lost(operation),
        outcome=Outcome.UNREAD,
    )


def after_attempts(failed: Sequence[NfsError]) -> NfsError:
    """Return what to say of a request that was sent so many times in vain.

    Args:
        failed: What each attempt ended with, at least one.
    """
    error = failed[-1]
    unknown = [each for each in failed if each.failure.kind is FailureKind.UNKNOWN_OUTCOME]
    # That the last one was not carried out says nothing of those before.
    if unknown and error.tells_nothing:
        wait = error.retry_after
        if not error.nothing_done:
            note = f"Sent again, it was not carried out. {error}"
        elif wait is None:
            note = "Sent again, it was not carried out."
        else:
            note = f"The API takes no request for {math.ceil(wait)} s."
        error = unknown[-1].with_note(note)
        error.failure = replace(error.failure, retry_after=wait)
    error.attempts = len(failed)
    error.failure = replace(error.failure, request_ids=_request_ids(failed))
    return error


def not_made(failed: Sequence[NfsError]) -> NfsError:
    """Return what to say of a change that was tried so many times, and is known not to have been made.

    Args:
        failed: What each try ended with, at least one.
    """
    error, times = failed[-1], len(failed)
    what = f"answered {error.status}" if error.status else "dropped the connection"
    often = "" if times == 1 else f" each of {times} times"
    return NfsError(
        f"Nothing was made: the API {what}{often}, and what was to be made was looked for after that and is not there. "
        f"{_come_back(error.retry_after)}",
        kind=FailureKind.RATE_LIMITED if error.status == 429 else FailureKind.FAILED,
        status=error.status,
        retry_after=error.retry_after,
        request_ids=_request_ids(failed),
    )


def cannot_tell(failed: Sequence[NfsError], kind: str, ids: list[str], unreadable: str) -> NfsError:
    """Return what to say if the answer to a change was lost, and several things appeared that may be what it made.

    Args:
        failed: What each try ended with, at least one.
        kind: What they are, in the plural.
        ids: The ids of those that can be read.
        unreadable: The others, in words; empty if there are none.
    """
    others = f", and what cannot be read: {unreadable}" if unreadable else ""
    return NfsError(
        f"The API's answer was lost, and meanwhile {len(ids)} {kind} have appeared that may be what was made: "
        f"{', '.join(map(plain, ids[:10]))}{others}. Which of them it is, if any, cannot be known: look at them before "
        "trying again.",
        kind=FailureKind.UNKNOWN_OUTCOME,
        status=failed[-1].status,
        request_ids=_request_ids(failed),
    )


def not_seen(operation: Operation, error: NfsError, blind: NfsError) -> NfsError:
    """Return what to say if a change whose answer was lost was refused the second time, and it could not be looked why.

    Args:
        operation: What was asked for.
        error: What the last attempt ended with.
        blind: What the look ended with.
    """
    return NfsError(
        f"The API's answer was lost and, sent again, the API answered {error.status}. {unknown_outcome(operation)} It "
        f"could not be looked whether it was. {blind}",
        kind=FailureKind.UNKNOWN_OUTCOME,
        outcome=Outcome.ENDED,
        status=error.status,
        retry_after=blind.retry_after,
        request_ids=_request_ids([error, blind]),
    )


def unreadable(operation: Operation, reason: str, *, is_made: bool = False) -> NfsError:
    """Return what to say of a success that cannot be read.

    Args:
        operation: What was asked for.
        reason: Why it cannot be read; empty if nobody knows.
        is_made: Whether it is known to be the API's answer to a change, which then was made.
    """
    why = f" ({escaped(reason, 100)})" if reason else ""
    if is_made:
        return NfsError(
            f"The API has taken the change, but what it answered cannot be read{why}. Do not try again: look "
            f"with {operation.look_with} at what came of it.",
            kind=FailureKind.UNKNOWN_OUTCOME,
            outcome=Outcome.MADE,
        )
    after = unknown_outcome(operation) if operation.is_mutating else "Try again."
    return NfsError(
        f"The answer was a success, but not one the API gives{why}: a proxy may have answered in its place, --api-url "
        f"may be wrong, or the API has changed. {after}",
        kind=_kind_if_lost(operation),
        outcome=Outcome.ACCEPTED,
    )


def unknown_outcome(operation: Operation) -> str:
    """Return what to do when a change may or may not have been made."""
    return f"It is not known whether the change was made: look with {operation.look_with} before trying again."


def _request_ids(failed: Sequence[NfsError]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(each.failure.request_ids for each in failed))


def _kind_if_lost(operation: Operation) -> FailureKind:
    return FailureKind.UNKNOWN_OUTCOME if operation.is_mutating else FailureKind.FAILED


def _next_step(
    operation: Operation, status: int, message: str, retry_after: float | None, token_source: TokenSource
) -> str:
    match status:
        case 400 | 422 if operation.name in {"create_share_action", "create_access_point"}:
            return (
                "Trying again as it is will not help, unless the share is still CREATING: then "
                "wait_until_ready comes first."
            )
        case 400 | 422:
            return "Trying again will not help before the arguments are changed."
        case 401:
            return "Trying again will not help: the token is wrong, expired or revoked. " + operator_has_to(
                token_source.replace, and_restart=token_source.needs_restart
            )
        case 403:
            lacks = "" if operation.scope in message else f": the token probably lacks the scope {operation.scope}"
            return f"Trying again will not help{lacks}. {operator_has_to('give it a token with that scope')}"
        case 404 if operation.name == "create_share":
            return "The region or a VPC does not exist: list_vpcs shows which do."
        case 404 if operation.name in {"list_shares", "list_vpcs"}:
            return "Either there is no such region, or --api-url is wrong."
        case 404:
            return (
                f"Trying again will not help: it does not exist or was deleted. {operation.look_with} shows what does."
            )
        case 409 if operation.name == "create_access_point":
            return (
                "The name or the path is taken: use that access point (list_access_points shows it), or choose another."
            )
        case 412 if operation.name == "delete_share":
            delete_them = argument("delete_snapshots", True)
            return f"It has snapshots: if these are to be deleted, too, try again with {delete_them}."
        case 429:
            return f"Nothing was changed: the account's rate limit is used up. {_come_back(retry_after)}"
        case _ if 300 <= status < 400:
            return f"Redirects are not followed. {operator_has_to('check --api-url')}"
        case _ if status >= 500:
            return unknown_outcome(operation) if operation.is_mutating else "Try again in a few seconds."
        case _:
            return f"Trying again as it is will not help before things have changed: look with {operation.look_with}."


def _come_back(seconds: float | None) -> str:
    return f"Wait {'a minute' if seconds is None else f'{math.ceil(seconds)} s'}, then try again."


def _sentence(text: str) -> str:
    said = quoted(text.strip())
    return said if text.strip()[-1:] in ".!?" else f"{said}."
