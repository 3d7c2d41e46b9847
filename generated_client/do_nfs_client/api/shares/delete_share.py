from typing import Any

import httpx

from ...client import AuthenticatedClient
from ...errors import ApiError
from ...types import UNSET, Response, Unset, id_in_request


def _get_kwargs(
    nfs_id: str,
    *,
    region: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["region"] = region

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v2/nfs/{nfs_id}".format(
            nfs_id=id_in_request(nfs_id, "nfs_id"),
        ),
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[None]:
    _parse(response)
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=None,
    )


def sync_detailed(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[None]:
    """Delete a share

    Destroys a share and everything stored on it, at once and for good. It may not have snapshots any
    more. The API has an option to delete those too, which no source names (client, August 2026), so
    that it is not here.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[None]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )


def sync(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> None:
    """Delete a share

    Destroys a share and everything stored on it, at once and for good. It may not have snapshots any
    more. The API has an option to delete those too, which no source names (client, August 2026), so
    that it is not here.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        None
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )


async def asyncio_detailed(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[None]:
    """Delete a share

    Destroys a share and everything stored on it, at once and for good. It may not have snapshots any
    more. The API has an option to delete those too, which no source names (client, August 2026), so
    that it is not here.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[None]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )


async def asyncio(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> None:
    """Delete a share

    Destroys a share and everything stored on it, at once and for good. It may not have snapshots any
    more. The API has an option to delete those too, which no source names (client, August 2026), so
    that it is not here.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        None
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )
