from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.create_vpc_request import CreateVpcRequest
from ...models.vpc_envelope import VpcEnvelope
from ...types import Response, as_object


def _get_kwargs(
    *,
    body: CreateVpcRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v2/vpcs",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse(response: httpx.Response) -> VpcEnvelope:
    if response.status_code == 201:
        return read_body(
            response, lambda body: VpcEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[VpcEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateVpcRequest,
) -> Response[VpcEnvelope]:
    """Create a VPC

    Makes a private network at once. The first one of a region becomes its default one.

    Args:
        body (CreateVpcRequest): A VPC to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcEnvelope]
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
    body: CreateVpcRequest,
) -> VpcEnvelope:
    """Create a VPC

    Makes a private network at once. The first one of a region becomes its default one.

    Args:
        body (CreateVpcRequest): A VPC to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcEnvelope
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
    body: CreateVpcRequest,
) -> Response[VpcEnvelope]:
    """Create a VPC

    Makes a private network at once. The first one of a region becomes its default one.

    Args:
        body (CreateVpcRequest): A VPC to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcEnvelope]
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
    body: CreateVpcRequest,
) -> VpcEnvelope:
    """Create a VPC

    Makes a private network at once. The first one of a region becomes its default one.

    Args:
        body (CreateVpcRequest): A VPC to make.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                body=body,
            )
        )
    )
