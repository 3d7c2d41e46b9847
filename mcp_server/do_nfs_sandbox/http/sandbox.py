"""The sandbox: what a test can do with it, and what happens to a request before and after its operation."""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from collections import deque
from contextlib import suppress
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from do_nfs_sandbox.api.answer_cache import AnswerCache
from do_nfs_sandbox.api.answers import JSON, Answer, error_answer, json_answer
from do_nfs_sandbox.api.call import Call
from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.api.masking import Masking
from do_nfs_sandbox.api.operations import HANDLERS, list_shares, list_snapshots
from do_nfs_sandbox.api.rate_limit import RateLimit
from do_nfs_sandbox.api.requests import Request, Requests
from do_nfs_sandbox.api.tokens import Tokens
from do_nfs_sandbox.contract.routes import OPERATIONS
from do_nfs_sandbox.faults.definition import Fault
from do_nfs_sandbox.faults.effects import Delivery, apply_fault, is_handled
from do_nfs_sandbox.faults.queue import FaultQueue
from do_nfs_sandbox.http.admin import PREFIX, answer_admin
from do_nfs_sandbox.http.arguments import check_arguments
from do_nfs_sandbox.http.asgi import DisconnectedError, DroppedError, deliver, raw_path, read
from do_nfs_sandbox.http.cors import answer_preflight, cors_headers, is_preflight
from do_nfs_sandbox.http.pauses import pause
from do_nfs_sandbox.http.public import PUBLIC, answer_public
from do_nfs_sandbox.http.request_parsing import MAX_BODY, find_operation, origin_of, read_body, read_query, record_body
from do_nfs_sandbox.state.new_ids import Ids
from do_nfs_sandbox.state.regions import REGIONS
from do_nfs_sandbox.state.scenarios import scenario
from do_nfs_sandbox.state.seeds import dump, dump_vpcs, load
from do_nfs_sandbox.state.store import Store
from do_nfs_sandbox.state.vpcs import vpcs_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from do_nfs_sandbox.contract.routes import Operation
    from do_nfs_sandbox.http.asgi import Headers, Receive, Scope, Send, Sleep

__all__ = ["Sandbox"]

_MAX_HEADERS = 16 * 1024
_END_OF_TIME = 253402300799  # gmtime() goes no further than the year 9999.
# Its first sentence is the API's.
_NOT_ACCEPTED = (
    "The token was not accepted. It must be a bearer token: dop_v1_ and 64 hexadecimal digits, or a declared one."
)
_WITHOUT_ADMIN = RequestRefusedError(
    404, "There are no calls under /_sandbox/ without admin: start the sandbox with --admin, in Python with admin=True."
)
_log = logging.getLogger("do_nfs_sandbox")


class Sandbox:
    """DigitalOcean's NFS API with real state, as an ASGI application.

    Give it to `SandboxTransport`, or to a server such as uvicorn.

    Args:
        db: What keeps the state: a file, or ":memory:".
        ready_after: For how many seconds a change is under way.
        tokens: The scopes of tokens, by token. Any other in DigitalOcean's format is accepted and has every scope.
        limits: How many requests each token may make in an hour and in a minute; None for no limit.
        clock: Returns what time it is, in seconds since 1970; None is `time.time`, or what a test puts in its place.
        seed: What to start from, as `seed()` takes it; None is what `db` holds.
        accounts: Sandboxes that are accounts of their own, by token. A request with such a token is for that sandbox
            alone, which has its own state, faults and requests, and has to accept the token. `advance()` and `reset()`
            reach them too.
        id_seed: A number or a text that ids are made from, so that they are the same in every run; None draws them.
            Each of several accounts needs one of its own, or their ids are the same.
        keep_requests: How many of the last requests `requests` has; None is all.
        on_request: Called with each request, once it is known what is answered, or that nothing is. What it raises is
            logged, and changes no answer.
        admin: Whether the calls under /_sandbox/ exist. Web pages of other origins cannot use them.
        admin_token: What these calls have to bring; with None or an empty one, only this machine may make them.
        strict_names: Whether the names of new shares have to keep to the rule of DigitalOcean's Terraform provider:
            lowercase letters, digits and hyphens, at most 64, the first a letter.
        regions: The slugs of the regions that the account sees, in place of those with the product.
        vpcs: The account's VPCs, as `seed()` takes them, in place of two in each region. Like a seed they replace what
            `db` holds, and so do regions.
        sleep: Waits for so many seconds, where a fault says so. An `httpx.Client` needs one without an event loop.

    Raises:
        StoreError: If `db` cannot be used.
        ValueError: If an argument is of the wrong kind, a limit is below 1, `ready_after` below 0, or if `seed()`
            refuses the seed or the VPCs.

    Example:
        >>> sandbox = Sandbox(seed="examples")
        >>> [share["name"] for share in sandbox.state()["shares"]]
        ['sammy-share-drive', 'sammy-old-drive']
        >>> fault = sandbox.add_fault("status", status=503, operation="create_share", times=2)
        >>> sandbox.faults == [fault]
        True
        >>> sandbox.reset()
        >>> sandbox.faults
        []
        >>> sandbox.close()
    """

    def __init__(
        self,
        db: str | Path = ":memory:",
        *,
        ready_after: float = 2.0,
        tokens: Mapping[str, Collection[str]] | None = None,
        limits: tuple[int, int] | None = None,
        clock: Callable[[], float] | None = None,
        seed: str | Mapping[str, Any] | None = None,
        accounts: Mapping[str, Sandbox] | None = None,
        id_seed: int | str | None = None,
        keep_requests: int | None = None,
        on_request: Callable[[Request], object] | None = None,
        admin: bool = False,
        admin_token: str | None = None,
        strict_names: bool = False,
        regions: Collection[str] | None = None,
        vpcs: Sequence[Mapping[str, Any]] | None = None,
        sleep: Sleep = pause,
    ) -> None:
        if HANDLERS.keys() != OPERATIONS.keys():
            raise RuntimeError(f"contract and handlers differ: {sorted(HANDLERS.keys() ^ OPERATIONS.keys())}")
        check_arguments(
            db=db,
            ready_after=ready_after,
            tokens=tokens,
            limits=limits,
            clock=clock,
            accounts=accounts,
            keep_requests=keep_requests,
            on_request=on_request,
            admin=admin,
            admin_token=admin_token,
            strict_names=strict_names,
            regions=regions,
            sleep=sleep,
        )
        if not ready_after >= 0:
            raise ValueError("ready_after must be at least 0 seconds")
        self._ready_after = ready_after
        self._tokens = Tokens(tokens or {})
        self.accounts = dict(accounts or {})
        self._accounts = {
            token.encode(): (number, self.accounts[token]) for number, token in enumerate(self.accounts, 1)
        }
        self._limits, self._rate_limit = limits, RateLimit(limits)
        self._clock, self._ids = clock, Ids(id_seed)
        self._seed, self.sleep = seed, sleep
        self._admin, self._admin_token = admin, admin_token
        of_accounts = chain.from_iterable(account._masking.tokens for account in self.accounts.values())
        self._masking: Masking = Masking([*(tokens or ()), *self.accounts, admin_token or "", *of_accounts])
        self._strict_names = strict_names
        self._regions = REGIONS if regions is None else tuple(regions)
        self._vpcs = vpcs
        if vpcs is None and regions is not None:
            self._vpcs = dump_vpcs(vpcs_in(self._regions))
        if seed is None and self._vpcs is not None:
            seed = "empty"
        self._faults = FaultQueue()
        self._requests: deque[Request] = deque(maxlen=keep_requests)
        self._recording = threading.Lock()
        # One number for each request, whichever threads they come in.
        self._numbers, self._on_request = count(1), on_request
        self.store = Store(db, self._ids)
        self._clock_offset = self.store.clock_offset
        self._cache = AnswerCache(self.store)
        if seed is not None:
            try:
                self.seed(seed)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Close the store. What was in memory is gone."""
        self.store.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # For tests

    def reset(self) -> None:
        """Make it and its accounts as new: the state seeded or none, the clock right, no faults, no requests."""
        for account in set(self.accounts.values()):
            account.reset()
        self._move_clock(0.0)
        self._rate_limit = RateLimit(self._limits)
        self.clear_faults()
        self.clear_requests()
        self.seed("empty" if self._seed is None else self._seed)

    def seed(self, what: str | Mapping[str, Any]) -> None:
        """Replace the state, and nothing else.

        Args:
            what: The name of a scenario:
              empty: nothing but the account's VPCs.
              examples: what the contract's examples name, all of it ACTIVE.
              team: a small company's shares in every status, two of one name, with snapshots and access points.
              many: 1,000 shares; `{"scenario": "many", "shares": 50}` makes 50.
              Or a state of the shape that `state()` returns, in which only these are required: a share's `name` and
              `region`; a snapshot's `share_id` and `name`; an access point's `share_id`, `name` and `path`; an action's
              `type`, `resource_id` and `region`; a VPC's `name` and `region`. The rest is then as if it had been made
              just now and was done. Without `vpcs` the account has those that it has at the start.

        Raises:
            ValueError: If it is anything else; the text says what is wrong. The state is then as before.
        """
        now = self._now()
        state = scenario(what, now)
        if self._vpcs is not None:
            state = {"vpcs": self._vpcs, **state}
        rows = load(state, now, self._ids)
        try:
            with self.store.transaction(now, write=True):
                self.store.replace_everything(rows)
        except sqlite3.Error as error:
            raise ValueError(f"the state cannot be stored: {error}") from error

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Return all there is, as data that JSON and `seed()` take.

        Returns:
            `shares`, `snapshots`, `access_points` (deleted ones too), `actions` and `vpcs`, each a list, oldest first.
            Times are seconds since 1970; an action that never ends has None in `completes_at`.
        """
        with self.store.transaction(self._now(), write=False):
            return dump(self.store.everything())

    def inventory(self) -> dict[str, Any]:
        """Return all shares and snapshots as the API shows them. No request is counted or kept, and no fault applies.

        Returns:
            `now`, in seconds since 1970, `shares` and `snapshots`.
        """
        now = self._now()
        call = Call(store=self.store, now=now, done_at=now, path={}, query={}, body=None, url="")
        with self.store.transaction(now, write=False):
            return {"now": now, **list_shares(call), **list_snapshots(call)}

    def advance(self, seconds: float) -> float:
        """Move the clock on, that of its accounts too, so that what is due by then happens and rate limits recover.

        Args:
            seconds: By how much, 0 or more.

        Returns:
            What time it is now, in seconds since 1970.

        Raises:
            ValueError: If the clock would go back, or beyond the year 9999.
        """
        if not 0 <= seconds < math.inf:
            raise ValueError("the clock can only be moved on, by 0 seconds or more")
        moved = {self, *self.accounts.values()}
        if any(seconds > _END_OF_TIME - each._now() for each in moved):
            raise ValueError("the clock ends with the year 9999")
        for each in moved:
            each._move_clock(each._clock_offset + seconds)
        return self._now()

    def add_fault(self, fault: str | Fault, /, **fields: Any) -> Fault:
        """Queue a fault. The first in the queue that matches a request applies to it.

        Args:
            fault: The fault, or the kind of one.
            fields: With a kind, the other arguments of `Fault`.

        Returns:
            The fault.

        Raises:
            ValueError: If these do not make a fault; the text says what is wrong.
            TypeError: If no fault has such a field.
        """
        made = Fault(fault, **fields) if isinstance(fault, str) else fault
        self._faults.add(made)
        return made

    @property
    def faults(self) -> list[Fault]:
        """The faults that can still apply, `times` and `skip` being what is left of each."""
        return self._faults.remaining()

    @property
    def unused_faults(self) -> list[Fault]:
        """The faults that have hit no request yet: in a test, most often a mistake in what they match."""
        return self._faults.never_hit()

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    @property
    def requests(self) -> Requests:
        """The requests to the API that were received, newest last. Those for paths under /_sandbox/ are none."""
        return Requests(self._requests)

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        with self._recording:
            self._requests.clear()
            self._numbers = count(1)

    # For servers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it.

        Raises:
            DroppedError: If a fault has the connection closed. `SandboxTransport` and `serving` do it.
        """
        if scope["type"] == "http":
            try:
                await deliver(send, await self.respond(scope, receive), self.sleep)
            except DisconnectedError:
                return
        elif scope["type"] == "lifespan":
            while (await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        else:
            raise NotImplementedError(f"The sandbox does not speak {scope['type']}.")

    async def respond(self, scope: Scope, receive: Receive) -> Delivery:
        """Handle one request.

        Args:
            scope: The request, as ASGI has it.
            receive: Where its body comes from.

        Returns:
            What is answered, and in which pieces, for the server that sends it to the client.

        Raises:
            DroppedError: If a fault closes the connection without an answer.
            DisconnectedError: If the client goes away.
        """
        delivery = await self._respond(scope, receive)
        return delivery.without_body() if scope["method"] == "HEAD" else delivery

    async def _respond(self, scope: Scope, receive: Receive) -> Delivery:
        path, headers = raw_path(scope), dict(scope["headers"])
        if path.startswith(PREFIX):
            return await self._respond_for_itself(path, headers, scope, receive)
        if self._admin and path == "/":
            return Delivery.whole(Answer(307, {"location": PREFIX}, b""))
        # A browser's question has no token that would say whose it is.
        if is_preflight(scope["method"], headers):
            request, delivery = self._received(scope, path, 0, self._masking), Delivery.whole(answer_preflight(headers))
            request.status = delivery.answer.status
            self._observe(request)
            return delivery
        number, account = 0, self
        if self._accounts:
            token = headers.get(b"authorization", b"").partition(b" ")[2].strip()
            number, account = self._accounts.get(token, (0, self))
        request = account._received(scope, path, number, self._masking)
        delivery = await account._exchange(scope, headers, receive, request)
        if b"origin" in headers:
            delivery = delivery.with_headers(cors_headers(headers))
        return delivery

    async def _respond_for_itself(self, path: str, headers: Headers, scope: Scope, receive: Receive) -> Delivery:
        """Handle what is not for the API. It is not kept, and meets no fault."""
        if path in PUBLIC:
            if is_preflight(scope["method"], headers):
                return Delivery.whole(answer_preflight(headers))
            return Delivery.whole(answer_public(scope, headers)).with_headers(cors_headers(headers))
        # Pages of other origins may not make admin calls.
        if self._admin:
            return Delivery.whole(await answer_admin(self, scope, receive, self._admin_token))
        return Delivery.whole(error_answer(_WITHOUT_ADMIN))

    def _received(self, scope: Scope, path: str, account: int, masking: Masking) -> Request:
        query, sent = scope["query_string"].decode("latin-1"), scope["headers"]
        now = self._now()
        with self._recording:
            number = next(self._numbers)
            request = Request(scope["method"], path, query, now, number, account, sent, self._ids, masking)
            self._requests.append(request)
        return request

    async def _exchange(self, scope: Scope, headers: Headers, receive: Receive, request: Request) -> Delivery:
        fault = self._faults.take(request)
        try:
            if fault is None:
                delivery: Delivery | None = Delivery.whole(await self._answer(scope, headers, receive, request))
            else:
                answering = self._answer if is_handled(fault) else self._unhandled
                delivery = apply_fault(fault, request, await answering(scope, headers, receive, request, fault))
        except BaseException:
            # The client has gone away, or the server ends while it waits for the rest of the body.
            request.unanswered = "disconnected"
            self._observe(request)
            raise
        if delivery is None:
            request.unanswered = "dropped"
            self._observe(request)
            raise DroppedError
        request.status = delivery.answer.status
        if self._on_request is not None:
            self._observe(request)
        return delivery

    def _observe(self, request: Request) -> None:
        if self._on_request is None:
            return
        try:
            self._on_request(request)
        except Exception:
            # What was asked for is done, and a client that was told otherwise would do it again.
            _log.exception("on_request failed")

    async def _unhandled(
        self, scope: Scope, headers: Headers, receive: Receive, request: Request, fault: Fault
    ) -> Answer:
        """Take in a request that a fault answers. Returns no more than the headers that every answer has."""
        with suppress(RequestRefusedError, ValueError):  # The fault decides what is answered.
            content = await read(headers, receive, MAX_BODY)
            record_body(request, content, from_json(content, allow_inf_nan=False))
        token, _ = self._tokens.authenticate(headers.get(b"authorization", b""))
        return Answer(200, self._rate_limit.spend(token, request.time)[0], b"")

    async def _answer(
        self, scope: Scope, headers: Headers, receive: Receive, request: Request, fault: Fault | None = None
    ) -> Answer:
        now, kind = request.time, fault.kind if fault else None
        token, scopes = self._tokens.authenticate(headers.get(b"authorization", b""))
        answer_headers, wait = self._rate_limit.spend(token, now)
        operation: Operation | None = None
        try:
            if len(b"".join(chain.from_iterable(scope["headers"]))) > _MAX_HEADERS:
                raise RequestRefusedError(431, f"The headers must have at most {_MAX_HEADERS} bytes.")
            if token is None:
                raise RequestRefusedError(401, _NOT_ACCEPTED)
            if wait:
                raise RequestRefusedError(429, "The rate limit is used up.", headers={"retry-after": str(wait)})
            operation, path = find_operation(request.method, request.sent_path)
            if operation.scope not in scopes:
                # Its first sentence is the API's.
                message = (
                    f"You do not have permission to perform this action. The token lacks the scope {operation.scope}."
                )
                raise RequestRefusedError(403, message)
            call = Call(
                store=self.store,
                now=now,
                done_at=math.inf if kind == "stuck" else now + self._ready_after,
                path=path,
                body=await read_body(operation, headers, receive, request),
                query=read_query(operation, scope["query_string"]),
                url=f"{origin_of(scope, headers)}{scope['path']}",
                fails=kind == "fail",
                strict_names=self._strict_names,
                regions=self._regions,
            )
            if operation.method == "GET":
                with self.store.transaction(now, write=False):
                    return Answer(operation.success, {**answer_headers, **JSON}, self._cache.read(operation.id, call))
            with self.store.transaction(now, write=True):
                return json_answer(operation.success, HANDLERS[operation.id](call), answer_headers)
        except RequestRefusedError as error:
            # No other name may hold it after this block: its traceback has this frame, and with it the body.
            return error_answer(error, operation, answer_headers, request.id)
        except DisconnectedError:
            raise
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            broken = RequestRefusedError(500, "Something went wrong on the server.")
            return error_answer(broken, operation, answer_headers, request.id)

    def _move_clock(self, offset: float) -> None:
        with self.store.transaction(self._now(), write=True):
            self.store.keep_clock_offset(offset)
        self._clock_offset = offset

    def _now(self) -> float:
        return (self._clock or time.time)() + self._clock_offset
