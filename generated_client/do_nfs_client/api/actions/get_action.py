from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.action_envelope import ActionEnvelope
from ...types import Response, as_object, id_in_request


def _get_kwargs(
    action_id: int | str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/actions/{action_id}".format(
            action_id=id_in_request(action_id, "action_id"),
        ),
    }

    return _kwargs


def _parse(response: httpx.Response) -> ActionEnvelope:
    if response.status_code == 200:
        return read_body(
            response, lambda body: ActionEnvelope.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[ActionEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse(response),
    )


def sync_detailed(
    action_id: int | str,
    *,
    client: AuthenticatedClient,
) -> Response[ActionEnvelope]:
    """Get an action

    What became of an action anywhere in the account. A token that has only nfs scopes is refused here,
    so nothing may depend on it.

    Args:
        action_id (int | str):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ActionEnvelope]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                action_id=action_id,
            )
        )
    )


def sync(
    action_id: int | str,
    *,
    client: AuthenticatedClient,
) -> ActionEnvelope:
    """Get an action

    What became of an action anywhere in the account. A token that has only nfs scopes is refused here,
    so nothing may depend on it.

    Args:
        action_id (int | str):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ActionEnvelope
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                action_id=action_id,
            )
        )
    )


async def asyncio_detailed(
    action_id: int | str,
    *,
    client: AuthenticatedClient,
) -> Response[ActionEnvelope]:
    """Get an action

    What became of an action anywhere in the account. A token that has only nfs scopes is refused here,
    so nothing may depend on it.

    Args:
        action_id (int | str):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[ActionEnvelope]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                action_id=action_id,
            )
        )
    )


async def asyncio(
    action_id: int | str,
    *,
    client: AuthenticatedClient,
) -> ActionEnvelope:
    """Get an action

    What became of an action anywhere in the account. A token that has only nfs scopes is refused here,
    so nothing may depend on it.

    Args:
        action_id (int | str):

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        ActionEnvelope
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                action_id=action_id,
            )
        )
    )
