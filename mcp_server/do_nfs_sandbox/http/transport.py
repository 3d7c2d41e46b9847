"""The sandbox as an httpx transport: requests are answered in this process, faults included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

try:
    import httpx
except ImportError as error:
    raise ImportError("SandboxTransport needs httpx: pip install 'do-nfs-sandbox[httpx]'", name="httpx") from error

from do_nfs_sandbox.http.asgi import DroppedError, raw_headers
from do_nfs_sandbox.http.pauses import pause_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from do_nfs_sandbox.faults.effects import Delivery
    from do_nfs_sandbox.http.asgi import Scope
    from do_nfs_sandbox.http.sandbox import Sandbox

__all__ = ["SandboxTransport"]


class SandboxTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Answers the requests of an httpx client from a sandbox in this process.

    Give it to `httpx.AsyncClient` or `httpx.Client` as `transport`. Closing it leaves the sandbox open. What a client
    sees is what it sees over a network: a body comes in the pieces in which a fault sends it; a connection that a fault
    drops is an `httpx.RemoteProtocolError`, and so is the end of a body that it cuts short; a pause longer than the
    request's read timeout is an `httpx.ReadTimeout`.

    Args:
        sandbox: What answers.

    Example:
        >>> import httpx
        >>> from do_nfs_sandbox import Sandbox
        >>> token = {"Authorization": "Bearer dop_v1_" + "0" * 64}
        >>> with Sandbox(seed="examples") as sandbox:
        ...     with httpx.Client(transport=SandboxTransport(sandbox), headers=token) as client:
        ...         [share["name"] for share in client.get("http://sandbox/v2/nfs").json()["shares"]]
        ['sammy-share-drive', 'sammy-old-drive']
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.AsyncClient`.

        Raises:
            httpx.RemoteProtocolError: If a fault closes the connection.
            httpx.ReadTimeout: If a fault takes longer than the request allows.
        """
        body = _Body(request, self._sandbox, await self._delivery(request, await request.aread()))
        await body.apause(body.pieces[0][0])
        return body.response()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.Client`, which may be used inside an event loop too.

        Raises:
            httpx.RemoteProtocolError: If a fault closes the connection.
            httpx.ReadTimeout: If a fault takes longer than the request allows.
        """
        exchange = self._delivery(request, request.read())
        # It is handled without a wait, so that it needs no event loop; one may be running.
        try:
            exchange.send(None)
        except StopIteration as done:
            body = _Body(request, self._sandbox, done.value)
        else:
            exchange.close()
            raise RuntimeError("the sandbox waits for something that is not a pause")
        body.pause(body.pieces[0][0])
        return body.response()

    async def _delivery(self, request: httpx.Request, content: bytes) -> Delivery:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        try:
            return await self._sandbox.respond(_scope(request), receive)
        except DroppedError:
            raise _closed("sending a response") from None


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer's body, piece by piece, to either kind of client."""

    def __init__(self, request: httpx.Request, sandbox: Sandbox, delivery: Delivery) -> None:
        self._request, self._sandbox, self._delivery = request, sandbox, delivery
        self._timeout: float | None = request.extensions.get("timeout", {}).get("read")
        self.pieces = delivery.pieces

    def response(self) -> httpx.Response:
        answer = self._delivery.answer
        return httpx.Response(answer.status, headers=raw_headers(answer), stream=self, request=self._request)

    # The first pause is over before there is a response.

    def __iter__(self) -> Iterator[bytes]:
        for number, (seconds, piece) in enumerate(self.pieces):
            if number:
                self.pause(seconds)
            yield piece
        self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for number, (seconds, piece) in enumerate(self.pieces):
            if number:
                await self.apause(seconds)
            yield piece
        self._end()

    def pause(self, seconds: float) -> None:
        if seconds:
            pause_thread(self._at_most(seconds), self._sandbox.sleep)
            self._check(seconds)

    async def apause(self, seconds: float) -> None:
        if seconds:
            await self._sandbox.sleep(self._at_most(seconds))
            self._check(seconds)

    def _at_most(self, seconds: float) -> float:
        return seconds if self._timeout is None else min(seconds, self._timeout)

    def _check(self, seconds: float) -> None:
        if self._timeout is not None and seconds > self._timeout:
            raise httpx.ReadTimeout("The sandbox took too long to answer.", request=self._request)

    def _end(self) -> None:
        if self._delivery.cut:
            raise _closed("sending complete message body")


def _closed(what: str) -> httpx.RemoteProtocolError:
    return httpx.RemoteProtocolError(f"The sandbox closed the connection without {what}.")


def _scope(request: httpx.Request) -> Scope:
    path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
    }
