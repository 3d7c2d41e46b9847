"""Every page of a list. Nothing says that lists of shares or snapshots have pages, but they could get some."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Protocol, TypeVar

from do_nfs_client.models import PageLinks
from do_nfs_client.types import Unset

__all__ = ["async_pages", "next_page_url", "pages"]


class HasLinks(Protocol):
    """A page of a list."""

    links: PageLinks | Unset


L = TypeVar("L", bound=HasLinks)


def pages(operation: Callable[..., L], **arguments: Any) -> Iterator[L]:
    """Yield each page of a list. One that is answered whole has one page.

    Args:
        operation: The client's function, such as `list_shares.sync`.
        arguments: Its arguments.

    Raises:
        ApiError: The API answers with anything but a success that the contract has.
        httpx.HTTPError: There is no answer, or none in time.
    """
    page, seen = operation(**arguments), set[str]()
    yield page
    while (url := next_page_url(page)) and url not in seen:
        seen.add(url)
        page = operation(**arguments, page_url=url)
        yield page


async def async_pages(operation: Callable[..., Awaitable[L]], **arguments: Any) -> AsyncIterator[L]:
    """Yield each page of a list as `pages` does. operation: Such as `list_shares.asyncio`."""
    page, seen = await operation(**arguments), set[str]()
    yield page
    while (url := next_page_url(page)) and url not in seen:
        seen.add(url)
        page = await operation(**arguments, page_url=url)
        yield page


def next_page_url(page: HasLinks) -> str | None:
    """Return where a page says that the next one is; None if it is the last.

    The operations take it as `page_url`. They ask where they always do, whatever host it names.
    """
    return (page.links and page.links.pages and page.links.pages.next_) or None
