from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.snapshot_envelope import SnapshotEnvelope
from ...types import UNSET, Response, Unset, as_object, id_in_request


def _get_kwargs(
    nfs_snapshot_id: str,
    *,
    region: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["region"] = region

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/snapshots/{nfs_snapshot_id}".format(
            nfs_snapshot_id=id_in_request(nfs_snapshot_id, "nfs_snapshot_id"),
        ),
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> SnapshotEnvelope:
    if response.status_code == 200:
        return read_body(
            response, lambda body: SnapshotEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[SnapshotEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    nfs_snapshot_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[SnapshotEnvelope]:
    """Get a snapshot

    One snapshot.

    Args:
        nfs_snapshot_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[SnapshotEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_snapshot_id=nfs_snapshot_id,
                region=region,
            )
        )
    )


def sync(
    nfs_snapshot_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> SnapshotEnvelope:
    """Get a snapshot

    One snapshot.

    Args:
        nfs_snapshot_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        SnapshotEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_snapshot_id=nfs_snapshot_id,
                region=region,
            )
        )
    )


async def asyncio_detailed(
    nfs_snapshot_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[SnapshotEnvelope]:
    """Get a snapshot

    One snapshot.

    Args:
        nfs_snapshot_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[SnapshotEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_snapshot_id=nfs_snapshot_id,
                region=region,
            )
        )
    )


async def asyncio(
    nfs_snapshot_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> SnapshotEnvelope:
    """Get a snapshot

    One snapshot.

    Args:
        nfs_snapshot_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        SnapshotEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_snapshot_id=nfs_snapshot_id,
                region=region,
            )
        )
    )
