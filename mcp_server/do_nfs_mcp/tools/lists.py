"""What the list tools share: filters on this side, and pages in an order that does not change."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.storage.pagination import Key


class Named(Protocol):
    """What has a name."""

    name: str


class Placed(Protocol):
    """What is in a region."""

    id: UUID
    name: str
    region: str


class Dated(Protocol):
    """What was made at a time."""

    id: UUID
    created_at: datetime


N = TypeVar("N", bound=Named)


def matching(items: Iterable[N], name_contains: str, status: str = "") -> Iterator[N]:
    """Those whose name contains a text and that are in a state, in whatever case. An empty text lets all through."""
    wanted_name, wanted_state = name_contains.casefold(), status.upper()
    for item in items:
        # Nothing has looked yet at what the API gave: whether it is text is found out for those that are shown.
        name, state = str(item.name), str(getattr(item, "status", ""))
        if wanted_name in name.casefold() and wanted_state in ("", state.upper()):
            yield item


def by_region(item: Placed) -> Key:
    """A page's key: by region, and there by name."""
    return (str(item.region), str(item.name), str(item.id))


def oldest_first(item: Dated) -> Key:
    """A page's key: by age, the oldest first."""
    return (_micros(item), str(item.id))


def newest_first(item: Dated) -> Key:
    """A page's key: by age, the newest first."""
    return (-_micros(item), str(item.id))


def _micros(item: Dated) -> int:
    return round(utc(item.created_at).timestamp() * 1_000_000)
