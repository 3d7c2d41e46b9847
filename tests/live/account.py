"""A connection to the real API that can only read, and only from the account it was told to."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NoReturn

import httpx
import pytest
from do_nfs_client import ApiError, AuthenticatedClient

TOKENS = ("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_TOKEN")


class OnlyGet(httpx.AsyncBaseTransport):
    """Lets nothing through that could change anything."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "GET", f"Live tests only read. {request.method} {request.url.path} was not sent."
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self.inner.aclose()


def reading(url: str, token: str, transport: httpx.AsyncBaseTransport) -> AuthenticatedClient:
    """A client that can only read."""
    return AuthenticatedClient(base_url=url, token=token, httpx_args={"transport": OnlyGet(transport)})


def refuse(why: str) -> NoReturn:
    pytest.fail(why, pytrace=False)


@asynccontextmanager
async def named_account(
    environment: Mapping[str, str], transport: httpx.AsyncBaseTransport
) -> AsyncIterator[AuthenticatedClient]:
    """Connect to the account that DO_NFS_LIVE_ACCOUNT names; fail if the token belongs to another one."""
    # A traceback shows arguments, and here they hold the token.
    __tracebackhide__ = True
    token = next((environment[name] for name in TOKENS if environment.get(name)), "")
    named = environment.get("DO_NFS_LIVE_ACCOUNT", "")
    if not token:
        refuse(f"Live tests need a token in one of {', '.join(TOKENS)}. Nothing was sent.")
    if not named:
        refuse("Live tests need the account's uuid or email in DO_NFS_LIVE_ACCOUNT. Nothing was sent.")
    async with reading("https://api.digitalocean.com", token, transport) as client:
        try:
            account = (await client.get_async_httpx_client().get("/v2/account")).json()["account"]
        except ApiError as error:
            refuse(f"Whose token it is was not told ({error.status_code}); it needs the scope account:read.")
        if named not in (account["uuid"], account["email"]):
            refuse("The token does not belong to the account that DO_NFS_LIVE_ACCOUNT names. Nothing was read.")
        yield client
