"""The person at their browser, whom the server asks by itself; their browser is an HTTP client on loopback."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from html import unescape

import httpx
from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation

from .clock import Clock

Visit = Callable[[str], Awaitable[object]]


class BrowsingPerson:
    """Who is asked on a page. Agrees to everything, as it has to be agreed to, unless a test says otherwise.

    Attributes:
        opened: The addresses opened so far.
        asked: The questions on their pages.
        visit: What they do at an address; None leaves the page unread.
        has_browser: Whether a browser can be started.
        elicitation: What asks them.
    """

    def __init__(self, clock: Clock) -> None:
        self.opened: list[str] = []
        self.asked: list[str] = []
        self.visit: Visit | None = self.agree
        self.has_browser = True
        self.elicitation = BrowserElicitation(self._open, clock)
        self._visits: set[asyncio.Future[object]] = set()

    def _open(self, url: str, failed: Callable[[], None]) -> None:
        if not self.has_browser:
            failed()
            return
        self.opened.append(url)
        if self.visit:
            self._visits.add(asyncio.ensure_future(self.visit(url)))

    async def look(self, url: str) -> httpx.Response:
        """Fetch the page."""
        async with http() as client:
            page = await client.get(url)
        if page.status_code == 200:
            self.asked.append(question_of(page))
        return page

    async def agree(self, url: str) -> httpx.Response:
        await self.look(url)
        name = re.match(r'Delete share "([^"]+)"', self.asked[-1])
        return await send(url, answer="yes", **({"typed": name[1]} if name else {}))

    async def decline(self, url: str) -> httpx.Response:
        await self.look(url)
        return await send(url, answer="no")


def http() -> httpx.AsyncClient:
    """A client that uses no proxy."""
    return httpx.AsyncClient(trust_env=False)


async def send(url: str, /, **fields: str) -> httpx.Response:
    """Submit the form of the page at an address, as a browser does from there."""
    async with http() as client:
        return await client.post(url, data=fields, headers={"origin": url.rpartition("/")[0]})


def question_of(page: httpx.Response) -> str:
    """The question that a page shows."""
    found = re.search(r'<p id="question" class="message">(.*?)</p>', page.text, re.DOTALL)
    assert found, page.text
    return unescape(found[1])
