from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.peering_of_vpc_envelope import PeeringOfVpcEnvelope
from ...models.rename_vpc_peering_request import RenameVpcPeeringRequest
from ...types import Response, as_object, id_in_request


def _get_kwargs(
    vpc_id: str,
    vpc_peering_id: str,
    *,
    body: RenameVpcPeeringRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v2/vpcs/{vpc_id}/peerings/{vpc_peering_id}".format(
            vpc_id=id_in_request(vpc_id, "vpc_id"),
            vpc_peering_id=id_in_request(vpc_peering_id, "vpc_peering_id"),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse(response: httpx.Response) -> PeeringOfVpcEnvelope:
    if response.status_code == 200:
        return read_body(
            response, lambda body: PeeringOfVpcEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[PeeringOfVpcEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    vpc_id: str,
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> Response[PeeringOfVpcEnvelope]:
    """Rename a VPC's peering

    Gives a peering that a VPC has another name.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[PeeringOfVpcEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )


def sync(
    vpc_id: str,
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> PeeringOfVpcEnvelope:
    """Rename a VPC's peering

    Gives a peering that a VPC has another name.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        PeeringOfVpcEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )


async def asyncio_detailed(
    vpc_id: str,
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> Response[PeeringOfVpcEnvelope]:
    """Rename a VPC's peering

    Gives a peering that a VPC has another name.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[PeeringOfVpcEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )


async def asyncio(
    vpc_id: str,
    vpc_peering_id: str,
    *,
    client: AuthenticatedClient,
    body: RenameVpcPeeringRequest,
) -> PeeringOfVpcEnvelope:
    """Rename a VPC's peering

    Gives a peering that a VPC has another name.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        vpc_peering_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (RenameVpcPeeringRequest): What to change of a peering.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        PeeringOfVpcEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                vpc_peering_id=vpc_peering_id,
                body=body,
            )
        )
    )
