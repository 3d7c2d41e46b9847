"""What the client raises of its own."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class ApiError(Exception):
    """The API answered with anything but a success that the contract has. Every operation raises it.

    Most often the status is outside 200 to 299. If it is not, the answer is one that cannot be read, and what was asked
    for may have been done; if `was_taken`, it has been, or will be.

    Attributes:
        status_code: The HTTP status.
        content: The body as it came.
        body: The body, if it is an object in JSON; otherwise an empty one.
        headers: The answer's headers.
        code: The body's short word for the error (`id`, or `code` on access points); empty if it has none.
        message: The body's own words; empty if the body is not JSON of a known shape.
        request_id: What to quote to DigitalOcean's support; empty if there is none.
        unreadable: Why a success cannot be read; empty if the status is outside 200 to 299.
        was_taken: Whether the API has taken a change all the same: the status is 201 or 202, which nothing but the API
            gives.
    """

    def __init__(
        self,
        status_code: int,
        content: bytes,
        headers: Mapping[str, str] = MappingProxyType({}),
        unreadable: str = "",
    ) -> None:
        self.status_code = status_code
        self.content = content
        self.headers = headers
        is_success = 200 <= status_code < 300
        self.unreadable = (unreadable or "the contract has no such success") if is_success else ""
        self.was_taken = status_code in (201, 202)
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = None
        self.body: dict[str, Any] = body if isinstance(body, dict) else {}
        self.code = str(self.body.get("id") or self.body.get("code") or "")
        self.message = str(self.body.get("message") or "")
        self.request_id = str(self.body.get("request_id") or headers.get("x-request-id") or "")
        super().__init__(
            f"{status_code}, which cannot be read: {self.unreadable}. "
            + (
                "The API has taken the change"
                if self.was_taken
                else "What was asked for may have been done"
            )
            if is_success
            else f"{status_code} {self.code or 'error'}: {self.message or 'no message'}"
        )


class UnsafeIdError(ValueError):
    """An id would make a request another one, so nothing was sent.

    An id in a request is a text of 1 to 64 letters, digits, `-`, `_` and `~`, or a whole number.

    Attributes:
        name: The argument.
        text: The id.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        super().__init__(
            f"{name} has to be 1 to 64 letters, digits, hyphens, underscores or tildes, but is {text[:80]!r}"
        )


__all__ = ["ApiError", "UnsafeIdError"]
