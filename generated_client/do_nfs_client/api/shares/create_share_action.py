from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.attach_share import AttachShare
from ...models.detach_share import DetachShare
from ...models.error import Error
from ...models.reassign_share import ReassignShare
from ...models.resize_share import ResizeShare
from ...models.share_action_envelope import ShareActionEnvelope
from ...models.snapshot_share import SnapshotShare
from ...models.switch_performance_tier import SwitchPerformanceTier
from ...types import Response


def _get_kwargs(
    nfs_id: UUID,
    *,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v2/nfs/{nfs_id}/actions".format(
            nfs_id=quote(str(nfs_id), safe=""),
        ),
    }

    if isinstance(body, ResizeShare):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, SnapshotShare):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, AttachShare):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, DetachShare):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, ReassignShare):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | ShareActionEnvelope:
    if response.status_code == 201:
        response_201 = ShareActionEnvelope.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

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
) -> Response[Error | ShareActionEnvelope]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> Response[Error | ShareActionEnvelope]:
    """Change a share

     Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move
    it from one VPC to another, or raise its performance tier. A share never shrinks and its tier never
    goes down.

    Args:
        nfs_id (UUID):
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ShareActionEnvelope]
    """

    kwargs = _get_kwargs(
        nfs_id=nfs_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> Error | ShareActionEnvelope | None:
    """Change a share

     Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move
    it from one VPC to another, or raise its performance tier. A share never shrinks and its tier never
    goes down.

    Args:
        nfs_id (UUID):
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ShareActionEnvelope
    """

    return sync_detailed(
        nfs_id=nfs_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> Response[Error | ShareActionEnvelope]:
    """Change a share

     Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move
    it from one VPC to another, or raise its performance tier. A share never shrinks and its tier never
    goes down.

    Args:
        nfs_id (UUID):
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ShareActionEnvelope]
    """

    kwargs = _get_kwargs(
        nfs_id=nfs_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    nfs_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> Error | ShareActionEnvelope | None:
    """Change a share

     Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move
    it from one VPC to another, or raise its performance tier. A share never shrinks and its tier never
    goes down.

    Args:
        nfs_id (UUID):
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ShareActionEnvelope
    """

    return (
        await asyncio_detailed(
            nfs_id=nfs_id,
            client=client,
            body=body,
        )
    ).parsed
