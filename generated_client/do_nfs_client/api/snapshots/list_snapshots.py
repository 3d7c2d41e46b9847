from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.snapshot_list import SnapshotList
from ...types import UNSET, Response, Unset, as_object, id_in_request, query_of


def _get_kwargs(
    *,
    region: str | Unset = UNSET,
    share_id: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> dict[str, Any]:

    if share_id is not UNSET:
        id_in_request(share_id, "share_id")

    params: dict[str, Any] = {}

    params["region"] = region

    params["share_id"] = share_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    if page_url:
        params |= query_of(page_url)

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/snapshots",
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> SnapshotList:
    if response.status_code == 200:
        return read_body(
            response, lambda body: SnapshotList.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[SnapshotList]:
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
    share_id: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> Response[SnapshotList]:
    """List snapshots

    Every snapshot of the account, or those of one region or one share. The API answers with all of them
    today. If `links` names a next page, there are more.

    Args:
        region (str | Unset):
        share_id (str | Unset): An id, as an answer has it. A UUID is the same in capitals.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[SnapshotList]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                region=region,
                share_id=share_id,
                page_url=page_url,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
    share_id: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> SnapshotList:
    """List snapshots

    Every snapshot of the account, or those of one region or one share. The API answers with all of them
    today. If `links` names a next page, there are more.

    Args:
        region (str | Unset):
        share_id (str | Unset): An id, as an answer has it. A UUID is the same in capitals.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        SnapshotList
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                region=region,
                share_id=share_id,
                page_url=page_url,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
    share_id: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> Response[SnapshotList]:
    """List snapshots

    Every snapshot of the account, or those of one region or one share. The API answers with all of them
    today. If `links` names a next page, there are more.

    Args:
        region (str | Unset):
        share_id (str | Unset): An id, as an answer has it. A UUID is the same in capitals.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[SnapshotList]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                region=region,
                share_id=share_id,
                page_url=page_url,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
    share_id: str | Unset = UNSET,
    page_url: str | Unset = UNSET,
) -> SnapshotList:
    """List snapshots

    Every snapshot of the account, or those of one region or one share. The API answers with all of them
    today. If `links` names a next page, there are more.

    Args:
        region (str | Unset):
        share_id (str | Unset): An id, as an answer has it. A UUID is the same in capitals.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        SnapshotList
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                region=region,
                share_id=share_id,
                page_url=page_url,
            )
        )
    )
