from typing import Any

import httpx

from ...client import AuthenticatedClient, Client, read_body
from ...errors import ApiError
from ...models.shelves import Shelves
from ...types import UNSET, Response, Unset, as_object, query_of


def _get_kwargs(
    page_url: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}
    if page_url:
        params |= query_of(page_url)

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/shelves",
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> Shelves:
    if response.status_code == 200:
        return read_body(response, lambda body: Shelves.from_dict(as_object(body, "the answer")))
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[Shelves]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    page_url: str | Unset = UNSET,
) -> Response[Shelves]:
    """List shelves

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[Shelves]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                page_url=page_url,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    page_url: str | Unset = UNSET,
) -> Shelves:
    """List shelves

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Shelves
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                page_url=page_url,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    page_url: str | Unset = UNSET,
) -> Response[Shelves]:
    """List shelves

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[Shelves]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                page_url=page_url,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    page_url: str | Unset = UNSET,
) -> Shelves:
    """List shelves

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Shelves
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                page_url=page_url,
            )
        )
    )
