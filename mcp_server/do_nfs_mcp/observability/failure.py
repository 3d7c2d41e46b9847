"""What went wrong with a call, as data: for the audit, for the exit code of a terminal, and for programs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["META_KEY", "Failure", "FailureKind"]

META_KEY = "do-nfs-mcp/failure"
"""The key of a result's `_meta` under which hosts and programs find a failure."""


class FailureKind(StrEnum):
    """What kind of failure it is."""

    REFUSED = "refused"
    """This server did not do it: the arguments, the operator's settings or the caller's scopes forbid it."""
    DECLINED = "declined"
    """The person who was asked did not agree."""
    UNANSWERED = "unanswered"
    """The person is asked, and has not answered yet."""
    NOT_FOUND = "not_found"
    """What the call is about does not exist."""
    RATE_LIMITED = "rate_limited"
    """The account's rate limit has no room for it now."""
    UNKNOWN_OUTCOME = "unknown_outcome"
    """Whether the change was made, or what came of it, is not known: look before calling again."""
    FAILED = "failed"
    """Anything else, nearly always an answer of the API."""


@dataclass(frozen=True)
class Failure:
    """A call that failed.

    Attributes:
        kind: What kind of failure it is.
        status: The HTTP status of the API's answer, if that is what went wrong.
        retry_after: In how many seconds to call again, if the API said so.
        request_ids: The ids of the API's answers that went wrong, which DigitalOcean's support asks for.
    """

    kind: FailureKind
    status: int | None = None
    retry_after: float | None = None
    request_ids: tuple[str, ...] = ()

    @property
    def meta(self) -> dict[str, Any]:
        """The failure as a result's `_meta` has it. What is not known is left out."""
        known: dict[str, Any] = {"kind": str(self.kind)}
        if self.status is not None:
            known["status"] = self.status
        if self.retry_after is not None:
            known["retry_after"] = self.retry_after
        if self.request_ids:
            known["request_ids"] = list(self.request_ids)
        return {META_KEY: known}
