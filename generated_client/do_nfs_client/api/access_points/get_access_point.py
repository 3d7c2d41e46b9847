from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.access_point_envelope import AccessPointEnvelope
from ...types import Response, as_object, id_in_request


def _get_kwargs(
    access_point_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/nfs/access_points/{access_point_id}".format(
            access_point_id=id_in_request(access_point_id, "access_point_id"),
        ),
    }

    return _kwargs


def _parse(response: httpx.Response) -> AccessPointEnvelope:
    if response.status_code == 200:
        return read_body(
            response, lambda body: AccessPointEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[AccessPointEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    access_point_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[AccessPointEnvelope]:
    """Get an access point

    One access point, also after it was deleted.

    Args:
        access_point_id (str): An id, as an answer has it. A UUID is the same in capitals.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[AccessPointEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                access_point_id=access_point_id,
            )
        )
    )


def sync(
    access_point_id: str,
    *,
    client: AuthenticatedClient,
) -> AccessPointEnvelope:
    """Get an access point

    One access point, also after it was deleted.

    Args:
        access_point_id (str): An id, as an answer has it. A UUID is the same in capitals.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        AccessPointEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                access_point_id=access_point_id,
            )
        )
    )


async def asyncio_detailed(
    access_point_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[AccessPointEnvelope]:
    """Get an access point

    One access point, also after it was deleted.

    Args:
        access_point_id (str): An id, as an answer has it. A UUID is the same in capitals.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[AccessPointEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                access_point_id=access_point_id,
            )
        )
    )


async def asyncio(
    access_point_id: str,
    *,
    client: AuthenticatedClient,
) -> AccessPointEnvelope:
    """Get an access point

    One access point, also after it was deleted.

    Args:
        access_point_id (str): An id, as an answer has it. A UUID is the same in capitals.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        AccessPointEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                access_point_id=access_point_id,
            )
        )
    )
