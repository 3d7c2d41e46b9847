"""Every page of a list. Nothing says that lists of shares or snapshots have pages, but they could get some."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from do_nfs_client import UnreadableItem
from do_nfs_client.models import PageLinks
from do_nfs_client.types import Unset, query_of

__all__ = ["PageWalk", "async_pages", "pages"]


class HasLinks(Protocol):
    """A page of a list."""

    links: PageLinks | Unset
    unreadable: tuple[UnreadableItem, ...]

    def to_dict(self) -> dict[str, Any]: ...


L = TypeVar("L", bound=HasLinks)


def pages(operation: Callable[..., L], **arguments: Any) -> Iterator[L]:
    """Yield each page of a list. One that is answered whole has one page.

    A link that leads to no other page ends the walk, and is in the `unreadable` of the page that has it.

    Args:
        operation: The client's function, such as `list_shares.sync`.
        arguments: Its arguments.

    Raises:
        ApiError: The API answers with anything but a success that the contract has.
        httpx.HTTPError: There is no answer, or none in time.
    """
    page, walk = operation(**arguments), PageWalk(arguments)
    url = walk.next_url(page)
    yield page
    while url:
        last, page = page, operation(**{**arguments, "page_url": url})
        url = walk.next_url(page, is_repeat=_are_alike(last, page))
        yield page


async def async_pages(operation: Callable[..., Awaitable[L]], **arguments: Any) -> AsyncIterator[L]:
    """Yield each page of a list as `pages` does. operation: Such as `list_shares.asyncio`."""
    page, walk = await operation(**arguments), PageWalk(arguments)
    url = walk.next_url(page)
    yield page
    while url:
        last, page = page, await operation(**{**arguments, "page_url": url})
        url = walk.next_url(page, is_repeat=_are_alike(last, page))
        yield page


def _are_alike(page: HasLinks, other: HasLinks) -> bool:
    """Return whether two pages have the same but for their links: the server ignores which page is asked for."""
    first, second = ({**each.to_dict(), "links": None} for each in (page, other))
    return first == second and page.unreadable == other.unreadable


class PageWalk:
    """The way from page to page of one list, on which no page is asked for twice.

    Args:
        arguments: Those with which the operation is called for the first page.

    Attributes:
        odd_link: The link that ended the walk, if one did that leads to no other page.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        # As the operation puts them into its query, and a link's over them.
        self._query = {name: str(value) for name, value in arguments.items() if isinstance(value, str | int)}
        self._asked = {self._page_of("")}
        self.odd_link: UnreadableItem | None = None

    def next_url(self, page: HasLinks, *, is_repeat: bool = False) -> str | None:
        """Return where a page says that the next one is; None if it is the last.

        The operations take it as `page_url`. They ask where they always do, whatever host it names. If that is for a
        page that was asked for before, the walk ends, and the page's `unreadable` has the link.

        Args:
            page: The page that was read last.
            is_repeat: Whether it has nothing but what those before it have. Then its link is taken to lead to no more.
        """
        url = (page.links and page.links.pages and page.links.pages.next_) or None
        if url is None:
            return None
        following = self._page_of(url)
        if is_repeat or following in self._asked:
            self.odd_link = UnreadableItem("next", url, "it leads to no page that was not read already")
            page.unreadable += (self.odd_link,)
            return None
        self._asked.add(following)
        return url

    def _page_of(self, url: str) -> frozenset[tuple[str, str]]:
        # How many items a page has says nothing of which page it is.
        query = {"page": "1", **self._query, **query_of(url), "per_page": ""}
        return frozenset(query.items())
