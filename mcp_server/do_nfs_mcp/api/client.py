"""The operations of the API as tools use them, one method each. What became of a change whose answer was lost is looked
up. How one request goes is in sending.py."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, TypeVar
from weakref import WeakValueDictionary

import anyio
import httpx
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
    ShareList,
    Snapshot,
    SnapshotList,
    SnapshotParams,
    SnapshotShare,
    SwitchPerformanceTier,
    Vpc,
    VpcList,
    VpcParams,
)
from do_nfs_client.types import UNSET
from do_nfs_client_helpers.paging import PageWalk

from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.api import errors, reconciliation
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.http_client import make_client
from do_nfs_mcp.api.ids import as_uuid, meant_by
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.api.operations import OPERATIONS
from do_nfs_mcp.api.rate_limit import RateLimit
from do_nfs_mcp.api.scope_enforcement import ScopedSender
from do_nfs_mcp.api.sending import NoSender, Request, RequestSender, Sender
from do_nfs_mcp.api.statuses import existing
from do_nfs_mcp.api.tiers import tier_name
from do_nfs_mcp.api.unreadable import note_link
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.audience import argument
from do_nfs_mcp.observability.failure import FailureKind

__all__ = ["CreatedShare", "NfsApi"]

T = TypeVar("T")
L = TypeVar("L", ShareList, SnapshotList, VpcList)
Listed = TypeVar("Listed", Share, Snapshot, Vpc)

_LARGEST_PAGE = 200
# The only user and group that the API takes for nobody.
_NOBODY = {"anonuid": 65534, "anongid": 65534}


@dataclass(frozen=True)
class CreatedShare:
    """A share that was ordered.

    Attributes:
        share: The share.
        namesakes: The shares of its region that had its name before, as far as the token may list them.
    """

    share: Share
    namesakes: Sequence[Share]


class NfsApi:
    """The API, as tools see it.

    Args:
        sender: Sends the requests.
        per_caller: Whether each caller's requests go only as far as the scopes they were granted.
        sleep: Waits for so many seconds.

    Every method raises NfsError when the API refuses, cannot be reached, or answers what cannot be read.
    """

    def __init__(
        self, sender: Sender, *, per_caller: bool, sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    ) -> None:
        self._sender = ScopedSender(sender) if per_caller else sender
        self._send = self._sender.send
        self._sleep = sleep
        self._making: WeakValueDictionary[tuple[object, ...], anyio.Lock] = WeakValueDictionary()

    @classmethod
    def connect(
        cls,
        url: str,
        token: AccountToken | str,
        *,
        connect_seconds: float = 5,
        read_seconds: float = 30,
        max_answer_bytes: int = 64_000_000,
        transport: httpx.AsyncBaseTransport | None = None,
        per_caller: bool = False,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        **options: Any,
    ) -> Self:
        """Prepare a connection; nothing is sent yet.

        Args:
            url: Where the API is, without the /v2.
            token: The account's token; as a text, one that stays the same.
            connect_seconds: How long connecting may take.
            read_seconds: How long the API may be silent.
            max_answer_bytes: How large an answer may be, unpacked.
            transport: What carries requests in place of the network.
            per_caller: Whether each caller's requests go only as far as the scopes they were granted.
            sleep: Waits for so many seconds.
            options: RequestSender's other arguments.
        """
        if isinstance(token, str):
            token = AccountToken.fixed(token)
        client = make_client(url, httpx.Timeout(read_seconds, connect=connect_seconds), max_answer_bytes, transport)
        return cls(RequestSender(client, token, sleep=sleep, **options), per_caller=per_caller, sleep=sleep)

    @classmethod
    def unavailable(cls, reason: str, *, per_caller: bool = False) -> Self:
        """Make an API whose every method fails with these words, since there is no token, say."""
        return cls(NoSender(reason), per_caller=per_caller)

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer that told the rate limit said of it; None as long as there was none."""
        return self._sender.rate_limit

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sender.aclose()

    async def list_shares(self, region: str | None = None) -> list[Share]:
        """Return every share, or those of one region."""
        return list((await self.shares(region)).things)

    async def shares(self, region: str | None = None) -> Listing[Share]:
        """Return every share, or those of one region, and what cannot be read of them."""
        return await self._all(partial(list_shares.asyncio, region=region or UNSET), lambda page: page.shares)

    async def get_share(self, share_id: str) -> Share:
        """Return one share."""
        answer = await self._send(partial(get_share.asyncio, nfs_id=share_id))
        return answer.share

    async def find_share(self, share: str, *, to_change: bool = False) -> Share:
        """Return the share with this id or, if just one has it, this exact name.

        Args:
            share: Its id or exact name.
            to_change: Whether it, or something of it, is to be changed. Then none that cannot be read may have the
                name.
        """
        share_id = as_uuid(share)
        return await self.get_share(share_id) if share_id else await self._listed_share(share, to_change)

    async def share_id(self, share: str, *, to_change: bool = False) -> str:
        """Return the id of the share that `find_share` would return. A UUID is not looked up."""
        return as_uuid(share) or (await self._listed_share(share, to_change)).id

    async def create_share(
        self, name: str, region: str, size_gib: int, vpc_ids: list[str], performance_tier: str | None
    ) -> CreatedShare:
        """Order a share of size_gib GiB, just once. It is CREATING in the answer."""
        body = CreateShareRequest(
            name=name,
            region=region,
            size_gib=size_gib,
            vpc_ids=vpc_ids,
            performance_tier=PerformanceTier(performance_tier) if performance_tier else UNSET,
        )

        async def send() -> Share:
            answer = await self._send(partial(create_share.asyncio, body=body))
            return answer.share

        looks: list[Listing[Share]] = []

        async def find_candidates() -> Listing[Share]:
            there = (await self.shares(region)).named(name)
            looks.append(there)
            return Listing([s for s in there.things if s.size_gib == size_gib], there.left_out)

        async with self._one_at_a_time("share", region, name):
            share = await reconciliation.make("shares", send, find_candidates, self._sleep)
        return CreatedShare(share, looks[0].things if looks else [])

    async def delete_share(self, share_id: str) -> None:
        """Destroy a share and its content."""
        with _gone_counts_as_deleted():
            await self._send(partial(delete_share.asyncio, nfs_id=share_id))

    async def resize_share(self, share_id: str, size_gib: int) -> ShareAction | Share:
        """Start growing a share to size_gib GiB in all."""
        body = ResizeShare(params=ResizeParams(size_gib=size_gib))
        # A caller who said how much to add would get that much twice.
        harmless = f"{argument('size_gib', size_gib)}, its size in all,"
        return await self._change(share_id, body, lambda share: share.size_gib == size_gib, harmless)

    async def create_snapshot(self, share_id: str, name: str) -> ShareAction | Snapshot:
        """Start taking a snapshot, just once. The answer is the action or, if that was lost, the snapshot."""
        body = SnapshotShare(params=SnapshotParams(name=name))

        async def find_candidates() -> Listing[Snapshot]:
            return (await self.snapshots(share_id=share_id)).named(name)

        async with self._one_at_a_time("snapshot", share_id, name):
            return await reconciliation.make(
                "snapshots", lambda: self._act(share_id, body), find_candidates, self._sleep
            )

    async def attach_share(self, share_id: str, vpc_id: str) -> ShareAction | Share:
        """Start letting a VPC mount a share."""
        body = AttachShare(params=VpcParams(vpc_id=vpc_id))
        return await self._change(share_id, body, lambda share: vpc_id in share.vpc_ids)

    async def detach_share(self, share_id: str, vpc_id: str) -> ShareAction | Share:
        """Start cutting a share off from a VPC."""
        body = DetachShare(params=VpcParams(vpc_id=vpc_id))
        return await self._change(share_id, body, lambda share: _is_detached(share, vpc_id))

    async def reassign_share(self, share_id: str, old_vpc_id: str, new_vpc_id: str) -> ShareAction | Share:
        """Start moving a share from one VPC to another."""
        body = ReassignShare(params=ReassignParams(old_vpc_id=old_vpc_id, new_vpc_id=new_vpc_id))
        return await self._change(
            share_id, body, lambda share: new_vpc_id in share.vpc_ids and _is_detached(share, old_vpc_id)
        )

    async def switch_performance_tier(self, share_id: str, performance_tier: str) -> ShareAction | Share:
        """Start raising a share's tier."""
        params = PerformanceTierParams(performance_tier=PerformanceTier(performance_tier))
        body = SwitchPerformanceTier(params=params)
        return await self._change(share_id, body, lambda share: tier_name(share.performance_tier) == performance_tier)

    async def list_snapshots(self, region: str | None = None, share_id: str | None = None) -> list[Snapshot]:
        """Return every snapshot, or those of one region or share."""
        return list((await self.snapshots(region, share_id)).things)

    async def snapshots(self, region: str | None = None, share_id: str | None = None) -> Listing[Snapshot]:
        """Return every snapshot, or those of one region or share, and what cannot be read of them."""
        request = partial(list_snapshots.asyncio, region=region or UNSET, share_id=share_id or UNSET)
        return await self._all(request, lambda page: page.snapshots)

    async def get_snapshot(self, snapshot_id: str) -> Snapshot:
        """Return one snapshot."""
        answer = await self._send(partial(get_snapshot.asyncio, nfs_snapshot_id=snapshot_id))
        return answer.snapshot

    async def delete_snapshot(self, snapshot_id: str) -> None:
        """Destroy a snapshot."""
        with _gone_counts_as_deleted():
            await self._send(partial(delete_snapshot.asyncio, nfs_snapshot_id=snapshot_id))

    async def list_access_points(self, share_id: str, status: str | None = None) -> list[AccessPoint]:
        """Return the access points of a share, or those in one state."""
        return list((await self.access_points(share_id, status)).things)

    async def access_points(self, share_id: str, status: str | None = None) -> Listing[AccessPoint]:
        """Return the access points of a share, or those in one state, and what cannot be read of them."""
        wanted = AccessPointStatus(status) if status else UNSET
        answer = await self._send(partial(list_access_points.asyncio, share_id=share_id, status=wanted))
        return Listing.of(answer.access_points, answer.unreadable)

    async def access_points_of(self, share: Share) -> Listing[AccessPoint]:
        """Return the access points of a share: those that it shows or, if it shows none, those that are listed."""
        if not share.access_points:
            return await self.access_points(share.id)
        return Listing.of(share.access_points, share.unreadable)

    async def get_access_point(self, access_point_id: str) -> AccessPoint:
        """Return one access point, also a deleted one."""
        answer = await self._send(partial(get_access_point.asyncio, access_point_id=access_point_id))
        return answer.access_point

    async def create_access_point(
        self, share_id: str, name: str, path: str, vpc_id: str, access_policy: dict[str, object]
    ) -> AccessPoint:
        """Start exporting a path of a share, just once. access_policy: the contract's, without who nobody is."""
        body = CreateAccessPointRequest(
            name=name, path=path, vpc_id=vpc_id, access_policy=AccessPolicy.from_dict({**_NOBODY, **access_policy})
        )

        async def send() -> AccessPoint:
            answer = await self._send(partial(create_access_point.asyncio, share_id=share_id, body=body))
            return answer.access_point

        async def find_candidates() -> Listing[AccessPoint]:
            there = (await self.access_points(share_id)).named(name)
            return Listing([p for p in there.things if p.path == path], there.left_out)

        async with self._one_at_a_time("access point", share_id, name):
            return await reconciliation.make("access points", send, find_candidates, self._sleep)

    async def delete_access_point(self, access_point_id: str) -> AccessPoint:
        """Stop exporting a path. The answer is the access point, deleted."""
        try:
            answer = await self._send(partial(delete_access_point.asyncio, access_point_id=access_point_id))
        except NfsError as error:
            # It refuses to delete what the request before this one has deleted.
            if error.attempts > 1 and error.status == 400:
                try:
                    found = await self.get_access_point(access_point_id)
                except NfsError as blind:
                    raise errors.not_seen(OPERATIONS["delete_access_point"], error, blind) from blind
                if found.status == AccessPointStatus.ACCESS_POINT_DELETED:
                    return found
            raise
        return answer.access_point

    async def get_action(self, action_id: str) -> Action:
        """Return one action. Few tokens may ask for it."""
        answer = await self._send(partial(get_action.asyncio, action_id=action_id))
        return answer.action

    async def list_vpcs(self) -> list[Vpc]:
        """Return every VPC of the account, from as many pages as there are."""
        return list((await self.vpcs()).things)

    async def vpcs(self) -> Listing[Vpc]:
        """Return every VPC of the account, and what cannot be read of them."""
        return await self._all(partial(list_vpcs.asyncio, per_page=_LARGEST_PAGE), lambda page: page.vpcs)

    async def _all(self, first: Request[L], items: Callable[[L], list[Listed]]) -> Listing[Listed]:
        """Return what is on all pages of a list.

        Args:
            first: Asks for the first page.
            items: Returns what is on a page.
        """
        page = await self._send(first)
        found, unreadable = items(page), {str(each): each for each in page.unreadable}
        walk, is_repeat = PageWalk(first.keywords), False
        while url := walk.next_url(page, is_repeat=is_repeat):
            page = await self._send(partial(first, page_url=url))
            known = {item.id for item in found}
            new = [item for item in items(page) if item.id not in known]
            odd = {str(each): each for each in page.unreadable if str(each) not in unreadable}
            # A server that ignores which page is asked for, and always names one more, must not make it endless.
            is_repeat = not (new or odd)
            found += new
            unreadable |= odd
        if walk.odd_link:
            note_link(walk.odd_link)
            unreadable[str(walk.odd_link)] = walk.odd_link
        return Listing.of(found, unreadable.values())

    async def _act(
        self,
        share_id: str,
        body: ResizeShare | SnapshotShare | AttachShare | DetachShare | ReassignShare | SwitchPerformanceTier,
    ) -> ShareAction:
        answer = await self._send(partial(create_share_action.asyncio, nfs_id=share_id, body=body))
        return answer.action

    async def _change(
        self,
        share_id: str,
        body: ResizeShare | AttachShare | DetachShare | ReassignShare | SwitchPerformanceTier,
        is_changed: Callable[[Share], bool],
        *harmless: str,
    ) -> ShareAction | Share:
        """Start changing a share. The answer is the action or, if that was lost, the share as it is after it."""

        async def changed() -> Listing[Share]:
            return Listing([share for share in [await self.get_share(share_id)] if is_changed(share)])

        return await reconciliation.change(lambda: self._act(share_id, body), changed, self._sleep, *harmless)

    def _one_at_a_time(self, *what: object) -> anyio.Lock:
        """Keep others from making the same here: of two whose answers are lost, neither could tell which is whose."""
        return self._making.setdefault(what, anyio.Lock())

    async def _listed_share(self, name: str, to_change: bool) -> Share:
        listing = await self.shares()
        shares = existing(listing.things)
        matches = meant_by(name, shares)
        if len(matches) == 1:
            if to_change:
                listing.check_only_one("share", name, matches[0])
            return matches[0]
        if matches:
            listed = "; ".join(
                f"{plain(s.id)} ({plain(s.region)}, {s.size_gib} GiB, {plain(s.status)})" for s in matches[:10]
            )
            more = f"; list_shares with name_contains shows all {len(matches)}" if len(matches) > 10 else ""
            raise NfsError(
                f"Nothing was done: {len(matches)} shares are named {quoted(name)}. Give one's id: {listed}{more}."
            )
        names = list(dict.fromkeys(s.name for s in shares))
        known = ", ".join(quoted(each, 60) for each in names[:10])
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        listed = f"the shares are {known}{more}. list_shares shows their ids." if shares else "there are no shares."
        raise NfsError(
            f"Nothing was done: no share has the name or id {quoted(name)}; {listed}",
            kind=FailureKind.NOT_FOUND,
        )


@contextmanager
def _gone_counts_as_deleted() -> Iterator[None]:
    """A request to delete that is sent again and finds nothing: the one before was carried out."""
    try:
        yield
    except NfsError as error:
        if not (error.gone and error.attempts > 1):
            raise


def _is_detached(share: Share, vpc_id: str) -> bool:
    # What cannot be read may be this VPC.
    return vpc_id not in share.vpc_ids and not any(odd.field == "vpc_ids" for odd in share.unreadable)
