"""What the client raises for an answer that is not a success."""

import json
from collections.abc import Mapping
from types import MappingProxyType


class ApiError(Exception):
    """The API answered with a status outside 200 to 299. Every operation raises it, whatever the body is.

    Attributes:
        status_code: The HTTP status.
        content: The body as it came.
        headers: The answer's headers.
        code: The body's short word for the error (`id`, or `code` on access points); empty if it has none.
        message: The body's own words; empty if the body is not JSON of a known shape.
        request_id: What to quote to the vendor's support; empty if there is none.
    """

    def __init__(
        self, status_code: int, content: bytes, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.status_code = status_code
        self.content = content
        self.headers = headers
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            body = {}
        self.code = str(body.get("id") or body.get("code") or "")
        self.message = str(body.get("message") or "")
        self.request_id = str(body.get("request_id") or headers.get("x-request-id") or "")
        super().__init__(f"{status_code} {self.code or 'error'}: {self.message or 'no message'}")


__all__ = ["ApiError"]
