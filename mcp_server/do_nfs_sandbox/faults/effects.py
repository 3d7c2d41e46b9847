"""What each kind of fault does with a request."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.contract.schema import OPERATIONS
from do_nfs_sandbox.faults import distortion
from do_nfs_sandbox.http.asgi import Answer, DroppedError, error_content, json_answer, send_answer, send_start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from do_nfs_sandbox.api.requests import Request
    from do_nfs_sandbox.faults.definition import Fault
    from do_nfs_sandbox.http.asgi import Send, Sleep

# These kinds leave the request unhandled; `status` does unless it is told `after`.
_UNHANDLED = {"drop_before", "html", "status"}
_PIECES = 10
_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"


def handles(fault: Fault) -> bool:
    """Whether the request is handled, as it would be without the fault."""
    return fault.kind not in _UNHANDLED or fault.after


async def misbehave(fault: Fault, request: Request, answer: Answer, send: Send, sleep: Sleep) -> None:
    """Sends what the fault makes of `answer`, and notes in `request` what was answered.

    answer: the real one; for a fault that leaves the request unhandled, any with the headers every answer has.
    Raises DroppedError where the connection has to be closed.
    """
    if fault.kind in ("drop_before", "drop_after"):
        raise DroppedError
    answer = _changed(fault, request, answer)
    request.status = answer.status
    if fault.kind == "delay":
        await sleep(fault.seconds or 0)
    if fault.kind == "truncate":
        await _truncate(send, answer)
    if fault.kind == "slow_drip":
        await _drip(send, answer, fault.seconds or 0, sleep)
    else:
        await send_answer(send, answer)


def _changed(fault: Fault, request: Request, answer: Answer) -> Answer:
    if fault.kind == "status":
        return _status(fault, request, answer.headers)
    if fault.kind == "html":
        return Answer(502, {"content-type": "text/html"}, _PAGE)
    if fault.kind == "not_json":
        status = answer.status if 200 <= answer.status < 300 and answer.content else 200
        return Answer(status, {**answer.headers, "content-type": "application/json"}, b"upstream says: OK")
    if fault.kind in ("unknown_enum", "missing_optional", "extra_fields") and answer.content:
        return answer._replace(content=json_answer(200, _distorted(fault, request, answer)).content)
    return answer


def _distorted(fault: Fault, request: Request, answer: Answer) -> Any:
    content = from_json(answer.content)
    if fault.kind == "extra_fields":
        return distortion.extra_fields(content)
    operation = OPERATIONS.get(request.operation or "")
    schema = operation.answers.get(answer.status, {}) if operation else {}
    if fault.kind == "unknown_enum":
        return distortion.unknown_enum(schema, content)
    return distortion.missing_optional(schema, content) if schema else content


def _status(fault: Fault, request: Request, headers: Mapping[str, str]) -> Answer:
    assert fault.status is not None
    # What the real answer says about its body is not true of this one.
    headers = {name: value for name, value in headers.items() if name != "content-type"}
    given = {name.lower(): value for name, value in (fault.headers or {}).items()}
    if isinstance(fault.body, str):
        answer = Answer(fault.status, {**headers, "content-type": "text/plain; charset=utf-8"}, fault.body.encode())
    elif fault.body is None and fault.status >= 400:
        error = RequestRefusedError(fault.status, _words(fault.status))
        answer = json_answer(fault.status, error_content(error, OPERATIONS.get(request.operation or "")), headers)
    else:
        answer = json_answer(fault.status, fault.body, headers)
    return answer._replace(headers={**answer.headers, **given})


def _words(status: int) -> str:
    try:
        return f"{http.HTTPStatus(status).phrase}."
    except ValueError:
        return "Something went wrong."


async def _truncate(send: Send, answer: Answer) -> None:
    if answer.content:
        await send_start(send, answer)
        half = answer.content[: len(answer.content) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
    raise DroppedError


async def _drip(send: Send, answer: Answer, seconds: float, sleep: Sleep) -> None:
    await send_start(send, answer)
    size = max(1, -(-len(answer.content) // _PIECES))
    for start in range(0, len(answer.content), size):
        await sleep(seconds)
        piece = answer.content[start : start + size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
