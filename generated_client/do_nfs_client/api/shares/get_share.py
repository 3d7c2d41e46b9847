from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.share_envelope import ShareEnvelope
from ...types import UNSET, Response, Unset


def _get_kwargs(
    nfs_id: UUID,
    *,
    region: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["region"] = region

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/{nfs_id}".format(
            nfs_id=quote(str(nfs_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | ShareEnvelope:
    if response.status_code == 200:
        response_200 = ShareEnvelope.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 429:
        response_429 = Error.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    response_default = Error.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Error | ShareEnvelope]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[Error | ShareEnvelope]:
    """Get a share

     One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ShareEnvelope]
    """

    kwargs = _get_kwargs(
        nfs_id=nfs_id,
        region=region,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Error | ShareEnvelope | None:
    """Get a share

     One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ShareEnvelope
    """

    return sync_detailed(
        nfs_id=nfs_id,
        client=client,
        region=region,
    ).parsed


async def asyncio_detailed(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[Error | ShareEnvelope]:
    """Get a share

     One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ShareEnvelope]
    """

    kwargs = _get_kwargs(
        nfs_id=nfs_id,
        region=region,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Error | ShareEnvelope | None:
    """Get a share

     One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ShareEnvelope
    """

    return (
        await asyncio_detailed(
            nfs_id=nfs_id,
            client=client,
            region=region,
        )
    ).parsed
