from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.share_envelope import ShareEnvelope
from ...types import UNSET, Response, Unset, as_object, id_in_request


def _get_kwargs(
    nfs_id: str,
    *,
    region: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["region"] = region

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/{nfs_id}".format(
            nfs_id=id_in_request(nfs_id, "nfs_id"),
        ),
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> ShareEnvelope:
    if response.status_code == 200:
        return read_body(
            response, lambda body: ShareEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[ShareEnvelope]:
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
    region: str | Unset = UNSET,
) -> Response[ShareEnvelope]:
    """Get a share

    One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )


def sync(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> ShareEnvelope:
    """Get a share

    One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )


async def asyncio_detailed(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> Response[ShareEnvelope]:
    """Get a share

    One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )


async def asyncio(
    nfs_id: str,
    *,
    client: AuthenticatedClient,
    region: str | Unset = UNSET,
) -> ShareEnvelope:
    """Get a share

    One share. Its host and mount path are empty until it is ACTIVE.

    Args:
        nfs_id (str): An id, as an answer has it. A UUID is the same in capitals.
        region (str | Unset):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                nfs_id=nfs_id,
                region=region,
            )
        )
    )
