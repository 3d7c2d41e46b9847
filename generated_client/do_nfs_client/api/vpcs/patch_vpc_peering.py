from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.rename_vpc_peering_request import RenameVpcPeeringRequest
from ...models.vpc_peering_envelope import VpcPeeringEnvelope
from ...types import Response, as_object, id_in_request


def _get_kwargs(
    vpc_peering_id: str,
    *,
    body: RenameVpcPeeringRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v2/vpc_peerings/{vpc_peering_id}".format(
            vpc_peering_id=id_in_request(vpc_peering_id, "vpc_peering_id"),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse(response: httpx.Response) -> VpcPeeringEnvelope:
    if response.status_code == 200:
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
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> Response[VpcPeeringEnvelope]:
    """Rename a peering

    Gives a peering another name.

    Args:
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcPeeringEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )


def sync(
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> VpcPeeringEnvelope:
    """Rename a peering

    Gives a peering another name.

    Args:
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcPeeringEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )


async def asyncio_detailed(
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> Response[VpcPeeringEnvelope]:
    """Rename a peering

    Gives a peering another name.

    Args:
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcPeeringEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )


async def asyncio(
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> VpcPeeringEnvelope:
    """Rename a peering

    Gives a peering another name.

    Args:
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcPeeringEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )
