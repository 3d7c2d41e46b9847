"""The one way to say no."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

IDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    431: "headers_too_large",
    500: "server_error",
}


class RequestRefusedError(Exception):
    """A request that is answered with an error.

    status: the HTTP status, one of IDS. message: a sentence for the caller. code: the word that access point
    operations use on 400 and 409. headers: more headers for the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "InvalidArgument",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}


def not_found(what: str = "resource") -> RequestRefusedError:
    """A 404 for `what`, a noun of the sandbox's own (never text of the caller's)."""
    return RequestRefusedError(404, f"There is no such {what}.")
