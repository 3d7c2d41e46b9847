from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.create_share_request import CreateShareRequest
from ...models.share_envelope import ShareEnvelope
from ...types import Response, as_object


def _get_kwargs(
    *,
    body: CreateShareRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v2/nfs",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse(response: httpx.Response) -> ShareEnvelope:
    if response.status_code == 201:
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
    *,
    client: AuthenticatedClient,
    body: CreateShareRequest,
) -> Response[ShareEnvelope]:
    """Create a share

    Orders a new share. It is CREATING in the answer and can be mounted once it is ACTIVE. Names are not
    checked for being unique here, so sending this twice makes two shares.

    Args:
        body (CreateShareRequest): A share to order.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareEnvelope]
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
    body: CreateShareRequest,
) -> ShareEnvelope:
    """Create a share

    Orders a new share. It is CREATING in the answer and can be mounted once it is ACTIVE. Names are not
    checked for being unique here, so sending this twice makes two shares.

    Args:
        body (CreateShareRequest): A share to order.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareEnvelope
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
    body: CreateShareRequest,
) -> Response[ShareEnvelope]:
    """Create a share

    Orders a new share. It is CREATING in the answer and can be mounted once it is ACTIVE. Names are not
    checked for being unique here, so sending this twice makes two shares.

    Args:
        body (CreateShareRequest): A share to order.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ShareEnvelope]
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
    body: CreateShareRequest,
) -> ShareEnvelope:
    """Create a share

    Orders a new share. It is CREATING in the answer and can be mounted once it is ACTIVE. Names are not
    checked for being unique here, so sending this twice makes two shares.

    Args:
        body (CreateShareRequest): A share to order.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ShareEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                body=body,
            )
        )
    )
