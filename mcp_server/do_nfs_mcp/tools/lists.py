"""What the list tools share: filters that the API does not have, and orders that do not change between two pages."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.storage.pagination import Key


class HasName(Protocol):
    """What has a name."""

    name: str


class HasRegion(Protocol):
    """What is in a region."""

    id: str
    name: str
    region: str


class HasCreatedAt(Protocol):
    """What was created at a time."""

    id: str
    created_at: datetime


T = TypeVar("T", bound=HasName)


def matching(items: Iterable[T], name_contains: str, status: str = "") -> Iterator[T]:
    """Yield the items that match all of these filters, of which an empty text lets everything through.

    Args:
        items: The whole list.
        name_contains: A part of the name, in any case.
        status: The status, in any case.
    """
    wanted_name, wanted_status = name_contains.casefold(), status.upper()
    for item in items:
        # What the API gave is not validated yet, and only what is shown will be: it may not be text.
        name, found_status = str(item.name), str(getattr(item, "status", ""))
        if wanted_name in name.casefold() and wanted_status in ("", found_status.upper()):
            yield item


def by_region(item: HasRegion) -> Key:
    """Return a page's key: by region, and there by name."""
    return (str(item.region), str(item.name), item.id)


def oldest_first(item: HasCreatedAt) -> Key:
    """Return a page's key: by age, the oldest first."""
    return (_micros(item), item.id)


def newest_first(item: HasCreatedAt) -> Key:
    """Return a page's key: by age, the newest first."""
    return (-_micros(item), item.id)


def _micros(item: HasCreatedAt) -> int:
    return round(utc(item.created_at).timestamp() * 1_000_000)
