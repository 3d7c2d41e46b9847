from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.access_point_change import AccessPointChange
from ...models.create_access_point_request import CreateAccessPointRequest
from ...types import Response, as_object, id_in_request


def _get_kwargs(
    share_id: str,
    *,
    body: CreateAccessPointRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v2/nfs/shares/{share_id}/access_points".format(
            share_id=id_in_request(share_id, "share_id"),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse(response: httpx.Response) -> AccessPointChange:
    if response.status_code == 201:
        return read_body(
            response, lambda body: AccessPointChange.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[AccessPointChange]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    share_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateAccessPointRequest,
) -> Response[AccessPointChange]:
    """Create an access point

    Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[AccessPointChange]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                body=body,
            )
        )
    )


def sync(
    share_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateAccessPointRequest,
) -> AccessPointChange:
    """Create an access point

    Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        AccessPointChange
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                body=body,
            )
        )
    )


async def asyncio_detailed(
    share_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateAccessPointRequest,
) -> Response[AccessPointChange]:
    """Create an access point

    Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[AccessPointChange]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                body=body,
            )
        )
    )


async def asyncio(
    share_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateAccessPointRequest,
) -> AccessPointChange:
    """Create an access point

    Exports one path of a share under a policy of its own. The share has to be ACTIVE or INACTIVE.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (CreateAccessPointRequest): An access point to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        AccessPointChange
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                body=body,
            )
        )
    )
