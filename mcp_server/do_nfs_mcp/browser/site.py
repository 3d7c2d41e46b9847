"""The pages of open questions on a port of 127.0.0.1, which is there only while there is a question to answer."""

import asyncio
import secrets
import socket
from collections.abc import Callable
from urllib.parse import parse_qs

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from do_nfs_mcp.browser.page import message_page, question_page
from do_nfs_mcp.browser.question import Asked

__all__ = ["QuestionSite"]

_HOST = "127.0.0.1"
_LONGEST_BODY = 16 * 1024
_FORM = "application/x-www-form-urlencoded"
# For how many seconds a page waits at a time: browsers give up on a request after a few minutes.
_WATCH_SECONDS = 60
_HEADERS = {
    "cache-control": "no-store",
    "connection": "close",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # With no-referrer a browser would not say either where a form comes from.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class QuestionSite:
    """The site.

    Args:
        find: Returns the question with this token; None if there is none that can still be answered.
        answer: Takes the person's answer to a question: True is yes.
    """

    def __init__(self, find: Callable[[str], Asked | None], answer: Callable[[Asked, bool], None]) -> None:
        self._find = find
        self._answer = answer
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._starting = anyio.Lock()
        self._authority = ""

    async def url(self, asked: Asked) -> str:
        """Return the address of a question's page, which is served from now on until `stop`."""
        async with self._starting:
            if self._server is None:
                self._server = await self._start()
        return f"http://{self._authority}/{asked.token}"

    def stop(self) -> None:
        """Listen no more. What is being answered is answered to its end."""
        if self._server:
            self._server.close()
            self._server = None

    async def aclose(self) -> None:
        """Listen no more, and close all connections."""
        self.stop()
        for task in tuple(self._state.tasks):
            task.cancel()
        for connection in tuple(self._state.connections):
            connection.transport.abort()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)

    async def _start(self) -> asyncio.Server:
        listener = socket.create_server((_HOST, 0))
        self._authority = f"{_HOST}:{listener.getsockname()[1]}"
        config = Config(
            self._app,
            http=H11Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            proxy_headers=False,
            server_header=False,
        )

        def connection() -> H11Protocol:
            made = H11Protocol(config, self._state, {})
            # The address is for the person alone. Config's own option for this turns off the log of the whole process.
            made.access_log = False
            return made

        return await asyncio.get_running_loop().create_server(connection, sock=listener)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._respond(Request(scope, receive))
        except ClientDisconnect:
            return
        response.headers.update(_HEADERS)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        # Who resolves a name of their own to this machine sends that name.
        if request.headers.getlist("host") != [self._authority]:
            return _message(421, "This is not the address of this page.", "Nothing was done.")
        token, _, rest = request.url.path.removeprefix("/").partition("/")
        asked = self._find(token)
        if asked is None or rest not in {"", "open"}:
            return _message(404, "There is no question here.")
        if request.method == "POST" and not rest:
            return await self._take(asked, request)
        if request.method not in {"GET", "HEAD"}:
            response = _message(405, "This page cannot be used like that.", "Nothing was done.")
            response.headers["allow"] = "GET, HEAD" if rest else "GET, HEAD, POST"
            return response
        if rest:
            return await _watch(asked, request)
        asked.was_shown = True
        return _page(200, lambda nonce: question_page(asked.question, nonce))

    async def _take(self, asked: Asked, request: Request) -> Response:
        """Take the person's answer, which has to come from the page itself."""
        if request.headers.getlist("origin") != [f"http://{self._authority}"]:
            return _message(403, "The answer did not come from this page.", "Nothing was done.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _message(415, "That is no answer.", "Nothing was done.")
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LONGEST_BODY:
                return _message(413, "The answer is too long.", "Nothing was done.")
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        answer, typed = form.get("answer"), form.get("typed", [""])[0].strip()
        if asked.over.is_set():
            return _message(404, "There is no question here.")
        if answer == ["no"]:
            self._answer(asked, False)
            return _message(200, "You said no.", "Nothing is done. You can close this page.")
        if answer != ["yes"]:
            return _message(400, "That is no answer.", "Nothing was done.")
        if asked.question.typed is not None and typed not in asked.question.typed:
            return _page(422, lambda nonce: question_page(asked.question, nonce, mistyped=typed[:100]))
        self._answer(asked, True)
        if asked.callers:
            return _message(200, "You said yes.", "The assistant's call goes on. You can close this page.")
        return _message(
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


def _page(status: int, page: Callable[[str], str]) -> Response:
    nonce = secrets.token_urlsafe(16)
    policy = {"content-security-policy": _POLICY.format(nonce=nonce)}
    return HTMLResponse(page(nonce), status, headers=policy)


def _message(status: int, title: str, *text: str) -> Response:
    return _page(status, lambda nonce: message_page(nonce, title, *text))
