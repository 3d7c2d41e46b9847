from typing import Any

import httpx
import pytest

from ..support.calling import text_of
from ..support.constants import VPC
from ..support.in_memory import Assistant, Connect

pytestmark = pytest.mark.anyio


async def test_vpcs_are_listed_with_their_ids(assistant: Assistant) -> None:
    assert (await assistant.succeed("list_vpcs"))["total"] == 12
    result = await assistant.call("list_vpcs", region="atl1")
    assert result.structured_content is not None
    assert {vpc["region"] for vpc in result.structured_content["vpcs"]} == {"atl1"}
    assert result.structured_content["total"] == 2
    assert VPC in text_of(result)
    assert "the region's default" in text_of(result)


async def test_vpcs_come_from_all_pages(connect: Connect) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        ids = range((page - 1) * 200, min(page * 200, 450))
        vpcs = [{"id": f"00000000-0000-4000-8000-{n:012}", "name": f"v{n}", "region": "atl1"} for n in ids]
        following = {"pages": {"next": f"http://api.test/v2/vpcs?page={page + 1}"}} if page < 3 else {}
        return httpx.Response(200, json={"vpcs": vpcs, "links": following, "meta": {"total": 450}})

    async with connect(transport=httpx.MockTransport(answer)) as assistant:
        found: list[dict[str, Any]] = []
        more: dict[str, Any] = {}
        while not found or more:
            page = await assistant.succeed("list_vpcs", limit=100, **more)
            assert page["total"] == 450
            found += page["vpcs"]
            more = {"cursor": page["next_cursor"]} if "next_cursor" in page else {}
    assert len(found) == len({vpc["id"] for vpc in found}) == 450


async def test_vpcs_are_listed_by_a_part_of_the_name_few_at_a_time(assistant: Assistant) -> None:
    names = [vpc["name"] for vpc in (await assistant.succeed("list_vpcs"))["vpcs"]]
    apps = [name for name in names if "apps" in name]
    assert 2 < len(apps) < len(names)
    first = await assistant.succeed("list_vpcs", name_contains="Apps", limit=2)
    assert (first["total"], [vpc["name"] for vpc in first["vpcs"]]) == (len(apps), apps[:2])


async def test_a_server_that_ignores_pages_does_not_make_listing_endless(
    connect: Connect, sent: list[httpx.Request]
) -> None:
    vpc = {"id": VPC, "name": "v", "region": "atl1"}
    body = {"vpcs": [vpc], "links": {"pages": {"next": "http://api.test/v2/vpcs?page=2"}}}
    async with connect(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=body))) as assistant:
        assert (await assistant.succeed("list_vpcs"))["total"] == 1
    assert len(sent) == 2
