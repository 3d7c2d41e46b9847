"""Answers as values: a status, headers and a body."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from do_nfs_sandbox.api.errors import RequestRefusedError
    from do_nfs_sandbox.contract.routes import Operation

__all__ = ["JSON", "Answer", "error_answer", "json_answer"]

JSON = {"content-type": "application/json"}
_ERROR_IDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    421: "misdirected_request",
    422: "unprocessable_entity",
    429: "too_many_requests",
    431: "headers_too_large",
    500: "server_error",
}


class Answer(NamedTuple):
    """What a request is answered.

    Attributes:
        status: The HTTP status.
        headers: The headers in lower case, without content-length, which is added when it is sent.
        content: The body.
    """

    status: int
    headers: dict[str, str]
    content: bytes


def json_answer(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Make an answer with a JSON body.

    Args:
        status: The HTTP status.
        content: The body as data; None for an answer without a body.
        headers: More headers.
    """
    if content is None:
        return Answer(status, dict(headers or {}), b"")
    return Answer(status, {**(headers or {}), **JSON}, to_json(content))


def error_answer(
    error: RequestRefusedError,
    operation: Operation | None = None,
    headers: Mapping[str, str] | None = None,
    request_id: str = "",
) -> Answer:
    """Make the answer that reports an error.

    Args:
        error: The error.
        operation: What was asked for, if it is known: some operations have a form of error of their own.
        headers: More headers, besides those of the error.
        request_id: What it says as the request's id; the empty text has one made up.
    """
    if operation and operation.coded_errors and error.status in (400, 409):
        content = {"code": error.code, "message": error.message}
    else:
        word = _ERROR_IDS.get(error.status, "server_error" if error.status >= 500 else "error")
        content = {"id": word, "message": error.message, "request_id": request_id or str(uuid.uuid4())}
    return json_answer(error.status, content, {**(headers or {}), **error.headers})
