"""The way of one request: it is let go when the rate limit has room, sent, sent again if that is safe and may help, and
every failure becomes an NfsError. Nothing that changes storage passes when the server is read-only."""

import time
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol, TypeVar

import anyio
import httpx
from do_nfs_client import ApiError, AuthenticatedClient, UnsafeIdError

from do_nfs_mcp.account_token.source import NoTokenError
from do_nfs_mcp.account_token.token import AccountToken, Token
from do_nfs_mcp.api import errors
from do_nfs_mcp.api.asyncio_transport import NotSetUpError
from do_nfs_mcp.api.bounded_answers import AnswerTooLargeError
from do_nfs_mcp.api.callers import current_caller
from do_nfs_mcp.api.certificates import distrust
from do_nfs_mcp.api.changes import change_of, made_by, names_in
from do_nfs_mcp.api.errors import NfsError, Outcome
from do_nfs_mcp.api.operations import OPERATIONS, Operation
from do_nfs_mcp.api.rate_limit import RateLimit, RateLimiter, retry_after
from do_nfs_mcp.api.retries import pause_before_retry
from do_nfs_mcp.api.unreadable import note_unreadable
from do_nfs_mcp.observability import call_record
from do_nfs_mcp.observability.failure import FailureKind

__all__ = ["NoSender", "Request", "RequestSender", "Sender", "operation_of"]

T = TypeVar("T")

Request = partial[Coroutine[Any, Any, T]]
"""An endpoint's `asyncio` of the generated client with all its arguments but the client."""

_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_LONGEST_REQUEST_ID = 80
# Nobody has more to say of an error, and to look through more for a token takes long.
_LONGEST_ERROR = 64 * 1024
# Of the answer to the request that this task has sent last; None if there is none.
_status: ContextVar[int | None] = ContextVar("status", default=None)
_ANSWERED = frozenset({"share", "snapshot", "access_point", "action"})


def operation_of(request: Request[Any]) -> Operation:
    """Return the operation that a request is for, after which the generated client names the endpoint's module."""
    return OPERATIONS[request.func.__module__.rpartition(".")[2]]


class Sender(Protocol):
    """What sends requests."""

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer that told the rate limit said of it; None as long as there was none."""

    async def send(self, request: Request[T]) -> T:
        """Send a request and return its answer. Raises NfsError."""

    async def aclose(self) -> None:
        """Close the connections."""


class NoSender:
    """Stands in for a sender where there can be none. reason: What every request then fails with."""

    rate_limit: RateLimit | None = None

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def send(self, request: Request[T]) -> T:
        """Fail. Raises NfsError."""
        raise NfsError(self._reason, kind=FailureKind.FAILED)

    async def aclose(self) -> None:
        """Do nothing."""


class RequestSender:
    """Sends requests.

    Args:
        client: The connection. Which token it has is of no matter.
        token: The account's token.
        read_only: Refuse every operation that changes anything.
        max_in_flight: How many requests may be under way at once.
        clock: The time, in seconds since 1970.
        sleep: Waits for so many seconds.
        prepare: Called with the httpx client before it is first used.
        count: Called for each request with the operation's name and the answer's status, None if there was none.
    """

    def __init__(
        self,
        client: AuthenticatedClient,
        token: AccountToken,
        *,
        read_only: bool = False,
        max_in_flight: int = 16,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        prepare: Callable[[httpx.AsyncClient], None] = lambda _: None,
        count: Callable[[str, int | None], None] = lambda *_: None,
    ) -> None:
        self._client = client
        self._token = token
        self._read_only = read_only
        self._clock = clock
        self._sleep = sleep
        self._limiter = RateLimiter(max_in_flight, clock, sleep)
        self._prepare = prepare
        self._count = count
        self._masked = token.masked

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer that told the rate limit said of it; None as long as there was none."""
        return self._limiter.rate_limit

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(self, request: Request[T]) -> T:
        """Send a request, again if that is safe and may help, and return its answer.

        Raises:
            NfsError: The API refused it, could not be reached, or answered what cannot be read; or it would change
                something, and that may not be done.
        """
        operation = operation_of(request)
        if not operation.is_mutating:
            answer = await self._send_repeatedly(operation, request)
            call_record.note_names(names_in(answer))
            note_unreadable(answer, self._masked)
            return answer
        if self._read_only:
            raise NfsError("This server is read-only, and this would change storage. Nothing was done.")
        try:
            change = call_record.note_change(change_of(operation, request.keywords))
        except OSError as error:
            raise errors.not_audited(error) from error
        try:
            answer = await self._send_repeatedly(operation, request)
        except NfsError as error:
            change["result"] = _result(error)
            raise
        change |= {"result": "accepted", **made_by(answer)}
        note_unreadable(answer, self._masked)
        return answer

    async def _send_repeatedly(self, operation: Operation, request: Request[T]) -> T:
        failed: list[NfsError] = []
        while True:
            try:
                return await self._send_once(operation, request)
            except NfsError as error:
                failed.append(error)
                pause = pause_before_retry(operation, error, len(failed))
                if pause is None:
                    raise errors.after_attempts(failed) from error.__cause__
            await self._sleep(pause)

    async def _send_once(self, operation: Operation, request: Request[T]) -> T:
        """Send a request, again with another token if the API takes the first no longer and there is another."""
        try:
            token = await self._token.get()
        except NoTokenError as error:
            raise errors.without_token(error) from error
        try:
            return await self._send_with(token, operation, request)
        except NfsError as error:
            if error.status != 401:
                raise
            other = await self._other_token(token, error)
        return await self._send_with(other, operation, request)

    async def _other_token(self, refused: Token, error: NfsError) -> Token:
        """Return another token than the one that was refused. Raises the error if there is none."""
        try:
            other = await self._token.replace(refused)
        except NoTokenError as failure:
            raise error.with_note(f"Another could not be had: {failure.problem}.") from error.__cause__
        if other is None:
            raise error
        return other

    async def _send_with(self, token: Token, operation: Operation, request: Request[T]) -> T:
        try:
            self._watch(self._client.get_async_httpx_client())
        except (ValueError, ImportError, OSError) as error:
            raise errors.not_set_up(str(error)) from error
        try:
            async with self._limiter.request(current_caller()):
                # Nothing comes between this and the request, which takes it at once.
                self._authorize(token)
                return await self._counted(operation, request)
        except UnsafeIdError as error:
            raise errors.unsafe_id(error.text) from error
        except ApiError as error:
            raise self._refused(operation, error) from error
        except NotSetUpError as error:
            raise errors.not_set_up(str(error)) from error
        except _NOTHING_SENT as error:
            if reason := distrust(error):
                raise errors.not_trusted(self._client.base_url, reason) from error
            raise errors.unreachable(self._client.base_url, type(error).__name__) from error
        except AnswerTooLargeError as error:
            raise errors.too_large(operation, error.max_bytes) from error
        except httpx.TimeoutException as error:
            raise errors.lost(operation, f"took too long ({type(error).__name__})", Outcome.OPEN) from error
        except httpx.InvalidURL as error:
            raise errors.unsendable(str(error)) from error
        except httpx.HTTPError as error:
            raise errors.lost(operation, f"broke off ({type(error).__name__})", Outcome.ENDED) from error

    async def _counted(self, operation: Operation, request: Request[T]) -> T:
        _status.set(None)
        try:
            return await request(client=self._client)
        finally:
            self._count(operation.name, _status.get())

    def _authorize(self, token: Token) -> None:
        if self._client.token != token.value:
            self._client.token = token.value
            self._client.get_async_httpx_client().headers["Authorization"] = f"Bearer {token.value}"

    def _watch(self, http: httpx.AsyncClient) -> None:
        hooks = http.event_hooks["response"]
        # In front of the client's own, which raises for an error: an error's headers count, too.
        if self._note not in hooks:
            hooks.insert(0, self._note)
            http.event_hooks["request"].append(_note_request)
            self._prepare(http)

    def _refused(self, operation: Operation, error: ApiError) -> NfsError:
        # Whatever the server says, it could send the token back.
        code, message, request_id = map(self._told, (error.code, error.message, error.request_id))
        shown: BaseException | None = error
        while shown:
            self._mask(shown)
            shown = shown.__cause__ or shown.__context__
        status = error.status_code
        if 200 <= status < 300:
            # What has what the operation answers with is from the API, as such a status is, and no proxy's.
            is_made = operation.is_mutating and (error.was_taken or not _ANSWERED.isdisjoint(error.body))
            return errors.unreadable(operation, self._told(error.unreadable), is_made=is_made)
        return errors.refused(
            operation,
            status,
            code,
            message,
            request_id,
            retry_after(status, error.headers, self._clock()),
            self._token.source,
        )

    def _mask(self, error: BaseException) -> None:
        """Mask what is shown of an error where the one that is raised for it is logged."""
        error.args = tuple(self._told(part) if isinstance(part, str) else part for part in error.args)

    def _told(self, text: str) -> str:
        """Return what an error says without the token; nothing of it if it is too long."""
        return self._masked(text) if len(text) <= _LONGEST_ERROR else f"{len(text)} characters, which are left out"

    async def _note(self, response: httpx.Response) -> None:
        _status.set(response.status_code)
        self._limiter.note(response.headers)
        request_id = response.headers.get("x-request-id", "")
        call_record.note_answer(response.request.method, response.status_code, request_id[:_LONGEST_REQUEST_ID])


def _result(error: NfsError) -> str:
    """Return what is known of a change that failed, as a word for the audit."""
    # One that was sent again may have been carried out the first time.
    if error.outcome is Outcome.MADE:
        return "accepted"
    if error.is_unknown or (error.attempts > 1 and not error.nothing_done):
        return "unknown"
    return "refused" if error.status else "not sent"


async def _note_request(request: httpx.Request) -> None:
    call_record.note_request(request.method)
