"""The bearer token that a request brings."""

import re

from starlette.datastructures import Headers
from starlette.types import Scope

__all__ = ["bearer_token"]

_BEARER = re.compile(r"bearer(?: +(.*))?", re.IGNORECASE)


def bearer_token(scope: Scope) -> str | None:
    """Return the token; "" if its place is empty, and None if the request has no place for one."""
    found = _BEARER.fullmatch(Headers(scope=scope).get("authorization", ""))
    return (found[1] or "").strip() if found else None
