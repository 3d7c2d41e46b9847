"""Callers who are refused before the protocol reads anything: what they are told, and what is logged of them."""

import logging
from collections.abc import Callable

from limits.aio.storage import MemoryStorage
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from do_nfs_mcp.transports.http.bearer_token import bearer_token
from do_nfs_mcp.transports.http.client_network import client_network
from do_nfs_mcp.transports.http.rate import Rate
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError

__all__ = ["RefusalMiddleware"]

logger = logging.getLogger(__name__)

_REFUSED = {401: "a failed login", 403: "an Origin that is not allowed", 421: "a Host that is not allowed"}
_AGAIN_SECONDS = 10
# How many a minute are logged, of one address for one reason, and of all.
_MOST_LOGGED, _MOST_LOGGED_IN_ALL = 10, 1000
# The SDK says this of any login that failed.
_FROM_SDK = "Authentication required"


class RefusalMiddleware:
    """Middleware that logs who was refused, says why a login failed, and answers 503 where nobody can be accepted.

    Args:
        app: What refuses callers.
        count: Counts each refusal, given its status.
    """

    def __init__(self, app: ASGIApp, count: Callable[[int], None]) -> None:
        self._app = app
        self._count = count
        # Each process has a log of its own.
        storage = MemoryStorage()
        self._logged = Rate(storage, "logged-refusals", _MOST_LOGGED)
        self._logged_in_all = Rate(storage, "all-logged-refusals", _MOST_LOGGED_IN_ALL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        explained = False

        async def watch(message: Message) -> None:
            nonlocal explained
            if message["type"] == "http.response.start" and message["status"] in _REFUSED:
                await self._log(scope, message["status"])
                self._count(message["status"])
                if message["status"] == 401:
                    explained = True
                    await _explained(message, _problem(scope))(scope, receive, send)
            if not explained:
                await send(message)

        try:
            await self._app(scope, receive, watch)
        except VerifierUnavailableError as error:
            logger.error("Callers cannot be accepted: %s", error)
            answer = PlainTextResponse(
                "Callers cannot be accepted just now.", 503, headers={"retry-after": str(_AGAIN_SECONDS)}
            )
            await answer(scope, receive, send)

    async def _log(self, scope: Scope, status: int) -> None:
        host, port = scope.get("client") or ("an unknown address", 0)
        why = _REFUSED[status] + (f" {_with_which_token(scope)}" if status == 401 else "")
        # What is refused for one reason hides nothing that is refused for another, nor do others' addresses.
        key = f"{client_network(scope)} {why}"
        if not await self._logged.has_room(key) or not await self._logged_in_all.count(""):
            return
        await self._logged.count(key)
        logger.warning("Refused %s port %d: %s", host, port, why)


def _with_which_token(scope: Scope) -> str:
    token = bearer_token(scope)
    return "without a token" if token is None else "with a token" if token else "with an empty token"


def _problem(scope: Scope) -> str:
    """Return why a login failed, for the caller."""
    token = bearer_token(scope)
    if token is None:
        return "The request has no bearer token: send the header Authorization: Bearer TOKEN"
    if not token:
        return "The bearer token is empty: is the variable that it comes from set where the client runs?"
    return "The bearer token is not valid, or has expired: ask whoever runs the server for another"


def _explained(refusal: Message, problem: str) -> JSONResponse:
    """Return the SDK's answer to a failed login with another description."""
    answer = JSONResponse({"error": "invalid_token", "error_description": problem}, 401)
    headers = MutableHeaders(raw=refusal["headers"])
    answer.headers["www-authenticate"] = headers["www-authenticate"].replace(_FROM_SDK, problem)
    return answer
