"""Questions to the person in their browser: asked, waited for, and kept for the same call made again."""

import asyncio
import time
from collections.abc import Callable

import anyio

from do_nfs_mcp.browser.question import Asked, NoBrowserError, OtherQuestionError, Question
from do_nfs_mcp.browser.site import QuestionSite

__all__ = ["BrowserElicitation"]

_KEPT_SECONDS = 600


class BrowserElicitation:
    """Asks the person in their browser, one question at a time: nobody reads many pages that open at once.

    It listens on a port only while there is a question that can be answered.

    Args:
        open_page: Begins to open the page at a URL, and calls what it is given if no browser could be started.
        clock: The time, in seconds since 1970.
        kept_seconds: For how long after its call a question, or its answer, waits for the same call to be made again.
    """

    def __init__(
        self,
        open_page: Callable[[str, Callable[[], None]], None],
        clock: Callable[[], float] = time.time,
        kept_seconds: float = _KEPT_SECONDS,
    ) -> None:
        self._open_page = open_page
        self._clock = clock
        self._kept_seconds = kept_seconds
        self._asked: dict[tuple[str, Question], Asked] = {}
        self._site = QuestionSite(self._find, self._answer)

    async def ask(self, call: str, question: Question, seconds: float) -> bool | None:
        """Ask the person, or find what they answered to the same question of the same call. An answer counts once.

        Args:
            call: The tool and its arguments.
            question: The question.
            seconds: How long to wait for the answer.

        Returns:
            True for yes, False for no; None if they have not answered.

        Raises:
            NoBrowserError: No browser could be started.
            OtherQuestionError: They have another question before them, and were not asked this one.
        """
        self._forget_expired()
        key = call, question
        asked = self._asked.get(key) or Asked(question)
        # Another call that waits has opened the page.
        opens = not (asked.callers or asked.viewers or asked.over.is_set())
        if opens and self._other_is_open(key):
            raise OtherQuestionError
        self._asked[key] = asked
        self._forget_outdated(key)
        asked.callers += 1
        try:
            if opens:
                self._open_page(await self._site.url(asked), lambda: self._failed(key, asked))
            with anyio.move_on_after(seconds):
                await asked.over.wait()
        finally:
            asked.callers -= 1
            asked.expires = self._clock() + self._kept_seconds
            asyncio.get_running_loop().call_later(self._kept_seconds + 1, self._forget_expired)
        if not asked.over.is_set():
            return None
        # Two calls may have waited.
        first = self._asked.pop(key, None) is asked
        if asked.answer is None:
            raise NoBrowserError
        return asked.answer if first else None

    async def aclose(self) -> None:
        """Ask nothing any more."""
        for asked in self._asked.values():
            asked.over.set()
        self._asked.clear()
        await self._site.aclose()

    def _find(self, token: str) -> Asked | None:
        self._forget_expired()
        return next((a for a in self._asked.values() if a.token == token and not a.over.is_set()), None)

    def _answer(self, asked: Asked, yes: bool) -> None:
        asked.answer = yes
        self._end(asked)

    def _failed(self, key: tuple[str, Question], asked: Asked) -> None:
        # A browser that has shown the page may end as it likes.
        if not asked.was_shown and not asked.over.is_set():
            self._end(asked)
            if not asked.callers:
                self._asked.pop(key, None)

    def _other_is_open(self, key: tuple[str, Question]) -> bool:
        """Return whether the person has a question before them that this one does not take the place of."""
        others = ((call, asked) for (call, question), asked in self._asked.items() if (call, question) != key)
        return any(asked.is_open and (asked.callers or call != key[0]) for call, asked in others)

    def _forget_expired(self) -> None:
        now = self._clock()
        self._forget(lambda _, asked: asked.expires <= now)

    def _forget_outdated(self, key: tuple[str, Question]) -> None:
        """Forget what the same call asked before what it is about had changed."""
        self._forget(lambda other, asked: other[0] == key[0] and other != key and asked.is_open)

    def _forget(self, is_over: Callable[[tuple[str, Question], Asked], bool]) -> None:
        for key, asked in tuple(self._asked.items()):
            if not asked.callers and is_over(key, asked):
                del self._asked[key]
                self._end(asked)

    def _end(self, asked: Asked) -> None:
        asked.over.set()
        if all(each.over.is_set() for each in self._asked.values()):
            self._site.stop()
