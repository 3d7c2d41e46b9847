"""The one door to the API. Everything the server sends goes through here: ids are UUIDs before they get into a path,
every failure becomes an NfsError, what may be sent again is, what became of a change whose answer was lost is looked
up, and nothing that changes storage passes when the server is read-only."""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, Self, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

import anyio
import httpx
from do_nfs_client import ApiError, AuthenticatedClient
from do_nfs_client.api.access_points import (
    create_access_point,
    delete_access_point,
    get_access_point,
    list_access_points,
)
from do_nfs_client.api.actions import get_action
from do_nfs_client.api.shares import create_share, create_share_action, delete_share, get_share, list_shares
from do_nfs_client.api.snapshots import delete_snapshot, get_snapshot, list_snapshots
from do_nfs_client.api.vpcs import list_vpcs
from do_nfs_client.models import (
    AccessPoint,
    AccessPointStatus,
    AccessPolicy,
    Action,
    AttachShare,
    CreateAccessPointRequest,
    CreateShareRequest,
    DetachShare,
    PerformanceTier,
    PerformanceTierParams,
    ReassignParams,
    ReassignShare,
    ResizeParams,
    ResizeShare,
    Share,
    ShareAction,
    ShareStatus,
    Snapshot,
    SnapshotParams,
    SnapshotShare,
    SwitchPerformanceTier,
    Vpc,
    VpcList,
    VpcParams,
)
from do_nfs_client.types import UNSET, Unset

from do_nfs_mcp.api import errors, reconciliation
from do_nfs_mcp.api.errors import NfsError, Outcome, is_mutating
from do_nfs_mcp.api.http_client import DirectClient, NotSetUpError, network
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.rate_limit import Budget, RateLimit
from do_nfs_mcp.api.retries import retrying
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.observability import audit
from do_nfs_mcp.observability.masking import Masking

T = TypeVar("T")

SCOPES = {
    "list_shares": "nfs:list",
    "create_share": "nfs:create",
    "get_share": "nfs:read",
    "delete_share": "nfs:delete",
    "create_share_action": "nfs:create",
    "list_snapshots": "nfs:list",
    "get_snapshot": "nfs:read",
    "delete_snapshot": "nfs:delete",
    "list_access_points": "nfs:list",
    "create_access_point": "nfs:create",
    "get_access_point": "nfs:read",
    "delete_access_point": "nfs:delete",
    "get_action": "actions:read",
    "list_vpcs": "vpc:read",
}
"""The token scope each operation needs, for errors to name. A test holds it to the contract."""

_LARGEST_PAGE = 200
_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_DIGITS = 10
# The only user and group that the API takes for nobody.
_NOBODY = {"anonuid": 65534, "anongid": 65534}
_LONGEST_REQUEST_ID = 80


class NfsApi:
    """The API, as tools see it.

    Args:
        client: The connection, or the words that say why there is none; every call then fails with them.
        read_only: Refuse every operation that changes anything.
        max_in_flight: How many requests may be under way at once.
        clock: The time, in seconds since 1970.
        sleep: Waits for so many seconds.
        prepare: Called with the httpx client before it is first used.

    Every method raises NfsError when the API refuses, cannot be reached, or answers what cannot be read.
    """

    def __init__(
        self,
        client: AuthenticatedClient | str,
        *,
        read_only: bool = False,
        max_in_flight: int = 16,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        prepare: Callable[[httpx.AsyncClient], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._read_only = read_only
        self._clock = clock
        self._sleep = sleep
        self._budget = Budget(max_in_flight, clock, sleep)
        self._making: WeakValueDictionary[tuple[object, ...], anyio.Lock] = WeakValueDictionary()
        self._prepare = prepare
        self._masked = Masking(None if isinstance(client, str) else client.token)

    @classmethod
    def connect(
        cls,
        url: str,
        token: str,
        *,
        connect_seconds: float = 5,
        read_seconds: float = 30,
        transport: httpx.AsyncBaseTransport | None = None,
        **options: Any,
    ) -> Self:
        """Prepare a connection; nothing is sent yet.

        Args:
            url: Where the API is, without the /v2.
            token: The account's token.
            connect_seconds: How long connecting may take.
            read_seconds: How long the API may be silent.
            transport: What carries requests in place of the network.
            options: NfsApi's other arguments.
        """
        timeout = httpx.Timeout(read_seconds, connect=connect_seconds)
        # What is for this machine is not sent to a proxy, in the clear.
        trusts = not url.lower().startswith("http:")
        carrier = transport or network()
        client = AuthenticatedClient(
            base_url=url,
            token=token,
            timeout=timeout,
            httpx_args={"trust_env": trusts, "transport": carrier},
            async_client=DirectClient if carrier else httpx.AsyncClient,
        )
        return cls(client, **options)

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer that told the rate limit said of it; None as long as there was none."""
        return self._budget.rate_limit

    async def aclose(self) -> None:
        """Close the connections."""
        if isinstance(self._client, AuthenticatedClient):
            await self._client.aclose()

    async def list_shares(self, region: str | None = None) -> list[Share]:
        """Every share, or those of one region."""
        answer = await self._send("list_shares", lambda c: list_shares.asyncio(client=c, region=region or UNSET))
        return answer.shares or []

    async def get_share(self, share: str) -> Share:
        """The share with this id or, if just one has it, this exact name."""
        share_id = as_uuid(share)
        if share_id is None:
            return await self._named_share(share)
        answer = await self._send("get_share", lambda c: get_share.asyncio(client=c, nfs_id=share_id))
        return _present(answer.share, "get_share")

    async def share_id(self, share: str) -> UUID:
        """The id of the share with this id, which is not looked up, or this exact name, which is."""
        return as_uuid(share) or (await self._named_share(share)).id

    async def create_share(
        self, name: str, region: str, size_gib: int, vpc_ids: list[UUID], performance_tier: str | None
    ) -> Share:
        """Order a share of size_gib GiB, just once. It is CREATING in the answer."""
        body = CreateShareRequest(
            name=name,
            region=region,
            size_gib=size_gib,
            vpc_ids=vpc_ids,
            performance_tier=PerformanceTier(performance_tier) if performance_tier else UNSET,
        )

        async def send() -> Share:
            answer = await self._send("create_share", lambda c: create_share.asyncio(client=c, body=body))
            return _present(answer.share, "create_share")

        async def find_candidates() -> list[Share]:
            return [s for s in await self.list_shares(region) if (s.name, s.size_gib) == (name, size_gib)]

        async with self._one_at_a_time("share", region, name):
            return await reconciliation.make("shares", send, find_candidates, self._sleep)

    async def delete_share(self, share_id: UUID) -> None:
        """Destroy a share and its content."""
        with _gone_counts_as_deleted():
            await self._send("delete_share", lambda c: delete_share.asyncio(client=c, nfs_id=share_id))

    async def resize_share(self, share_id: UUID, size_gib: int) -> ShareAction | Share:
        """Start growing a share to size_gib GiB in all."""
        body = ResizeShare(type_="resize", params=ResizeParams(size_gib=size_gib))
        return await self._change(share_id, body, lambda share: share.size_gib == size_gib)

    async def create_snapshot(self, share_id: UUID, name: str) -> ShareAction | Snapshot:
        """Start taking a snapshot, just once. The answer is the action or, if that was lost, the snapshot."""
        body = SnapshotShare(type_="snapshot", params=SnapshotParams(name=name))

        async def find_candidates() -> list[Snapshot]:
            return [s for s in await self.list_snapshots(share_id=share_id) if s.name == name]

        async with self._one_at_a_time("snapshot", share_id, name):
            return await reconciliation.make(
                "snapshots", lambda: self._act(share_id, body), find_candidates, self._sleep
            )

    async def attach_share(self, share_id: UUID, vpc_id: UUID) -> ShareAction | Share:
        """Start letting a VPC mount a share."""
        body = AttachShare(type_="attach", params=VpcParams(vpc_id=vpc_id))
        return await self._change(share_id, body, lambda share: vpc_id in _vpcs(share))

    async def detach_share(self, share_id: UUID, vpc_id: UUID) -> ShareAction | Share:
        """Start cutting a share off from a VPC."""
        body = DetachShare(type_="detach", params=VpcParams(vpc_id=vpc_id))
        return await self._change(share_id, body, lambda share: vpc_id not in _vpcs(share))

    async def reassign_share(self, share_id: UUID, old_vpc_id: UUID, new_vpc_id: UUID) -> ShareAction | Share:
        """Start moving a share from one VPC to another."""
        body = ReassignShare(type_="reassign", params=ReassignParams(old_vpc_id=old_vpc_id, new_vpc_id=new_vpc_id))
        return await self._change(
            share_id, body, lambda share: new_vpc_id in _vpcs(share) and old_vpc_id not in _vpcs(share)
        )

    async def switch_performance_tier(self, share_id: UUID, performance_tier: str) -> ShareAction | Share:
        """Start raising a share's tier."""
        params = PerformanceTierParams(performance_tier=PerformanceTier(performance_tier))
        body = SwitchPerformanceTier(type_="switch_performance_tier", params=params)
        return await self._change(share_id, body, lambda share: _tier(share) == performance_tier)

    async def list_snapshots(self, region: str | None = None, share_id: UUID | None = None) -> list[Snapshot]:
        """Every snapshot, or those of one region or share."""
        answer = await self._send(
            "list_snapshots",
            lambda c: list_snapshots.asyncio(client=c, region=region or UNSET, share_id=share_id or UNSET),
        )
        return answer.snapshots or []

    async def get_snapshot(self, snapshot_id: UUID) -> Snapshot:
        """One snapshot."""
        answer = await self._send("get_snapshot", lambda c: get_snapshot.asyncio(client=c, nfs_snapshot_id=snapshot_id))
        return _present(answer.snapshot, "get_snapshot")

    async def delete_snapshot(self, snapshot_id: UUID) -> None:
        """Destroy a snapshot."""
        with _gone_counts_as_deleted():
            await self._send(
                "delete_snapshot", lambda c: delete_snapshot.asyncio(client=c, nfs_snapshot_id=snapshot_id)
            )

    async def list_access_points(self, share_id: UUID, status: str | None = None) -> list[AccessPoint]:
        """The access points of a share, or those in one state."""
        wanted = AccessPointStatus(status) if status else UNSET
        answer = await self._send(
            "list_access_points", lambda c: list_access_points.asyncio(client=c, share_id=share_id, status=wanted)
        )
        return answer.access_points or []

    async def get_access_point(self, access_point_id: UUID) -> AccessPoint:
        """One access point, also a deleted one."""
        answer = await self._send(
            "get_access_point", lambda c: get_access_point.asyncio(client=c, access_point_id=access_point_id)
        )
        return answer.access_point

    async def create_access_point(
        self, share_id: UUID, name: str, path: str, vpc_id: UUID, access_policy: dict[str, object]
    ) -> AccessPoint:
        """Start exporting a path of a share, just once. access_policy: the contract's, without who nobody is."""
        body = CreateAccessPointRequest(
            name=name, path=path, vpc_id=vpc_id, access_policy=AccessPolicy.from_dict({**_NOBODY, **access_policy})
        )

        async def send() -> AccessPoint:
            answer = await self._send(
                "create_access_point", lambda c: create_access_point.asyncio(client=c, share_id=share_id, body=body)
            )
            return answer.access_point

        async def find_candidates() -> list[AccessPoint]:
            return [p for p in await self.list_access_points(share_id) if (p.name, p.path) == (name, path)]

        async with self._one_at_a_time("access point", share_id, name):
            return await reconciliation.make("access points", send, find_candidates, self._sleep)

    async def delete_access_point(self, access_point_id: UUID) -> AccessPoint:
        """Stop exporting a path. The answer is the access point, deleted."""
        try:
            answer = await self._send(
                "delete_access_point", lambda c: delete_access_point.asyncio(client=c, access_point_id=access_point_id)
            )
        except NfsError as error:
            # It refuses to delete what the request before this one has deleted.
            if error.attempts > 1 and error.status == 400:
                found = await self.get_access_point(access_point_id)
                if found.status == AccessPointStatus.ACCESS_POINT_DELETED:
                    return found
            raise
        return answer.access_point

    async def get_action(self, action_id: int) -> Action:
        """One action, by the number that NFS operations give as text. Few tokens may ask for it."""
        answer = await self._send("get_action", lambda c: get_action.asyncio(client=c, action_id=action_id))
        return answer.action

    async def list_vpcs(self) -> list[Vpc]:
        """Every VPC of the account, from as many pages as there are."""
        vpcs: dict[UUID, Vpc] = {}
        for page in count(1):
            answer = await self._vpc_page(page)
            found = {vpc.id: vpc for vpc in answer.vpcs or []}
            more = answer.links and answer.links.pages and answer.links.pages.next_
            # A page with nothing new ends the walk too: a server that ignores `page` must not make it endless.
            if not more or found.keys() <= vpcs.keys():
                break
            vpcs |= found
        return list((vpcs | found).values())

    async def _vpc_page(self, page: int) -> VpcList:
        return await self._send("list_vpcs", lambda c: list_vpcs.asyncio(client=c, page=page, per_page=_LARGEST_PAGE))

    async def _act(
        self,
        share_id: UUID,
        body: ResizeShare | SnapshotShare | AttachShare | DetachShare | ReassignShare | SwitchPerformanceTier,
    ) -> ShareAction:
        answer = await self._send(
            "create_share_action", lambda c: create_share_action.asyncio(client=c, nfs_id=share_id, body=body)
        )
        return answer.action

    async def _change(
        self,
        share_id: UUID,
        body: ResizeShare | AttachShare | DetachShare | ReassignShare | SwitchPerformanceTier,
        is_changed: Callable[[Share], bool],
    ) -> ShareAction | Share:
        """Start changing a share. The answer is the action or, if that was lost, the share as it is after it."""

        async def changed() -> list[Share]:
            return [share for share in [await self.get_share(str(share_id))] if is_changed(share)]

        return await reconciliation.change(lambda: self._act(share_id, body), changed, self._sleep)

    def _one_at_a_time(self, *what: object) -> anyio.Lock:
        """Keeps out whoever makes the same here: of two whose answers are lost, neither could tell which is whose."""
        return self._making.setdefault(what, anyio.Lock())

    async def _named_share(self, name: str) -> Share:
        shares = [s for s in await self.list_shares() if s.status != ShareStatus.DELETED]
        matches = [s for s in shares if s.name == name]
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = "; ".join(f"{s.id} ({plain(s.region)}, {s.size_gib} GiB, {plain(s.status)})" for s in matches[:10])
            more = f"; list_shares with name_contains shows all {len(matches)}" if len(matches) > 10 else ""
            raise NfsError(
                f"Nothing was done: {len(matches)} shares are named {quoted(name)}. Give one's id: {listed}{more}."
            )
        known = ", ".join(quoted(s.name, 60) for s in shares[:10]) or "none"
        more = f" and {len(shares) - 10} more" if len(shares) > 10 else ""
        raise NfsError(
            f"Nothing was done: no share is named {quoted(name)}, and it is no share's id. "
            f"Shares there are: {known}{more}. list_shares shows their ids."
        )

    async def _send(self, operation: str, send: Callable[[AuthenticatedClient], Awaitable[T]]) -> T:
        if isinstance(self._client, str):
            raise NfsError(self._client)
        if self._read_only and is_mutating(operation):
            raise NfsError("This server is read-only, and this would change storage. Nothing was done.")
        client, unknown = self._client, list[NfsError]()

        async def once() -> T:
            try:
                return await self._exchange(client, operation, send)
            except NfsError as error:
                if error.outcome and error.outcome.is_unknown:
                    unknown.append(error)
                raise

        try:
            # Mostly that is all, and what sends again takes a thirtieth of a call.
            return await once()
        except NfsError as error:
            first = [error]

        async def first_again() -> T:
            if first:
                raise first.pop()
            return await once()

        again = retrying(operation, self._sleep)
        try:
            return await again(first_again)
        except NfsError as error:
            # That the last one was not carried out says nothing of those before.
            told = errors.unknown_before(unknown[-1], error) if unknown and error.nothing_done else error
            told.attempts = again.statistics["attempt_number"]
            raise told from error.__cause__

    async def _exchange(
        self, client: AuthenticatedClient, operation: str, send: Callable[[AuthenticatedClient], Awaitable[T]]
    ) -> T:
        """Send a request once."""
        try:
            http = client.get_async_httpx_client()
        except (ValueError, ImportError, OSError) as error:
            raise errors.not_set_up(str(error)) from error
        hooks = http.event_hooks["response"]
        # In front of the client's own, which raises for an error: an error's headers count, too.
        if self._note not in hooks:
            hooks.insert(0, self._note)
            http.event_hooks["request"].append(_note_request)
            self._prepare(http)
        try:
            async with self._budget.request():
                return await send(client)
        except ApiError as error:
            # Whatever the server says, it could send the token back.
            code, message, request_id = map(self._masked, (error.code, error.message, error.request_id))
            self._mask(error)
            if 200 <= error.status_code < 300:
                raise errors.unreadable(operation) from error
            retry_after = self._retry_after(error.status_code, error.headers)
            raise errors.refused(
                operation, SCOPES[operation], error.status_code, code, message, request_id, retry_after
            ) from error
        except NotSetUpError as error:
            raise errors.not_set_up(str(error)) from error
        except _NOTHING_SENT as error:
            raise errors.unreachable(client.base_url, type(error).__name__) from error
        except httpx.TimeoutException as error:
            raise errors.lost(operation, f"took too long ({type(error).__name__})", Outcome.OPEN) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise errors.lost(operation, f"broke off ({type(error).__name__})", Outcome.ENDED) from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self._mask(error)
            raise errors.unreadable(operation) from error

    def _mask(self, error: Exception) -> None:
        """Mask what is shown of an error where the one that is raised for it is logged."""
        error.args = tuple(self._masked(part) if isinstance(part, str) else part for part in error.args)

    async def _note(self, response: httpx.Response) -> None:
        self._budget.note(response.headers)
        request_id = response.headers.get("x-request-id", "")
        audit.note_answer(response.request.method, response.status_code, request_id[:_LONGEST_REQUEST_ID])

    def _retry_after(self, status: int, headers: Mapping[str, str]) -> float | None:
        """In how many seconds an answer says to come back. Both forms of Retry-After, and of the rate limit's reset."""
        told = headers.get("retry-after", "").strip()
        if told.isascii() and told.isdigit() and len(told) < _DIGITS:
            return float(told)
        try:
            moment = parsedate_to_datetime(told)
        except ValueError:
            limit = RateLimit.of(headers, datetime.fromtimestamp(self._clock(), UTC))
            if status != 429 or limit is None or limit.reset is None or limit.remaining:
                return None
            moment = limit.reset
        return max(0.0, utc(moment).timestamp() - self._clock())


async def _note_request(request: httpx.Request) -> None:
    audit.note_request(request.method)


@contextmanager
def _gone_counts_as_deleted() -> Iterator[None]:
    """A request to delete that is sent again and finds nothing: the one before was carried out."""
    try:
        yield
    except NfsError as error:
        if not (error.gone and error.attempts > 1):
            raise


def _vpcs(share: Share) -> list[UUID]:
    return share.vpc_ids or []


def _tier(share: Share) -> str:
    # Requests say high, answers PERFORMANCE_TIER_HIGH.
    return str(share.performance_tier).upper().removeprefix("PERFORMANCE_TIER_").lower()


def _present(value: T | Unset, operation: str) -> T:
    if isinstance(value, Unset):
        raise errors.unreadable(operation)
    return value
