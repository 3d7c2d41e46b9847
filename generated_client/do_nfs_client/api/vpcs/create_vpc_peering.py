from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.create_vpc_peering_request import CreateVpcPeeringRequest
from ...models.vpc_peering_envelope import VpcPeeringEnvelope
from ...types import Response, as_object


def _get_kwargs(
    *,
    body: CreateVpcPeeringRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v2/vpc_peerings",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse(response: httpx.Response) -> VpcPeeringEnvelope:
    if response.status_code == 202:
        return read_body(
            response, lambda body: VpcPeeringEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[VpcPeeringEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateVpcPeeringRequest,
) -> Response[VpcPeeringEnvelope]:
    """Join two VPCs

    Orders a peering, by which machines in one VPC reach those in the other.

    Args:
        body (CreateVpcPeeringRequest): Two VPCs to join.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcPeeringEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                body=body,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateVpcPeeringRequest,
) -> VpcPeeringEnvelope:
    """Join two VPCs

    Orders a peering, by which machines in one VPC reach those in the other.

    Args:
        body (CreateVpcPeeringRequest): Two VPCs to join.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcPeeringEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                body=body,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateVpcPeeringRequest,
) -> Response[VpcPeeringEnvelope]:
    """Join two VPCs

    Orders a peering, by which machines in one VPC reach those in the other.

    Args:
        body (CreateVpcPeeringRequest): Two VPCs to join.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcPeeringEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                body=body,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateVpcPeeringRequest,
) -> VpcPeeringEnvelope:
    """Join two VPCs

    Orders a peering, by which machines in one VPC reach those in the other.

    Args:
        body (CreateVpcPeeringRequest): Two VPCs to join.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcPeeringEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                body=body,
            )
        )
    )
