"""Faults as data: what goes wrong, for which requests, and how often."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.contract.routes import OPERATIONS, ROUTES, routes_that_match
from do_nfs_sandbox.contract.schema import InvalidError, Schema

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from do_nfs_sandbox.api.requests import Request

__all__ = ["Fault"]

_MATCH = {
    "operation": {"enum": sorted(OPERATIONS)},
    "method": {"enum": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]},
    "path": {"type": "string"},
    "times": {"type": "integer", "minimum": 1},
    "skip": {"type": "integer", "minimum": 0},
    "rate": {"type": "number", "minimum": 0, "maximum": 1},
    "seed": {"type": "integer"},
}
# No header that HTTP cannot carry, and none that gives the length of the body, which is always sent.
_HEADERS = {
    "type": "object",
    "propertyNames": {"pattern": "^(?!(?i:content-length|transfer-encoding)$)[!#$%&'*+.^_`|~0-9A-Za-z-]+$"},
    "additionalProperties": {"type": "string", "pattern": "^([!-~]([\\t -~]*[!-~])?)?$"},
}
_STATUS = {
    "status": {"type": "integer", "minimum": 200, "maximum": 599},
    "body": {},
    "headers": _HEADERS,
    "after": {"type": "boolean"},
}
_SECONDS = {"seconds": {"type": "number", "minimum": 0, "maximum": 86400}}


def _schema(own: Mapping[str, Any] | None = None, required: Collection[str] = ()) -> Schema:
    return Schema(
        {
            "type": "object",
            "properties": {"kind": {}, **_MATCH, **(own or {})},
            "required": list(required),
            "additionalProperties": False,
        },
        "the fault",
    )


_KINDS = {
    "status": _schema(_STATUS, ["status"]),
    "delay": _schema(_SECONDS, ["seconds"]),
    "drop_before": _schema(),
    "drop_after": _schema(),
    "truncate": _schema(),
    "not_json": _schema(),
    "html": _schema(),
    "unknown_enum": _schema(),
    "extra_fields": _schema(),
    "missing_optional": _schema(),
    "slow_drip": _schema(_SECONDS, ["seconds"]),
    "stuck": _schema(),
    "fail": _schema(),
}


@dataclass(frozen=True)
class Fault:
    """One way in which the sandbox misbehaves, for the requests that match.

    The kinds are:
      status: `status` with `body` and `headers`. The request is not handled, or with `after` it is, and what it did
        stays.
      delay: the real answer after `seconds`. slow_drip: in ten pieces with `seconds` before each. Both handle the
        request at once, as a server does whose answer is on a slow way.
      drop_before, drop_after: the connection is closed without an answer, before or after handling the request.
      truncate: handled; the connection is closed in the middle of the answer's body.
      not_json: handled; a 2xx whose body is not the JSON it says it is.
      html: not handled; a gateway's 502 page.
      unknown_enum, extra_fields, missing_optional: the real answer with enum values that the contract does not
        know, with one more field in every object, or without every field that the contract does not require
        (the share, snapshot, access point, action or list that was asked for stays).
      stuck, fail: what the request creates or changes stays under way for ever, or ends FAILED (an action
        ACTION_FAILED) when it is due.

    A browser's question whether a page may make a request (a preflight) meets no fault.

    Args:
        kind: One of these.
        operation: The operationId that a request has to be for; None is any.
        method: The method that it has to have, in capitals; None is any.
        path: The path that it has to have, as it was sent, exactly or as a pattern such as `/v2/nfs/*`; None is any.
        times: How many requests are hit; 1 if neither it nor `rate` is given.
        skip: How many requests that match are let through first; None is 0.
        rate: In place of `times`, the share of requests that are hit, 0 to 1. It is never used up.
        seed: What the requests that a rate hits are drawn from; None is 0.
        status: For the kind `status`, 200 to 599.
        body: For the kind `status`, JSON data, or a text to send as it is; None is the API's own error.
        headers: For the kind `status`, more headers. A 429 has `retry-after: 1` unless they say otherwise.
        after: For the kind `status`, whether the request is handled.
        seconds: For the kinds `delay` and `slow_drip`, 0 to 86400.

    Raises:
        ValueError: If these do not make a fault; the text says what is wrong.
    """

    kind: str
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    times: int | None = None
    skip: int | None = None
    rate: float | None = None
    seed: int | None = None
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] | None = None
    after: bool = False
    seconds: float | None = None

    def __post_init__(self) -> None:
        _check(self.to_json())
        if self.times is None and self.rate is None:
            object.__setattr__(self, "times", 1)

    @classmethod
    def from_json(cls, data: Any) -> Fault:
        """Make the fault that a JSON object describes.

        Args:
            data: The object, its fields named as the arguments of `Fault`.

        Raises:
            ValueError: If these do not make a fault; the text says what is wrong.
        """
        _check(data)
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        """Return the fields that are given, as data that `from_json` takes."""
        return {
            field.name: value
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) is not None and (field.name != "after" or value)
        }

    def matches(self, request: Request) -> bool:
        """Return whether the fault is for this request, its number of times or rate aside."""
        return (
            (self.method is None or self.method == request.method)
            and (self.path is None or fnmatch.fnmatchcase(request.sent_path, self.path))
            and (self.operation is None or self.operation == request.operation)
        )

    def why_never(self) -> str:
        """Return why no request for an operation can match; the empty text if one can, as far as that can be told."""
        if self.rate == 0:
            return "its rate is 0"
        routes = ROUTES if self.path is None else routes_that_match(self.path)
        if not routes:
            return "no operation has this path"
        asked = [(method, op.id) for route in routes for method in route.methods if (op := route.operation(method))]
        if self.operation:
            asked = [each for each in asked if each[1] == self.operation]
            if not asked:
                return f"{self.operation} has another path"
        methods = sorted({method for method, _ in asked})
        what = self.operation or ("this path" if self.path else "the API")
        return "" if self.method in (None, *methods) else f"{what} takes only {', '.join(methods)}"


def _check(data: Any) -> None:
    if not isinstance(data, dict):
        raise ValueError("a fault must be an object")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"kind must be one of {', '.join(_KINDS)}")
    try:
        _KINDS[kind].check(data)
    except InvalidError as error:
        raise ValueError(str(error)) from None
    if "times" in data and "rate" in data:
        raise ValueError("times and rate exclude each other")
    if "seed" in data and "rate" not in data:
        raise ValueError("seed needs a rate")
    try:
        json.dumps(data.get("body"), allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"body must be JSON data or a text: {error}") from None
    if data.get("status") in (204, 304) and data.get("body") is not None:
        raise ValueError(f"an answer with status {data['status']} has no body")
