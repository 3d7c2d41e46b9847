from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.access_point_change import AccessPointChange
from ...models.access_point_error import AccessPointError
from ...models.create_access_point_request import CreateAccessPointRequest
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    share_id: UUID,
    *,
    body: CreateAccessPointRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v2/nfs/shares/{share_id}/access_points".format(
            share_id=quote(str(share_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AccessPointChange | AccessPointError | Error:
    if response.status_code == 201:
        response_201 = AccessPointChange.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = AccessPointError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = AccessPointError.from_dict(response.json())

        return response_409

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
) -> Response[AccessPointChange | AccessPointError | Error]:
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
    body: CreateAccessPointRequest,
) -> Response[AccessPointChange | AccessPointError | Error]:
    """Create an access point

     Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (UUID):
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessPointChange | AccessPointError | Error]
    """

    kwargs = _get_kwargs(
        share_id=share_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    share_id: UUID,
    *,
    client: AuthenticatedClient,
    body: CreateAccessPointRequest,
) -> AccessPointChange | AccessPointError | Error | None:
    """Create an access point

     Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (UUID):
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessPointChange | AccessPointError | Error
    """

    return sync_detailed(
        share_id=share_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    share_id: UUID,
    *,
    client: AuthenticatedClient,
    body: CreateAccessPointRequest,
) -> Response[AccessPointChange | AccessPointError | Error]:
    """Create an access point

     Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (UUID):
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessPointChange | AccessPointError | Error]
    """

    kwargs = _get_kwargs(
        share_id=share_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    share_id: UUID,
    *,
    client: AuthenticatedClient,
    body: CreateAccessPointRequest,
) -> AccessPointChange | AccessPointError | Error | None:
    """Create an access point

     Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (UUID):
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessPointChange | AccessPointError | Error
    """

    return (
        await asyncio_detailed(
            share_id=share_id,
            client=client,
            body=body,
        )
    ).parsed
