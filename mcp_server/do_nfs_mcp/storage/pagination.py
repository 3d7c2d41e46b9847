"""Cuts lists, which the API gives whole, into pages."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from do_nfs_mcp.api.errors import NfsError

__all__ = ["Key", "Page", "page_of"]

T = TypeVar("T")

Key = tuple[str | int, ...]
"""What a list is sorted by."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list.

    Attributes:
        items: What is on this page.
        total: How many items the whole list has.
        next_cursor: What to ask for the next page with; None if this is the last.
    """

    items: list[T]
    total: int
    next_cursor: str | None


def page_of(of: str, items: Iterable[T], key: Callable[[T], Key], limit: int, cursor: str) -> Page[T]:
    """Cut out a page.

    Args:
        of: What is listed, such as "shares". A cursor works only for a list of the same.
        items: The whole list, in any order.
        key: Makes what the list is sorted by. It is unique and never changes, so that what is added or deleted between
            two pages neither repeats nor hides anything else.
        limit: How many items a page has at most.
        cursor: next_cursor of the page before, or an empty text for the first page.

    Raises:
        NfsError: The cursor does not come from a page of such a list.
    """
    ordered = sorted(items, key=key)
    start = 0
    if cursor:
        listed, *rest = _decoded(cursor) or ("",)
        after = tuple(rest)
        if listed != of or (ordered and list(map(type, key(ordered[0]))) != list(map(type, after))):
            raise _bad_cursor()
        start = sum(key(item) <= after for item in ordered)
    shown = ordered[start : start + limit]
    more = start + len(shown) < len(ordered)
    return Page(shown, len(ordered), _encoded((of, *key(shown[-1]))) if more and shown else None)


def _encoded(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> Key:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise _bad_cursor() from None
    if not isinstance(key, list) or not all(isinstance(part, str | int) for part in key):
        raise _bad_cursor()
    return tuple(key)


def _bad_cursor() -> NfsError:
    return NfsError(
        "Nothing was done: the cursor is not one that this tool gave out. Leave it out to start from the first page."
    )
