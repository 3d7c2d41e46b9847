"""The sandbox's own calls under /_sandbox/, for tests in any language, and a page for people that shows what there is.

Each call is one of the sandbox's methods, or with ?account=TOKEN one of the methods of that token's account.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs

from pydantic_core import from_json

from do_nfs_sandbox.api.answers import Answer, error_answer, json_answer
from do_nfs_sandbox.api.errors import RequestRefusedError, not_found
from do_nfs_sandbox.faults.definition import Fault
from do_nfs_sandbox.http.admin_access import check_access
from do_nfs_sandbox.http.asgi import raw_path, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from do_nfs_sandbox.api.requests import Requests
    from do_nfs_sandbox.http.asgi import Receive, Scope

__all__ = ["PREFIX", "answer_admin"]

PREFIX = "/_sandbox/"
_MAX_BODY = 64 * 1024 * 1024  # A state may be large.
_PAGE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
# No other page can show an answer or load it as something else.
_HEADERS = {
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Controls(Protocol):
    """What of a sandbox can be controlled and looked at from outside."""

    @property
    def accounts(self) -> Mapping[str, Controls]: ...
    @property
    def faults(self) -> list[Fault]: ...
    @property
    def requests(self) -> Requests: ...
    def reset(self) -> None: ...
    def seed(self, what: Any) -> None: ...
    def state(self) -> dict[str, Any]: ...
    def inventory(self) -> dict[str, Any]: ...
    def advance(self, seconds: float) -> float: ...
    def add_fault(self, fault: Fault, /) -> Fault: ...
    def clear_faults(self) -> None: ...
    def clear_requests(self) -> None: ...


async def answer_admin(controls: Controls, scope: Scope, receive: Receive, token: str | None) -> Answer:
    """Answer a request whose path starts with PREFIX.

    Args:
        controls: The sandbox that it is for.
        scope: The request.
        receive: Where its body comes from.
        token: What it has to bring; with None, only this machine may make them.

    Raises:
        DisconnectedError: If the client goes away.
    """
    answer = await _answer(controls, scope, receive, token)
    return answer._replace(headers={**answer.headers, **_HEADERS})


async def _answer(controls: Controls, scope: Scope, receive: Receive, token: str | None) -> Answer:
    try:
        check_access(scope, token)
        methods = _CALLS.get(raw_path(scope).removeprefix(PREFIX))
        if methods is None:
            raise not_found(f"path under {PREFIX}: it has " + ", ".join(sorted(filter(None, _CALLS))))
        if scope["method"] not in methods:
            allow = ", ".join(sorted(methods))
            raise RequestRefusedError(405, f"The method must be one of {allow}.", headers={"allow": allow})
        status, call, takes_body = methods[scope["method"]]
        controls = _account(controls, scope["query_string"])
        body = await _read_json(scope, receive) if takes_body else None
        try:
            made = call(controls, body)
            return made if isinstance(made, Answer) else json_answer(status, made)
        except ValueError as error:
            raise RequestRefusedError(400, f"{error}.") from None
    except RequestRefusedError as error:
        return error_answer(error)


def _account(controls: Controls, query_string: bytes) -> Controls:
    """Return the account that a call is for: the sandbox itself unless the query says otherwise."""
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    if not query.keys() <= {"account"}:
        raise RequestRefusedError(400, "The only parameter of these calls is account, a token that has its own.")
    if not query:
        return controls
    account = controls.accounts.get(query["account"][-1])
    if account is None:
        raise not_found("account: no account was made for this token")
    return account


async def _read_json(scope: Scope, receive: Receive) -> Any:
    content = await read(dict(scope["headers"]), receive, _MAX_BODY)
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise RequestRefusedError(400, f"The body must be valid JSON: {error}.") from None


def _page() -> Answer:
    content = resources.files(__package__).joinpath("overview.html").read_bytes()
    return Answer(200, _PAGE_HEADERS, content)


def _advance(controls: Controls, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or body.keys() != {"advance"}:
        raise ValueError('the body must be {"advance": SECONDS}')
    seconds = body["advance"]
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ValueError("advance must be a number of seconds")
    return {"now": controls.advance(seconds)}


def _add_faults(controls: Controls, body: Any) -> dict[str, Any]:
    faults = [Fault.from_json(each) for each in (body if isinstance(body, list) else [body])]
    for fault in faults:
        controls.add_fault(fault)
    return {"faults": [fault.to_json() for fault in faults]}


# By path and method: the status of the good answer, what is called with the body, and whether there is one.
_CALLS: dict[str, dict[str, tuple[int, Callable[[Controls, Any], Any], bool]]] = {
    "": {"GET": (200, lambda *_: _page(), False)},
    "inventory": {"GET": (200, lambda controls, _: controls.inventory(), False)},
    "reset": {"POST": (204, lambda controls, _: controls.reset(), False)},
    "seed": {"POST": (204, lambda controls, body: controls.seed(body), True)},
    "state": {"GET": (200, lambda controls, _: controls.state(), False)},
    "clock": {"POST": (200, _advance, True)},
    "faults": {
        "GET": (200, lambda controls, _: {"faults": [fault.to_json() for fault in controls.faults]}, False),
        "POST": (201, _add_faults, True),
        "DELETE": (204, lambda controls, _: controls.clear_faults(), False),
    },
    "requests": {
        "GET": (200, lambda controls, _: {"requests": [each.to_json() for each in controls.requests]}, False),
        "DELETE": (204, lambda controls, _: controls.clear_requests(), False),
    },
}
