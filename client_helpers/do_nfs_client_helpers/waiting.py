"""Waits until what was made or changed is as it is to be, by looking at it again and again."""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import anyio
import httpx
from do_nfs_client import ApiError, AuthenticatedClient
from do_nfs_client.api.access_points import get_access_point
from do_nfs_client.api.shares import get_share
from do_nfs_client.api.snapshots import get_snapshot, list_snapshots
from do_nfs_client.models import AccessPoint, Share, ShareAction, Snapshot

from do_nfs_client_helpers.paging import async_pages, pages
from do_nfs_client_helpers.rate_limit import retry_after
from do_nfs_client_helpers.retry_rules import may_send_again, no_retries, polling_pauses
from do_nfs_client_helpers.statuses import is_deleted, is_failed, is_ready

__all__ = [
    "NotReadyError",
    "async_wait_for_access_point",
    "async_wait_for_share",
    "async_wait_for_snapshot",
    "wait_for_access_point",
    "wait_for_share",
    "wait_for_snapshot",
]

T = TypeVar("T", Share, Snapshot, AccessPoint)

Progress = Callable[[T, float], object]
"""Is told of each look: what was seen, and for how many seconds it has been waited."""

_SECONDS = 600.0
# How many times in a row it may not be found: what was just made may take a moment to be.
_MAX_NOT_FOUND = 4
# How far the times of an action and of the snapshot that it takes may be apart.
_SKEW = timedelta(seconds=2)


class NotReadyError(Exception):
    """What is waited for has failed or was deleted, so that it will not become ready.

    Attributes:
        seen: What it is now.
    """

    def __init__(self, seen: Share | Snapshot | AccessPoint) -> None:
        self.seen = seen
        super().__init__(f"{seen.name} ({seen.id}) is {seen.status}")


def is_settled(share: Share) -> bool:
    """Return whether a share is done with what it was at. One that is attached to no VPC stays INACTIVE."""
    return is_ready(share) or share.status == "INACTIVE"


class _Wait(Generic[T]):
    """A wait: what each look means, and how long to pause before the next."""

    def __init__(
        self,
        what: str,
        until: Callable[[T], bool],
        seconds: float,
        on_progress: Progress[T] | None,
        clock: Callable[[], float],
    ) -> None:
        self._what = what
        self._until: Callable[[T], bool] = until
        self._seconds = seconds
        self._on_progress: Progress[T] | None = on_progress
        self._clock = clock
        self._start = clock()
        self._pauses: Iterator[float] = polling_pauses()
        self._not_found = 0
        self._last = "it was not seen"

    def is_over(self, seen: T) -> bool:
        """Return whether what was seen is what is waited for. Raises NotReadyError if it will never be."""
        self._not_found = 0
        self._last = f"it is {seen.status}"
        if self._on_progress:
            self._on_progress(seen, self._clock() - self._start)
        if self._until(seen):
            return True
        if is_failed(seen) or is_deleted(seen):
            raise NotReadyError(seen)
        return False

    def pause(self, error: ApiError | httpx.TransportError | None = None) -> float:
        """Return for how many seconds to pause.

        Args:
            error: What the look ended with, if it failed.

        Raises:
            TimeoutError: The time is up.
            ApiError: It is an error that no later look would be without.
        """
        back = 0.0
        if isinstance(error, ApiError):
            self._not_found = self._not_found + 1 if error.status_code == 404 else 0
            is_new = 0 < self._not_found <= _MAX_NOT_FOUND
            if not (is_new or may_send_again("GET", error.status_code)):
                raise error
            back = retry_after(error.status_code, error.headers, time.time()) or 0.0
        pause = max(next(self._pauses), back)
        left = self._seconds - (self._clock() - self._start)
        if left <= 0:
            raise TimeoutError(
                f"{self._what} was not ready after {self._seconds:g} s: {error or self._last}"
            ) from error
        return min(pause, left)


def _wait(look: Callable[[], T | None], wait: _Wait[T], sleep: Callable[[float], object]) -> T:
    while True:
        error = None
        try:
            with no_retries():
                seen = look()
        except (ApiError, httpx.TransportError) as failed:
            error = failed
        else:
            if seen is not None and wait.is_over(seen):
                return seen
        sleep(wait.pause(error))


async def _async_wait(
    look: Callable[[], Awaitable[T | None]], wait: _Wait[T], sleep: Callable[[float], Awaitable[object]]
) -> T:
    while True:
        error = None
        try:
            with no_retries():
                seen = await look()
        except (ApiError, httpx.TransportError) as failed:
            error = failed
        else:
            if seen is not None and wait.is_over(seen):
                return seen
        await sleep(wait.pause(error))


def _known_id(snapshot: str | ShareAction) -> str | None:
    """Return the id of a snapshot, if it is told."""
    if isinstance(snapshot, str):
        return snapshot
    return snapshot.resource_id if snapshot.resource_type == "SNAPSHOT" else None


def _check_told(snapshot: str | ShareAction, name: str | None) -> None:
    if not (_known_id(snapshot) or name):
        raise ValueError(
            "The action names the share alone, and so not which snapshot it takes: give the snapshot's name as name=."
        )


def _taken_by(action: ShareAction, name: str | None, snapshots: Iterable[Snapshot]) -> Snapshot | None:
    """Return the snapshot of a name that was taken when an action started, if there is one yet."""
    start = _utc(action.started_at)
    since = (s for s in snapshots if s.name == name and _utc(s.created_at) - start >= -_SKEW)
    return min(since, key=lambda s: abs(_utc(s.created_at) - start), default=None)


def _utc(moment: datetime) -> datetime:
    # The client reads none without an offset, but a program may have made the action itself.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def wait_for_share(
    client: AuthenticatedClient,
    share_id: str,
    *,
    until: Callable[[Share], bool] = is_settled,
    seconds: float = _SECONDS,
    on_progress: Progress[Share] | None = None,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Share:
    """Wait until a share is ACTIVE, or INACTIVE as it is attached to no VPC; or until it is as it is to be.

    Args:
        client: The client.
        share_id: The share's id.
        until: Whether it is as it is to be, such as `lambda share: share.size_gib == 200` after a resize.
        seconds: For how many seconds to wait at most.
        on_progress: Is told of each look: the share, and for how many seconds it has been waited.
        sleep: Waits for so many seconds.
        clock: The time, in seconds from whenever.

    Returns:
        The share as it is then.

    Raises:
        NotReadyError: It is FAILED or DELETED.
        TimeoutError: The time is up. The change may be under way all the same.
        ApiError: The API refuses to show it. What may pass, such as a 503, is waited out.
    """
    wait = _Wait(f"Share {share_id}", until, seconds, on_progress, clock)
    return _wait(lambda: get_share.sync(share_id, client=client).share, wait, sleep)


async def async_wait_for_share(
    client: AuthenticatedClient,
    share_id: str,
    *,
    until: Callable[[Share], bool] = is_settled,
    seconds: float = _SECONDS,
    on_progress: Progress[Share] | None = None,
    sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Share:
    """Wait for a share as `wait_for_share` does, without blocking."""

    async def look() -> Share:
        return (await get_share.asyncio(share_id, client=client)).share

    return await _async_wait(look, _Wait(f"Share {share_id}", until, seconds, on_progress, clock), sleep)


def wait_for_snapshot(
    client: AuthenticatedClient,
    snapshot: str | ShareAction,
    *,
    name: str | None = None,
    until: Callable[[Snapshot], bool] = is_ready,
    seconds: float = _SECONDS,
    on_progress: Progress[Snapshot] | None = None,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Snapshot:
    """Wait until a snapshot is ACTIVE. The rest is as with `wait_for_share`.

    Args:
        client: The client.
        snapshot: Its id, or the action that takes it.
        name: Its name, which no other snapshot of the share should have. It has to be given with an action that names
            the share alone, as the API's may.
        until: Whether it is as it is to be.
        seconds: For how many seconds to wait at most.
        on_progress: Is told of each look: the snapshot, and for how many seconds it has been waited.
        sleep: Waits for so many seconds.
        clock: The time, in seconds from whenever.

    Raises:
        ValueError: Neither the action nor `name` says which snapshot is meant.
    """
    _check_told(snapshot, name)

    def look() -> Snapshot | None:
        if snapshot_id := _known_id(snapshot):
            return get_snapshot.sync(snapshot_id, client=client).snapshot
        assert isinstance(snapshot, ShareAction)
        listed = pages(list_snapshots.sync, client=client, share_id=snapshot.resource_id)
        return _taken_by(snapshot, name, [taken for page in listed for taken in page.snapshots])

    return _wait(look, _Wait("The snapshot", until, seconds, on_progress, clock), sleep)


async def async_wait_for_snapshot(
    client: AuthenticatedClient,
    snapshot: str | ShareAction,
    *,
    name: str | None = None,
    until: Callable[[Snapshot], bool] = is_ready,
    seconds: float = _SECONDS,
    on_progress: Progress[Snapshot] | None = None,
    sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Snapshot:
    """Wait for a snapshot as `wait_for_snapshot` does, without blocking."""
    _check_told(snapshot, name)

    async def look() -> Snapshot | None:
        if snapshot_id := _known_id(snapshot):
            return (await get_snapshot.asyncio(snapshot_id, client=client)).snapshot
        assert isinstance(snapshot, ShareAction)
        listed = async_pages(list_snapshots.asyncio, client=client, share_id=snapshot.resource_id)
        return _taken_by(snapshot, name, [taken async for page in listed for taken in page.snapshots])

    return await _async_wait(look, _Wait("The snapshot", until, seconds, on_progress, clock), sleep)


def wait_for_access_point(
    client: AuthenticatedClient,
    access_point_id: str,
    *,
    until: Callable[[AccessPoint], bool] = is_ready,
    seconds: float = _SECONDS,
    on_progress: Progress[AccessPoint] | None = None,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> AccessPoint:
    """Wait until an access point is ACCESS_POINT_ACTIVE. The rest is as with `wait_for_share`."""
    wait = _Wait(f"Access point {access_point_id}", until, seconds, on_progress, clock)
    return _wait(lambda: get_access_point.sync(access_point_id, client=client).access_point, wait, sleep)


async def async_wait_for_access_point(
    client: AuthenticatedClient,
    access_point_id: str,
    *,
    until: Callable[[AccessPoint], bool] = is_ready,
    seconds: float = _SECONDS,
    on_progress: Progress[AccessPoint] | None = None,
    sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> AccessPoint:
    """Wait for an access point as `wait_for_access_point` does, without blocking."""

    async def look() -> AccessPoint:
        return (await get_access_point.asyncio(access_point_id, client=client)).access_point

    wait = _Wait(f"Access point {access_point_id}", until, seconds, on_progress, clock)
    return await _async_wait(look, wait, sleep)
