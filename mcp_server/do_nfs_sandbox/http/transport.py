"""The sandbox as an httpx transport: requests are answered in this process, faults included."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx

from do_nfs_sandbox.http.asgi import DroppedError

if TYPE_CHECKING:
    from do_nfs_sandbox.http.asgi import Scope, Sleep
    from do_nfs_sandbox.http.sandbox import Sandbox

__all__ = ["SandboxTransport"]


class SandboxTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Answers the requests of an httpx client from a sandbox in this process.

    Give it to `httpx.AsyncClient` or `httpx.Client` as `transport`. Closing it leaves the sandbox open. A connection
    that a fault drops, or a body that it cuts short, is an `httpx.RemoteProtocolError`, as over a network; a pause
    longer than the request's read timeout is an `httpx.ReadTimeout`.

    Args:
        sandbox: What answers.

    Example:
        >>> import httpx
        >>> from do_nfs_sandbox import Sandbox
        >>> token = {"Authorization": "Bearer dop_v1_" + "0" * 64}
        >>> with Sandbox(seed="examples") as sandbox:
        ...     with httpx.Client(transport=SandboxTransport(sandbox), headers=token) as client:
        ...         [share["name"] for share in client.get("http://sandbox/v2/nfs").json()["shares"]]
        ['sammy-share-drive']
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.AsyncClient`.

        Raises:
            httpx.RemoteProtocolError: If a fault closes the connection.
            httpx.ReadTimeout: If a fault takes longer than the request allows.
        """
        return await self._exchange(request, await request.aread(), self._sandbox.sleep)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.Client`, which may be used inside an event loop too.

        Raises:
            httpx.RemoteProtocolError: If a fault closes the connection.
            httpx.ReadTimeout: If a fault takes longer than the request allows.
        """
        coroutine = self._exchange(request, request.read(), _sleep_in_thread(self._sandbox.sleep))
        # Pauses are slept in a thread, so that nothing in it ever waits and it needs no event loop; one may be running.
        try:
            coroutine.send(None)
        except StopIteration as done:
            response: httpx.Response = done.value
            return response
        coroutine.close()
        raise RuntimeError("the sandbox waits for something that is not a pause")

    async def _exchange(self, request: httpx.Request, content: bytes, sleep: Sleep) -> httpx.Response:
        messages: list[dict[str, Any]] = [
            {"type": "http.disconnect"},
            {"type": "http.request", "body": content, "more_body": False},
        ]
        status, headers, body = 0, [], b""

        async def receive() -> dict[str, Any]:
            return messages.pop()

        async def send(message: Any) -> None:
            nonlocal status, headers, body
            if message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            else:
                body += message["body"]

        try:
            await self._sandbox(_scope(request, _with_timeout(sleep, request)), receive, send)
        except DroppedError:
            what = "sending complete message body" if status else "sending a response"
            raise httpx.RemoteProtocolError(f"The sandbox closed the connection without {what}.") from None
        return httpx.Response(status, headers=headers, content=body, request=request)


def _scope(request: httpx.Request, sleep: Sleep) -> Scope:
    return {
        "type": "http",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "do_nfs_sandbox.sleep": sleep,
    }


def _with_timeout(sleep: Sleep, request: httpx.Request) -> Sleep:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")

    async def pause(seconds: float) -> None:
        if timeout is None or seconds <= timeout:
            await sleep(seconds)
            return
        await sleep(timeout)
        raise httpx.ReadTimeout("The sandbox took too long to answer.", request=request)

    return pause


def _sleep_in_thread(sleep: Sleep) -> Sleep:
    async def one(seconds: float) -> None:
        await sleep(seconds)

    async def pause(seconds: float) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, one(seconds)).result()

    return pause
