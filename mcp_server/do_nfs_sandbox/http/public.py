"""What the sandbox tells anybody, without a token: that it is up, and the contract that it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from do_nfs_sandbox.api.answers import Answer, error_answer, json_answer
from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.contract.document import DOCUMENT
from do_nfs_sandbox.http.asgi import raw_path
from do_nfs_sandbox.http.request_parsing import origin_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from do_nfs_sandbox.http.asgi import Scope

__all__ = ["PUBLIC", "answer_public"]

_HEALTH, _CONTRACT = "/_sandbox/health", "/_sandbox/openapi.json"
PUBLIC = frozenset({_HEALTH, _CONTRACT})
"""The paths."""


def answer_public(scope: Scope, headers: Mapping[bytes, bytes]) -> Answer:
    """Answer a request for one of PUBLIC.

    Args:
        scope: The request.
        headers: Its headers, in lower case.
    """
    if scope["method"] not in ("GET", "HEAD"):
        return error_answer(RequestRefusedError(405, "The method must be GET.", headers={"allow": "GET, HEAD"}))
    if raw_path(scope) == _HEALTH:
        return json_answer(200, {"status": "ok"})
    return json_answer(200, {**DOCUMENT, "servers": [{"url": origin_of(scope, headers)}]})
