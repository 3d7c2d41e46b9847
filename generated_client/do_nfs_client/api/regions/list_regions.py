from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.region_list import RegionList
from ...types import UNSET, Response, Unset, as_object, query_of


def _get_kwargs(
    *,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["per_page"] = per_page

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    if page_url:
        params |= query_of(page_url)

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/regions",
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> RegionList:
    if response.status_code == 200:
        return read_body(response, lambda body: RegionList.from_dict(as_object(body, "the answer")))
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[RegionList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> Response[RegionList]:
    """List regions

    One page of the regions that have data centers. Not all of them have the product.

    Args:
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[RegionList]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> RegionList:
    """List regions

    One page of the regions that have data centers. Not all of them have the product.

    Args:
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        RegionList
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> Response[RegionList]:
    """List regions

    One page of the regions that have data centers. Not all of them have the product.

    Args:
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[RegionList]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> RegionList:
    """List regions

    One page of the regions that have data centers. Not all of them have the product.

    Args:
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        RegionList
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )
