from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.attach_share import AttachShare
from ...models.detach_share import DetachShare
from ...models.reassign_share import ReassignShare
from ...models.resize_share import ResizeShare
from ...models.share_action_envelope import ShareActionEnvelope
from ...models.snapshot_share import SnapshotShare
from ...models.switch_performance_tier import SwitchPerformanceTier
from ...types import Response, as_object, id_in_request


def _get_kwargs(
    nfs_id: str,
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
            nfs_id=id_in_request(nfs_id, "nfs_id"),
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


def _parse(response: httpx.Response) -> ShareActionEnvelope:
    if response.status_code == 201:
        return read_body(
            response, lambda body: ShareActionEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[ShareActionEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> Response[ShareActionEnvelope]:
    """Change a share

    Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move it from one VPC to another, or raise its performance tier. A share never shrinks and its
    tier never goes down.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareActionEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                body=body,
            )
        )
    )


def sync(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> ShareActionEnvelope:
    """Change a share

    Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move it from one VPC to another, or raise its performance tier. A share never shrinks and its
    tier never goes down.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareActionEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                body=body,
            )
        )
    )


async def asyncio_detailed(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> Response[ShareActionEnvelope]:
    """Change a share

    Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move it from one VPC to another, or raise its performance tier. A share never shrinks and its
    tier never goes down.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareActionEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                body=body,
            )
        )
    )


async def asyncio(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    body: AttachShare
    | DetachShare
    | ReassignShare
    | ResizeShare
    | SnapshotShare
    | SwitchPerformanceTier,
) -> ShareActionEnvelope:
    """Change a share

    Starts one change of a share: grow it, take a snapshot of it, attach it to a VPC, detach it from
    one, move it from one VPC to another, or raise its performance tier. A share never shrinks and its
    tier never goes down.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        body (AttachShare | DetachShare | ReassignShare | ResizeShare | SnapshotShare |
            SwitchPerformanceTier): One change of a share. `type` says which.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareActionEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                body=body,
            )
        )
    )
