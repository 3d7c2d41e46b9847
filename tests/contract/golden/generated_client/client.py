"""The connection to the API. Written anew in place of the generator's own, whose clients have no time-out, show
their token in repr(), and fail with a JSONDecodeError or a KeyError on an error page that is not the contract's."""

import gc
import json
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Self, TypeVar

import httpx
from attrs import define, field

from .errors import ApiError
from .types import MISREAD, reason

T = TypeVar("T")

DEFAULT_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
TOKEN_VARIABLES = ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_TOKEN")
"""Where the environment has the token: the first of these that is not empty."""

# In bytes.
_LONG = 100_000


def read_body(response: httpx.Response, read: Callable[[Any], T]) -> T:
    """Return the body of a success, read.

    Args:
        response: The answer.
        read: Reads what the body is in JSON, without the nulls in it: a field that is null counts as left out, as
            servers mean it. Those of the outermost object are there: to servers in Go, an empty list is null, too.

    Raises:
        ApiError: It is not JSON, or not as the contract has it.
    """
    try:
        with _no_collecting() if len(response.content) > _LONG else nullcontext():
            return read(_json_of(response))
    except (*MISREAD, RecursionError) as error:
        raise ApiError(
            response.status_code, response.content, response.headers, reason(error)
        ) from error


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Keep the collector of garbage away: a long list is none, and looking through it takes a third of the time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def _json_of(response: httpx.Response) -> Any:
    content = response.content
    if b"\\" in content and b"\\ud" in content.lower():
        # Half of a surrogate pair is a text that nobody can write out again.
        content = json.dumps(json.loads(content), ensure_ascii=False).encode("utf-8", "replace")
    # A hook is called for every object, and most answers have no null: rfind() tells in a quarter of the time of `in`.
    if content.rfind(b"null") < 0:
        return json.loads(content)
    outermost: dict[str, Any] = {}

    def without_nulls(found: dict[str, Any]) -> dict[str, Any]:
        nonlocal outermost
        outermost = found
        return {key: value for key, value in found.items() if value is not None}

    body = json.loads(content, object_hook=without_nulls)
    return outermost if isinstance(body, dict) else body


@contextmanager
def unpacking(response: httpx.Response) -> Iterator[None]:
    """Read the body of an answer inside. Raises ApiError if it cannot be unpacked."""
    try:
        yield
    except httpx.DecodingError as error:
        raise ApiError(response.status_code, b"", response.headers, str(error)) from error


def _raise_for_error(response: httpx.Response) -> None:
    with unpacking(response):
        response.read()
    if not response.is_success:
        raise ApiError(response.status_code, response.content, response.headers)


async def _raise_for_error_async(response: httpx.Response) -> None:
    with unpacking(response):
        await response.aread()
    if not response.is_success:
        raise ApiError(response.status_code, response.content, response.headers)


@define(kw_only=True)
class Client:
    """A connection without a token. One client serves any number of calls; close it, or use it in `with`.

    Attributes:
        base_url: Where the API is, without the /v2.
        timeout: How long a request may take: 5 s to connect and 30 s between bytes unless given.
        verify_ssl: False, a path or a context, as httpx takes it.
        headers: Sent with every request.
        httpx_args: More arguments of httpx.Client and httpx.AsyncClient, such as `transport`. Its `headers` and
            `event_hooks` come on top of the client's own.
        async_client: What the `asyncio` functions send with, a kind of httpx.AsyncClient.
    """

    base_url: str = "https://api.digitalocean.com"
    timeout: httpx.Timeout = DEFAULT_TIMEOUT
    verify_ssl: str | bool | ssl.SSLContext = True
    headers: dict[str, str] = field(factory=dict, repr=False)
    httpx_args: dict[str, Any] = field(factory=dict, repr=False)
    async_client: type[httpx.AsyncClient] = field(default=httpx.AsyncClient, repr=False)
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)

    def _headers(self) -> httpx.Headers:
        headers = httpx.Headers(self.headers)
        headers.update(self.httpx_args.get("headers"))
        return headers

    def _httpx_settings(self, raise_for_error: Callable[..., Any]) -> dict[str, Any]:
        hooks = self.httpx_args.get("event_hooks", {})
        return {
            "base_url": self.base_url,
            "timeout": self.timeout,
            "verify": self.verify_ssl,
            **self.httpx_args,
            "headers": self._headers(),
            # Last, so that the others see the errors too.
            "event_hooks": {**hooks, "response": [*hooks.get("response", ()), raise_for_error]},
        }

    def get_httpx_client(self) -> httpx.Client:
        """The httpx client that the `sync` functions send with, made when first asked for."""
        if self._client is None:
            self._client = httpx.Client(**self._httpx_settings(_raise_for_error))
        return self._client

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The httpx client that the `asyncio` functions send with, made when first asked for."""
        if self._async_client is None:
            self._async_client = self.async_client(**self._httpx_settings(_raise_for_error_async))
        return self._async_client

    def close(self) -> None:
        """Close the connections of the `sync` functions."""
        if self._client is not None:
            self._client.close()

    async def aclose(self) -> None:
        """Close the connections of the `asyncio` functions."""
        if self._async_client is not None:
            await self._async_client.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def token_from_environment() -> str:
    """Return the token that the environment has.

    Raises:
        ValueError: It has none, or something that cannot be one.
    """
    for variable in TOKEN_VARIABLES:
        if token := os.environ.get(variable, "").strip():
            if (
                not token.isascii()
                or not token.isprintable()
                or " " in token
                or token.startswith("${")
            ):
                raise ValueError(f"What {variable} holds cannot be a token")
            return token
    raise ValueError(f"There is no token: give the argument token, or set {TOKEN_VARIABLES[0]}")


@define(kw_only=True)
class AuthenticatedClient(Client):
    """A connection with a token, which repr() does not show.

    Attributes:
        token: Sent with every request as `Authorization: Bearer TOKEN`. If it is left out, it is that of the
            environment: the first that is not empty of DIGITALOCEAN_ACCESS_TOKEN, DIGITALOCEAN_TOKEN and
            DIGITALOCEAN_API_TOKEN.

    Raises:
        ValueError: The token is left out, and the environment has none.

    Example:
        A call on the sandbox, which `httpx_args` puts in place of the network:

        >>> from do_nfs_client import AuthenticatedClient
        >>> from do_nfs_client.api.shares import list_shares
        >>> from do_nfs_sandbox import Sandbox, SandboxTransport
        >>> token = "dop_v1_" + "0" * 64
        >>> with Sandbox(seed="examples") as sandbox:
        ...     args = {"transport": SandboxTransport(sandbox)}
        ...     with AuthenticatedClient(base_url="http://sandbox", token=token, httpx_args=args) as client:
        ...         [share.name for share in list_shares.sync(client=client).shares]
        ['sammy-share-drive', 'sammy-old-drive']
    """

    token: str = field(factory=token_from_environment, repr=False)

    def _headers(self) -> httpx.Headers:
        headers = super()._headers()
        headers["Authorization"] = f"Bearer {self.token}"
        return headers
