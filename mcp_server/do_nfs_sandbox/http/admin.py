"""The sandbox's own calls under /_sandbox/, for tests in any language, and a page for people that shows what there is.
Thin: each call is one of Sandbox's methods."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from do_nfs_sandbox.api.errors import RequestRefusedError, not_found
from do_nfs_sandbox.faults.definition import Fault
from do_nfs_sandbox.http.asgi import ADMIN_PREFIX, Answer, error_content, json_answer, raw_path, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from do_nfs_sandbox.http.asgi import Receive, Scope
    from do_nfs_sandbox.http.sandbox import Sandbox

_MAX_BODY = 64 * 1024 * 1024  # A state may be large.
_PAGE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


async def answer_admin(sandbox: Sandbox, scope: Scope, receive: Receive) -> Answer:
    """Answers a request whose path starts with ADMIN_PREFIX. Raises DisconnectedError."""
    try:
        methods = _CALLS.get(raw_path(scope).removeprefix(ADMIN_PREFIX))
        if methods is None:
            raise not_found("path under /_sandbox/: it has " + ", ".join(sorted(filter(None, _CALLS))))
        if scope["method"] not in methods:
            allow = ", ".join(sorted(methods))
            raise RequestRefusedError(405, f"The method must be one of {allow}.", headers={"allow": allow})
        status, call, takes_body = methods[scope["method"]]
        body = await _read_json(scope, receive) if takes_body else None
        try:
            made = call(sandbox, body)
            return made if isinstance(made, Answer) else json_answer(status, made)
        except ValueError as error:
            raise RequestRefusedError(400, f"{error}.") from None
    except RequestRefusedError as error:
        return json_answer(error.status, error_content(error), error.headers)


async def _read_json(scope: Scope, receive: Receive) -> Any:
    content = await read(dict(scope["headers"]), receive, _MAX_BODY)
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise RequestRefusedError(400, f"The body must be valid JSON: {error}.") from None


def _advance(sandbox: Sandbox, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or body.keys() != {"advance"}:
        raise ValueError('the body must be {"advance": SECONDS}')
    seconds = body["advance"]
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ValueError("advance must be a number of seconds")
    return {"now": sandbox.advance(seconds)}


def _page() -> Answer:
    content = resources.files(__package__).joinpath("overview.html").read_bytes()
    return Answer(200, _PAGE_HEADERS, content)


def _add_faults(sandbox: Sandbox, body: Any) -> dict[str, Any]:
    faults = [Fault.from_json(each) for each in (body if isinstance(body, list) else [body])]
    for fault in faults:
        sandbox.add_fault(fault)
    return {"faults": [fault.to_json() for fault in faults]}


# By path and method: the status of the good answer, what is called with the body, and whether there is one.
_CALLS: dict[str, dict[str, tuple[int, Callable[[Sandbox, Any], Any], bool]]] = {
    "": {"GET": (200, lambda *_: _page(), False)},
    "inventory": {"GET": (200, lambda sandbox, _: sandbox.inventory(), False)},
    "reset": {"POST": (204, lambda sandbox, _: sandbox.reset(), False)},
    "seed": {"POST": (204, lambda sandbox, body: sandbox.seed(body), True)},
    "state": {"GET": (200, lambda sandbox, _: sandbox.state(), False)},
    "clock": {"POST": (200, _advance, True)},
    "faults": {
        "GET": (200, lambda sandbox, _: {"faults": [fault.to_json() for fault in sandbox.faults]}, False),
        "POST": (201, _add_faults, True),
        "DELETE": (204, lambda sandbox, _: sandbox.clear_faults(), False),
    },
    "requests": {
        "GET": (200, lambda sandbox, _: {"requests": [each.to_json() for each in sandbox.requests]}, False),
        "DELETE": (204, lambda sandbox, _: sandbox.clear_requests(), False),
    },
}
