from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.patch_vpc_request import PatchVpcRequest
from ...models.vpc_envelope import VpcEnvelope
from ...types import Response, as_object, id_in_request


def _get_kwargs(
    vpc_id: str,
    *,
    body: PatchVpcRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v2/vpcs/{vpc_id}".format(
            vpc_id=id_in_request(vpc_id, "vpc_id"),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse(response: httpx.Response) -> VpcEnvelope:
    if response.status_code == 200:
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
    vpc_id: str,
    *,
    client: AuthenticatedClient,
    body: PatchVpcRequest,
) -> Response[VpcEnvelope]:
    """Update parts of a VPC

    Changes of a VPC what is given, and nothing else.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (PatchVpcRequest): What to change of a VPC.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                body=body,
            )
        )
    )


def sync(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
    body: PatchVpcRequest,
) -> VpcEnvelope:
    """Update parts of a VPC

    Changes of a VPC what is given, and nothing else.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (PatchVpcRequest): What to change of a VPC.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                body=body,
            )
        )
    )


async def asyncio_detailed(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
    body: PatchVpcRequest,
) -> Response[VpcEnvelope]:
    """Update parts of a VPC

    Changes of a VPC what is given, and nothing else.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (PatchVpcRequest): What to change of a VPC.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                body=body,
            )
        )
    )


async def asyncio(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
    body: PatchVpcRequest,
) -> VpcEnvelope:
    """Update parts of a VPC

    Changes of a VPC what is given, and nothing else.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (PatchVpcRequest): What to change of a VPC.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                body=body,
            )
        )
    )
