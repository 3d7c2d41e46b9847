"""The pages of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from do_nfs_sandbox.api.call import Call

__all__ = ["links_of", "offset_of", "page_of"]


def offset_of(call: Call) -> int:
    """Return how many items come before the page that is asked for."""
    return int((call.query["page"] - 1) * call.query["per_page"])


def page_of(call: Call, items: Sequence[Any]) -> Sequence[Any]:
    """Return the items on the page that is asked for. items: Those on all pages."""
    return items[offset_of(call) : offset_of(call) + call.query["per_page"]]


def links_of(call: Call, total: int) -> dict[str, Any]:
    """Return what an answer says of the other pages. total: How many items there are on all pages."""
    page, per_page = call.query["page"], call.query["per_page"]
    last = -(-total // per_page)
    numbers = {}
    # As DigitalOcean has it, a page does not link to itself: its Go client reads on while there is a `last`.
    if page > 1:
        numbers = {"first": 1, "prev": max(1, min(page - 1, last))}
    if page < last:
        numbers |= {"next": page + 1, "last": last}
    urls = {name: f"{call.url}?{urlencode({**call.query, 'page': number})}" for name, number in numbers.items()}
    return {"links": {"pages": urls} if last > 1 else {}, "meta": {"total": total}}
