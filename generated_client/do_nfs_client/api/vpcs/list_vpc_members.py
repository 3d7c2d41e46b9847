from typing import Any

import httpx

from ...client import AuthenticatedClient, read_body
from ...errors import ApiError
from ...models.list_vpc_members_resource_type import ListVpcMembersResourceType
from ...models.vpc_member_list import VpcMemberList
from ...types import UNSET, Response, Unset, as_object, id_in_request, query_of


def _get_kwargs(
    vpc_id: str,
    *,
    resource_type: ListVpcMembersResourceType | Unset = UNSET,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_resource_type: str | Unset = UNSET
    if not isinstance(resource_type, Unset):
        json_resource_type = resource_type.value

    params["resource_type"] = json_resource_type

    params["page"] = page

    params["per_page"] = per_page

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    if page_url:
        params |= query_of(page_url)

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v2/vpcs/{vpc_id}/members".format(
            vpc_id=id_in_request(vpc_id, "vpc_id"),
        ),
        "params": params,
    }

    return _kwargs


def _parse(response: httpx.Response) -> VpcMemberList:
    if response.status_code == 200:
        return read_body(
            response, lambda body: VpcMemberList.from_dict(as_object(body, "the answer"))
        )
    raise ApiError(response.status_code, response.content, response.headers)


def _detailed(response: httpx.Response) -> Response[VpcMemberList]:
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
    resource_type: ListVpcMembersResourceType | Unset = UNSET,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> Response[VpcMemberList]:
    """List what is in a VPC

    One page of what is in a VPC, of all kinds or of one.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        resource_type (ListVpcMembersResourceType | Unset):
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcMemberList]
    """
    return _detailed(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                resource_type=resource_type,
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )


def sync(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
    resource_type: ListVpcMembersResourceType | Unset = UNSET,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> VpcMemberList:
    """List what is in a VPC

    One page of what is in a VPC, of all kinds or of one.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        resource_type (ListVpcMembersResourceType | Unset):
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcMemberList
    """
    return _parse(
        client.get_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                resource_type=resource_type,
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )


async def asyncio_detailed(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
    resource_type: ListVpcMembersResourceType | Unset = UNSET,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> Response[VpcMemberList]:
    """List what is in a VPC

    One page of what is in a VPC, of all kinds or of one.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        resource_type (ListVpcMembersResourceType | Unset):
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        Response[VpcMemberList]
    """
    return _detailed(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                resource_type=resource_type,
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )


async def asyncio(
    vpc_id: str,
    *,
    client: AuthenticatedClient,
    resource_type: ListVpcMembersResourceType | Unset = UNSET,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    page_url: str | Unset = UNSET,
) -> VpcMemberList:
    """List what is in a VPC

    One page of what is in a VPC, of all kinds or of one.

    Args:
        vpc_id (str): An id, as an answer has it. A UUID is the same in capitals.
        resource_type (ListVpcMembersResourceType | Unset):
        page (int | Unset):  Default: 1.
        per_page (int | Unset):  Default: 20.
        page_url (str | Unset): The page, as `links` of another one names it. Only what the URL has behind its
            question mark counts, so that it leads nowhere else.

    Raises:
        ApiError: If the API answers with anything but a success that the contract has.
        UnsafeIdError: If an id is not one that a request can have.
        httpx.HTTPError: If there is no answer, or none in time.

    Returns:
        VpcMemberList
    """
    return _parse(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                vpc_id=vpc_id,
                resource_type=resource_type,
                page=page,
                per_page=per_page,
                page_url=page_url,
            )
        )
    )
