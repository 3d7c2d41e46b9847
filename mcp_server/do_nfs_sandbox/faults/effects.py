"""What each kind of fault makes of an answer."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import from_json, to_json

from do_nfs_sandbox.api.answers import JSON, Answer, error_answer, json_answer
from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.contract.routes import OPERATIONS
from do_nfs_sandbox.faults.distortion import extra_fields, missing_optional, unknown_enum

if TYPE_CHECKING:
    from do_nfs_sandbox.api.requests import Request
    from do_nfs_sandbox.faults.definition import Fault

__all__ = ["Delivery", "apply_fault", "is_handled"]

# These kinds leave the request unhandled; `status` does unless it has `after`.
_UNHANDLED = {"drop_before", "html", "status"}
_PIECES = 10
_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"


class Delivery(NamedTuple):
    """How an answer reaches the client.

    Attributes:
        answer: What is answered. Its status and headers go out with the first piece.
        pieces: For how many seconds to wait before each piece of the body, and the piece.
        cut: Whether the connection is closed after the pieces as if more were to come.
    """

    answer: Answer
    pieces: list[tuple[float, bytes]]
    cut: bool = False

    @classmethod
    def whole(cls, answer: Answer) -> Delivery:
        """Make the delivery of an answer at once and in one piece."""
        return cls(answer, [(0, answer.content)])

    def with_headers(self, headers: dict[str, str]) -> Delivery:
        """Return the same with more headers."""
        return self._replace(answer=self.answer._replace(headers={**self.answer.headers, **headers}))

    def without_body(self) -> Delivery:
        """Return what HEAD is answered: the head of the same answer, of which nothing is missing."""
        return self._replace(pieces=[(self.pieces[0][0], b"")], cut=False)


def is_handled(fault: Fault) -> bool:
    """Return whether a request that meets this fault is handled, as it would be without."""
    return fault.kind not in _UNHANDLED or fault.after


def apply_fault(fault: Fault, request: Request, answer: Answer) -> Delivery | None:
    """Return what becomes of an answer.

    Args:
        fault: The fault that the request met.
        request: The request.
        answer: The real answer; for a request that was not handled, any with the headers that every answer has.

    Returns:
        What is sent in place of the real answer; None if the connection is closed without an answer.
    """
    kind, content = fault.kind, answer.content
    if kind in ("drop_before", "drop_after") or (kind == "truncate" and not content):
        return None
    if kind == "truncate":
        return Delivery(answer, [(0, content[: len(content) // 2])], cut=True)
    if kind == "slow_drip":
        size = max(1, -(-len(content) // _PIECES))
        starts = range(0, len(content), size)
        return Delivery(answer, [*((fault.seconds or 0, content[at : at + size]) for at in starts), (0, b"")])
    changed = _changed(fault, request, answer)
    return Delivery(changed, [(fault.seconds or 0, changed.content)])


def _changed(fault: Fault, request: Request, answer: Answer) -> Answer:
    if fault.kind == "status":
        return _status(fault, request, answer)
    if fault.kind == "html":
        return Answer(502, {"content-type": "text/html"}, _PAGE)
    if fault.kind == "not_json":
        status = answer.status if 200 <= answer.status < 300 and answer.content else 200
        return Answer(status, {**answer.headers, **JSON}, b"upstream says: OK")
    if fault.kind in ("unknown_enum", "missing_optional", "extra_fields") and answer.content:
        return answer._replace(content=_distorted(fault, request, answer))
    return answer


def _distorted(fault: Fault, request: Request, answer: Answer) -> bytes:
    content = from_json(answer.content)
    if fault.kind == "extra_fields":
        return to_json(extra_fields(content))
    operation = OPERATIONS.get(request.operation or "")
    schema = operation.answers.get(answer.status, {}) if operation else {}
    if fault.kind == "unknown_enum":
        return to_json(unknown_enum(schema, content))
    return to_json(missing_optional(schema, content) if schema else content)


def _status(fault: Fault, request: Request, answer: Answer) -> Answer:
    assert fault.status is not None
    # What the real answer says about its body is not true of this one.
    headers = {name: value for name, value in answer.headers.items() if name != "content-type"}
    if isinstance(fault.body, str):
        made = Answer(fault.status, {**headers, "content-type": "text/plain; charset=utf-8"}, fault.body.encode())
    elif fault.body is None and fault.status >= 400:
        error = RequestRefusedError(fault.status, _phrase(fault.status))
        made = error_answer(error, OPERATIONS.get(request.operation or ""), headers, request.id)
    else:
        made = json_answer(fault.status, fault.body, headers)
    if fault.status == 429:
        made.headers.setdefault("retry-after", "1")
    given = {name.lower(): value for name, value in (fault.headers or {}).items()}
    return made._replace(headers={**made.headers, **given})


def _phrase(status: int) -> str:
    try:
        return f"{http.HTTPStatus(status).phrase}."
    except ValueError:
        return "Something went wrong."
