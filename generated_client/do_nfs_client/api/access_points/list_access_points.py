from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.access_point_list import AccessPointList
from ...models.access_point_status import AccessPointStatus
from ...types import UNSET, Response, Unset, as_object, id_in_request


def _get_kwargs(
    share_id: str,
    *,
    status: AccessPointStatus | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/shares/{share_id}/access_points".format(
            share_id=id_in_request(share_id, "share_id"),
        ),
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> AccessPointList:
    if response.status_code == 200:
        return read_body(
            response, lambda body: AccessPointList.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[AccessPointList]:
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
    status: AccessPointStatus | Unset = UNSET,
) -> Response[AccessPointList]:
    """List a share's access points

    The access points of one share, the default one first and the others by age.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[AccessPointList]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                status=status,
            )
        )
    )


def sync(
    share_id: str,
    *,
    client: AuthenticatedClient,
    status: AccessPointStatus | Unset = UNSET,
) -> AccessPointList:
    """List a share's access points

    The access points of one share, the default one first and the others by age.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        AccessPointList
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                status=status,
            )
        )
    )


async def asyncio_detailed(
    share_id: str,
    *,
    client: AuthenticatedClient,
    status: AccessPointStatus | Unset = UNSET,
) -> Response[AccessPointList]:
    """List a share's access points

    The access points of one share, the default one first and the others by age.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[AccessPointList]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                status=status,
            )
        )
    )


async def asyncio(
    share_id: str,
    *,
    client: AuthenticatedClient,
    status: AccessPointStatus | Unset = UNSET,
) -> AccessPointList:
    """List a share's access points

    The access points of one share, the default one first and the others by age.

    Args:
        share_id (str): An id, as an answer has it. A UUID is the same in capitals.
        status (AccessPointStatus | Unset): Whether it can be mounted.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        AccessPointList
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                share_id=share_id,
                status=status,
            )
        )
    )
