from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.access_point_error import AccessPointError
from ...models.access_point_list import AccessPointList
from ...models.access_point_status import AccessPointStatus
from ...models.error import Error
from ...types import UNSET, Response, Unset


def _get_kwargs(
    share_id: UUID,
    *,
    status: AccessPointStatus | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/shares/{share_id}/access_points".format(
            share_id=quote(str(share_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AccessPointError | AccessPointList | Error:
    if response.status_code == 200:
        response_200 = AccessPointList.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = AccessPointError.from_dict(response.json())

        return response_400

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
) -> Response[AccessPointError | AccessPointList | Error]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    share_id: UUID,
    *,
    client: AuthenticatedClient,
    status: AccessPointStatus | Unset = UNSET,
) -> Response[AccessPointError | AccessPointList | Error]:
    """List a share's access points

     The access points of one share, the default one first and the others by age.

    Args:
        share_id (UUID):
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessPointError | AccessPointList | Error]
    """

    kwargs = _get_kwargs(
        share_id=share_id,
        status=status,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    share_id: UUID,
    *,
    client: AuthenticatedClient,
    status: AccessPointStatus | Unset = UNSET,
) -> AccessPointError | AccessPointList | Error | None:
    """List a share's access points

     The access points of one share, the default one first and the others by age.

    Args:
        share_id (UUID):
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessPointError | AccessPointList | Error
    """

    return sync_detailed(
        share_id=share_id,
        client=client,
        status=status,
    ).parsed


async def asyncio_detailed(
    share_id: UUID,
    *,
    client: AuthenticatedClient,
    status: AccessPointStatus | Unset = UNSET,
) -> Response[AccessPointError | AccessPointList | Error]:
    """List a share's access points

     The access points of one share, the default one first and the others by age.

    Args:
        share_id (UUID):
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessPointError | AccessPointList | Error]
    """

    kwargs = _get_kwargs(
        share_id=share_id,
        status=status,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    share_id: UUID,
    *,
    client: AuthenticatedClient,
    status: AccessPointStatus | Unset = UNSET,
) -> AccessPointError | AccessPointList | Error | None:
    """List a share's access points

     The access points of one share, the default one first and the others by age.

    Args:
        share_id (UUID):
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessPointError | AccessPointList | Error
    """

    return (
        await asyncio_detailed(
            share_id=share_id,
            client=client,
            status=status,
        )
    ).parsed
