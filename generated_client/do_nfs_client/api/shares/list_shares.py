from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.share_list import ShareList
from ...types import UNSET, Response, Unset, as_object, query_of


def _get_kwargs(
    *,
    region: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["region"] = region

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    if page_url:
        params |= query_of(page_url)

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs",
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> ShareList:
    if response.status_code == 200:
        return read_body(response, lambda body: ShareList.from_dict(as_object(body, "the answer")))
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[ShareList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> Response[ShareList]:
    """List shares

    Every share of the account, or of one region. The API answers with all of them today. If `links`
    names a next page, there are more.

    Args:
        region (str | Unset):
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareList]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                region=region,
                page_url=page_url,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> ShareList:
    """List shares

    Every share of the account, or of one region. The API answers with all of them today. If `links`
    names a next page, there are more.

    Args:
        region (str | Unset):
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareList
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                region=region,
                page_url=page_url,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> Response[ShareList]:
    """List shares

    Every share of the account, or of one region. The API answers with all of them today. If `links`
    names a next page, there are more.

    Args:
        region (str | Unset):
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareList]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                region=region,
                page_url=page_url,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> ShareList:
    """List shares

    Every share of the account, or of one region. The API answers with all of them today. If `links`
    names a next page, there are more.

    Args:
        region (str | Unset):
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareList
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                region=region,
                page_url=page_url,
            )
        )
    )
