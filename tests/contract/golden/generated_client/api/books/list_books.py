from typing import Any

import httpx

from ...client import AuthenticatedClient, Client, read_body
from ...errors import ApiError
from ...models.book import Book
from ...models.order import Order
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    order: Order | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order.value

    params["order"] = json_order

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/books",
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> list[Book]:
    if response.status_code == 200:
        return read_body(response, lambda body: [Book.from_dict(item) for item in body])
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[list[Book]]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    order: Order | Unset = UNSET,
) -> Response[list[Book]]:
    """List "books" \\ papers

    Args:
        order (Order | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[list[Book]]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                order=order,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    order: Order | Unset = UNSET,
) -> list[Book]:
    """List "books" \\ papers

    Args:
        order (Order | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        list[Book]
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                order=order,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    order: Order | Unset = UNSET,
) -> Response[list[Book]]:
    """List "books" \\ papers

    Args:
        order (Order | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[list[Book]]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                order=order,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    order: Order | Unset = UNSET,
) -> list[Book]:
    """List "books" \\ papers

    Args:
        order (Order | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        list[Book]
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                order=order,
            )
        )
    )
