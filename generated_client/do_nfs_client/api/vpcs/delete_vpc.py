from typing import Any

import httpx

from ...client import AuthenticatedClient
from ...errors import ApiError
from ...types import Response, id_in_request


def _get_kwargs(
    vpc_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v2/vpcs/{vpc_id}".format(
            vpc_id=id_in_request(vpc_id, "vpc_id"),
        ),
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
    vpc_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[None]:
    """Delete a VPC

    Deletes a VPC that nothing is in. A region's default VPC cannot be deleted, nor one that a share is
    attached to or an access point is reached from.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.

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
                vpc_id=vpc_id,
            )
        )
    )


def sync(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
) -> None:
    """Delete a VPC

    Deletes a VPC that nothing is in. A region's default VPC cannot be deleted, nor one that a share is
    attached to or an access point is reached from.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.

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
                vpc_id=vpc_id,
            )
        )
    )


async def asyncio_detailed(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[None]:
    """Delete a VPC

    Deletes a VPC that nothing is in. A region's default VPC cannot be deleted, nor one that a share is
    attached to or an access point is reached from.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.

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
                vpc_id=vpc_id,
            )
        )
    )


async def asyncio(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
) -> None:
    """Delete a VPC

    Deletes a VPC that nothing is in. A region's default VPC cannot be deleted, nor one that a share is
    attached to or an access point is reached from.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.

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
                vpc_id=vpc_id,
            )
        )
    )
