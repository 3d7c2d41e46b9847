from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.snapshot_envelope import SnapshotEnvelope
from ...types import UNSET, Response, Unset


def _get_kwargs(
    nfs_snapshot_id: UUID,
    *,
    region: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["region"] = region

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/snapshots/{nfs_snapshot_id}".format(
            nfs_snapshot_id=quote(str(nfs_snapshot_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | SnapshotEnvelope:
    if response.status_code == 200:
        response_200 = SnapshotEnvelope.from_dict(response.json())

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
) -> Response[Error | SnapshotEnvelope]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    nfs_snapshot_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[Error | SnapshotEnvelope]:
    """Get a snapshot

     One snapshot.

    Args:
        nfs_snapshot_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | SnapshotEnvelope]
    """

    kwargs = _get_kwargs(
        nfs_snapshot_id=nfs_snapshot_id,
        region=region,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    nfs_snapshot_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Error | SnapshotEnvelope | None:
    """Get a snapshot

     One snapshot.

    Args:
        nfs_snapshot_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | SnapshotEnvelope
    """

    return sync_detailed(
        nfs_snapshot_id=nfs_snapshot_id,
        client=client,
        region=region,
    ).parsed


async def asyncio_detailed(
    nfs_snapshot_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[Error | SnapshotEnvelope]:
    """Get a snapshot

     One snapshot.

    Args:
        nfs_snapshot_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | SnapshotEnvelope]
    """

    kwargs = _get_kwargs(
        nfs_snapshot_id=nfs_snapshot_id,
        region=region,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    nfs_snapshot_id: UUID,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Error | SnapshotEnvelope | None:
    """Get a snapshot

     One snapshot.

    Args:
        nfs_snapshot_id (UUID):
        region (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | SnapshotEnvelope
    """

    return (
        await asyncio_detailed(
            nfs_snapshot_id=nfs_snapshot_id,
            client=client,
            region=region,
        )
    ).parsed
