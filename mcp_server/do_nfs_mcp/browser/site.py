"""The pages of open questions, which are there only while there is a question to answer."""

from collections.abc import Callable
from urllib.parse import parse_qs

import anyio
from starlette.requests import Request
from starlette.responses import Response

from do_nfs_mcp.browser.loopback_site import LoopbackSite, message_response, page_response, read_body
from do_nfs_mcp.browser.page import question_page
from do_nfs_mcp.browser.question import Asked

__all__ = ["QuestionSite"]

_FORM = "application/x-www-form-urlencoded"
# For how many seconds a page waits at a time: browsers give up on a request after a few minutes.
_WATCH_SECONDS = 60


class QuestionSite:
    """The site.

    Args:
        find: Returns the question with this token; None if there is none that can still be answered.
        answer: Takes the person's answer to a question: True is yes.
    """

    def __init__(self, find: Callable[[str], Asked | None], answer: Callable[[Asked, bool], None]) -> None:
        self._find = find
        self._answer = answer
        self._site = LoopbackSite(self._respond)

    async def url(self, asked: Asked) -> str:
        """Return the address of a question's page, which is served from now on until `stop`."""
        return f"{await self._site.origin()}/{asked.token}"

    def stop(self) -> None:
        """Listen no more. What is being answered is answered to its end."""
        self._site.stop()

    async def aclose(self) -> None:
        """Listen no more, and close all connections."""
        await self._site.aclose()

    async def _respond(self, request: Request) -> Response:
        token, _, rest = request.url.path.removeprefix("/").partition("/")
        asked = self._find(token)
        if asked is None or rest not in {"", "open"}:
            return message_response(404, "There is no question here.")
        if request.method == "POST" and not rest:
            return await self._take(asked, request)
        if request.method not in {"GET", "HEAD"}:
            response = message_response(405, "This page cannot be used like that.", "Nothing was done.")
            response.headers["allow"] = "GET, HEAD" if rest else "GET, HEAD, POST"
            return response
        if rest:
            return await _watch(asked, request)
        asked.was_shown = True
        return page_response(200, lambda nonce: question_page(asked.question, nonce))

    async def _take(self, asked: Asked, request: Request) -> Response:
        """Take the person's answer."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return message_response(415, "That is not an answer.", "Nothing was done.")
        body = await read_body(request)
        if body is None:
            return message_response(413, "The answer is too long.", "Nothing was done.")
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        answer, typed = form.get("answer"), form.get("typed", [""])[0].strip()
        if asked.over.is_set():
            return message_response(404, "There is no question here.")
        if answer == ["no"]:
            self._answer(asked, False)
            return message_response(200, "You said no.", "Nothing is done. You can close this page.")
        if answer != ["yes"]:
            return message_response(400, "That is not an answer.", "Nothing was done.")
        if asked.question.typed is not None and typed not in asked.question.typed:
            return page_response(422, lambda nonce: question_page(asked.question, nonce, mistyped=typed[:100]))
        self._answer(asked, True)
        if asked.callers:
            return message_response(200, "You said yes.", "The assistant's call goes on. You can close this page.")
        return message_response(
            200,
            "You said yes.",
            "The assistant's call has ended meanwhile, and nothing has been done yet. Tell the assistant to go on "
            "within ten minutes: it makes the same call again, which finds your answer.",
        )


async def _watch(asked: Asked, request: Request) -> Response:
    """Answer when the question is over, or the page should ask again; until then the person has it before them."""
    asked.viewers += 1
    try:
        with anyio.move_on_after(_WATCH_SECONDS):
            async with anyio.create_task_group() as tasks:

                async def until_closed() -> None:
                    while (await request.receive())["type"] != "http.disconnect":
                        pass
                    tasks.cancel_scope.cancel()

                tasks.start_soon(until_closed)
                await asked.over.wait()
                tasks.cancel_scope.cancel()
    finally:
        asked.viewers -= 1
    return Response(status_code=204 if asked.over.is_set() else 200)
