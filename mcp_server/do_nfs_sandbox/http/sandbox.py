"""The ASGI application: what happens to a request before and after its operation."""

from __future__ import annotations

import hmac
import logging
import math
import re
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.api.operations import HANDLERS, Call, list_shares, list_snapshots
from do_nfs_sandbox.api.rate_limit import Limits
from do_nfs_sandbox.api.requests import Request
from do_nfs_sandbox.contract.schema import OPERATIONS, SCOPES, Operation
from do_nfs_sandbox.faults.definition import Fault, Faults
from do_nfs_sandbox.faults.effects import handles, misbehave
from do_nfs_sandbox.http.asgi import (
    ADMIN_PREFIX,
    JSON,
    Answer,
    DisconnectedError,
    Receive,
    Scope,
    Send,
    Sleep,
    error_content,
    json_answer,
    raw_path,
    read,
    send_answer,
)
from do_nfs_sandbox.http.request_parsing import MAX_BODY, find_operation, keep_body, read_body, read_query, url_of
from do_nfs_sandbox.state.scenarios import scenario
from do_nfs_sandbox.state.seeds import dump, load
from do_nfs_sandbox.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path

MAX_HEADERS = 16 * 1024
_MAX_REQUESTS = 1000
# How many answers are kept, for those who ask again while nothing changes.
_KEPT = 8
_WELL_FORMED_TOKEN = re.compile(rb"do[po]_v1_[0-9a-fA-F]{64}")
_log = logging.getLogger("do_nfs_sandbox")


async def _sleep(seconds: float) -> None:
    import anyio  # Takes a while, and only faults sleep.

    await anyio.sleep(seconds)


class Sandbox:
    """DigitalOcean's NFS API as an ASGI application: give it to SandboxTransport or to uvicorn.

    db: ":memory:" or a file, which keeps the state. ready_after: for how many seconds a change is under way.
    tokens: tokens with the scopes of each; besides these, any token of the vendor's form is accepted and has
    every scope. limits: requests an hour and a minute for each token; None is no limit. clock: what time it
    is, in seconds since 1970. seed: what to start from, as seed() takes it; None is what `db` holds. admin: whether
    the calls under /_sandbox/ exist. sleep: waits for so many seconds, where a fault says so. Raises StoreError if
    `db` cannot be used, ValueError for limits below 1, a ready_after below 0, or a seed that seed() refuses.
    """

    def __init__(
        self,
        db: str | Path = ":memory:",
        *,
        ready_after: float = 2.0,
        tokens: Mapping[str, Collection[str]] | None = None,
        limits: tuple[int, int] | None = None,
        clock: Callable[[], float] = time.time,
        seed: str | Mapping[str, Any] | None = None,
        admin: bool = False,
        sleep: Sleep = _sleep,
    ) -> None:
        if HANDLERS.keys() != OPERATIONS.keys():
            raise RuntimeError(f"contract and handlers differ: {sorted(HANDLERS.keys() ^ OPERATIONS.keys())}")
        if not ready_after >= 0:
            raise ValueError("ready_after must be at least 0 seconds")
        self._ready_after = ready_after
        self._tokens = [(token.encode(), frozenset(scopes)) for token, scopes in (tokens or {}).items()]
        self._limits_told, self._limits = limits, Limits(limits)
        self._clock, self._offset = clock, 0.0
        self._seed, self._admin, self.sleep = seed, admin, sleep
        self._faults = Faults()
        self._requests: deque[Request] = deque(maxlen=_MAX_REQUESTS)
        self.store = Store(db)
        self._kept: dict[tuple[object, ...], bytes] = {}
        self._kept_at = (0, 0)
        if seed is not None:
            try:
                self.seed(seed)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Closes the store. What was in memory is gone."""
        self.store.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # For tests

    def reset(self) -> None:
        """Makes it as new: the state that it was seeded with or none, the clock right, no faults, no requests."""
        self._offset = 0.0
        self._limits = Limits(self._limits_told)
        self.clear_faults()
        self.clear_requests()
        self.seed("empty" if self._seed is None else self._seed)

    def seed(self, what: str | Mapping[str, Any]) -> None:
        """Replaces the state, and nothing else.

        what: the name of a scenario:
          empty: nothing at all. examples: what the contract's examples name, all of it ACTIVE.
          team: a small company's shares in every status, two of one name, with snapshots and access points.
          many: 1,000 shares; {"scenario": "many", "shares": 50} makes 50.
        Or a state of the shape that state() returns, in which only these are required: a share's `name` and
        `region`; a snapshot's `share_id` and `name`; an access point's `share_id`, `name` and `path`; an action's
        `type`, `resource_id` and `region`. The rest is then as if it had been made just now and was done.
        Raises ValueError, saying what is wrong, for anything else; the state is then as before.
        """
        now = self._now()
        rows = load(scenario(what, now), now)
        try:
            with self.store.transaction(now, write=True):
                self.store.replace_everything(rows)
        except sqlite3.Error as error:
            raise ValueError(f"the state cannot be stored: {error}") from error

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """All there is, as data that JSON and seed() take.

        Returns `shares`, `snapshots`, `access_points` (deleted ones too) and `actions`, each a list, oldest first.
        Times are seconds since 1970; an action that never ends has None in `completes_at`.
        """
        with self.store.transaction(self._now(), write=False):
            return dump(self.store.everything())

    def inventory(self) -> dict[str, Any]:
        """All shares and snapshots as the API shows them. No request is counted or kept, and no fault applies.

        Returns `now`, in seconds since 1970, `shares` and `snapshots`.
        """
        now = self._now()
        call = Call(store=self.store, now=now, done_at=now, path={}, query={}, body=None, url="")
        with self.store.transaction(now, write=False):
            return {"now": now, **list_shares(call), **list_snapshots(call)}

    def advance(self, seconds: float) -> float:
        """Moves the clock on, so that what is due by then happens and rate limits recover.

        Returns what time it is now, in seconds since 1970. Raises ValueError for less than 0 seconds.
        """
        if not 0 <= seconds < math.inf:
            raise ValueError("the clock can only be moved on, by 0 seconds or more")
        if seconds > 253402300799 - self._now():
            raise ValueError("the clock ends with the year 9999")
        self._offset += seconds
        return self._now()

    def add_fault(self, fault: str | Fault, /, **fields: Any) -> Fault:
        """Queues a fault: one, or the kind of one with Fault's other fields, such as
        `add_fault("drop_after", operation="create_share", times=2)`.

        The first fault in the queue that matches a request applies to it. Returns the fault. Raises ValueError,
        saying what is wrong, or TypeError for a field that no fault has.
        """
        made = Fault(fault, **fields) if isinstance(fault, str) else fault
        self._faults.add([made])
        return made

    @property
    def faults(self) -> list[Fault]:
        """The faults that can still apply, `times` being what is left of each."""
        return self._faults.list()

    def clear_faults(self) -> None:
        """Forgets all faults."""
        self._faults.clear()

    @property
    def requests(self) -> list[Request]:
        """The last 1,000 requests that were received, newest last."""
        return list(self._requests)

    def clear_requests(self) -> None:
        """Forgets the requests so far."""
        self._requests.clear()

    # For servers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                if self._admin and raw_path(scope).startswith(ADMIN_PREFIX):
                    from do_nfs_sandbox.http.admin import answer_admin

                    await send_answer(send, await answer_admin(self, scope, receive))
                else:
                    await self._exchange(scope, receive, send)
            except DisconnectedError:
                return
        elif scope["type"] == "lifespan":
            while (await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        else:
            raise NotImplementedError(f"The sandbox does not speak {scope['type']}.")

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope["method"], raw_path(scope), scope["query_string"].decode("latin-1"))
        self._requests.append(request)
        fault = self._faults.take(request)
        if fault is None:
            answer = await self._answer(scope, receive, request)
            request.status = answer.status
            await send_answer(send, answer)
            return
        if handles(fault):
            answer = await self._answer(scope, receive, request, fault.kind)
        else:
            answer = await self._unhandled(scope, receive, request)
        await misbehave(fault, request, answer, send, scope.get("do_nfs_sandbox.sleep", self.sleep))

    async def _unhandled(self, scope: Scope, receive: Receive, request: Request) -> Answer:
        """Takes in a request that a fault answers. Returns no more than the headers that every answer has."""
        headers = dict(scope["headers"])
        with suppress(RequestRefusedError, ValueError):  # The fault decides what is answered.
            content = await read(headers, receive, MAX_BODY)
            keep_body(request, content, from_json(content))
        token, _ = self._authenticate(headers.get(b"authorization", b""))
        return Answer(200, self._limits.spend(token, self._now())[0], b"")

    async def _answer(self, scope: Scope, receive: Receive, request: Request, fault: str | None = None) -> Answer:
        now = self._now()
        headers = dict(scope["headers"])
        token, scopes = self._authenticate(headers.get(b"authorization", b""))
        answer_headers, wait = self._limits.spend(token, now)
        operation: Operation | None = None

        def refuse(error: RequestRefusedError) -> Answer:
            return json_answer(error.status, error_content(error, operation), {**answer_headers, **error.headers})

        try:
            if len(b"".join(chain.from_iterable(scope["headers"]))) > MAX_HEADERS:
                raise RequestRefusedError(431, f"The headers must have at most {MAX_HEADERS} bytes.")
            if token is None:
                raise RequestRefusedError(401, "The token was not accepted.")
            if wait:
                raise RequestRefusedError(429, "The rate limit is used up.", headers={"retry-after": str(wait)})
            operation, path = find_operation(scope)
            if operation.scope not in scopes:
                raise RequestRefusedError(403, f"The token lacks the scope {operation.scope}.")
            body = await read_body(operation, headers, receive, request)
            call = Call(
                store=self.store,
                now=now,
                done_at=math.inf if fault == "stuck" else now + self._ready_after,
                path=path,
                query=read_query(operation, scope["query_string"]),
                body=body,
                url=url_of(scope, headers),
                fails=fault == "fail",
            )
            with self.store.transaction(now, write=operation.method != "GET"):
                if operation.method != "GET":
                    return json_answer(operation.success, HANDLERS[operation.id](call), answer_headers)
                return Answer(operation.success, {**answer_headers, **JSON}, self._read(operation, call))
        except RequestRefusedError as error:
            # No other name may hold it after this block: its traceback has this frame, and with it the body.
            return refuse(error)
        except DisconnectedError:
            raise
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            return refuse(RequestRefusedError(500, "Something went wrong on the server."))

    def _read(self, operation: Operation, call: Call) -> bytes:
        """The answer to a read: what was answered before, if nothing at all has changed since."""
        version = self.store.version()
        if version != self._kept_at:
            self._kept_at = version
            self._kept.clear()
        key = (operation.id, call.url, *call.path.values(), *call.query.items())
        content = self._kept.get(key)
        if content is None:
            content = to_json(HANDLERS[operation.id](call))
            if len(self._kept) < _KEPT and len(content) <= MAX_BODY:
                self._kept[key] = content
        return content

    def _now(self) -> float:
        return self._clock() + self._offset

    def _authenticate(self, authorization: bytes) -> tuple[bytes | None, frozenset[str]]:
        scheme, _, token = authorization.partition(b" ")
        token = token.strip()
        if scheme.lower() != b"bearer":
            return None, frozenset()
        for known, scopes in self._tokens:
            if hmac.compare_digest(known, token):
                return token, scopes
        if _WELL_FORMED_TOKEN.fullmatch(token):
            return token, SCOPES
        return None, frozenset()
