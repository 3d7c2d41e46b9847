from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from do_nfs_mcp.storage.limits import Limits
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import NEW_SHARE, OTHER_VPC, TOKEN, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

VPC_SHOWN = {"id": VPC, "name": "v", "region": "atl1", "created_at": "2022-06-01T00:00:00Z"}


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
        vpcs = [{**VPC_SHOWN, "id": f"00000000-0000-4000-8000-{n:012}", "name": f"v{n}"} for n in ids]
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
    body = {"vpcs": [VPC_SHOWN], "links": {"pages": {"next": "http://api.test/v2/vpcs?page=2"}}}
    async with connect(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=body))) as assistant:
        assert (await assistant.succeed("list_vpcs"))["total"] == 1
    assert len(sent) == 2


async def rename_vpcs(sandbox: Sandbox, *names: tuple[str, str]) -> None:
    """Give VPCs, by their ids, other names, one after another."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    transport = SandboxTransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers) as api:
        for vpc_id, name in names:
            (await api.patch(f"/v2/vpcs/{vpc_id}", json={"name": name})).raise_for_status()


class TestNames:
    """A VPC is named by its id, or by its exact name."""

    async def test_every_tool_that_takes_a_vpc_takes_its_name(self, assistant: Assistant) -> None:
        made = await assistant.succeed("create_share", name="s", region="atl1", size_gib=50, vpc_ids=["default-atl1"])
        assert made["share"]["vpc_ids"] == [VPC]

        async def vpcs_after(tool: str, **arguments: str) -> list[str]:
            done = await assistant.succeed(tool, share="s", **arguments)
            assert done["outcome"] == "done"
            assert done["after"] == {"vpc_ids": done["share"]["vpc_ids"]}
            return sorted(done["share"]["vpc_names"].values())

        assert await vpcs_after("attach_share", vpc_id="apps-atl1") == ["apps-atl1", "default-atl1"]
        assert await vpcs_after("detach_share", vpc_id="default-atl1") == ["apps-atl1"]
        moved = await vpcs_after("reassign_share", old_vpc_id="apps-atl1", new_vpc_id="default-atl1")
        assert moved == ["default-atl1"]
        point = await assistant.succeed("create_access_point", share="s", name="aa", path="/a", vpc_id="apps-atl1")
        assert point["access_point"]["vpc_id"] == OTHER_VPC

    async def test_a_vpc_that_is_named_twice_is_one(self, assistant: Assistant) -> None:
        twice = {"name": "s", "region": "atl1", "size_gib": 50, "vpc_ids": ["default-atl1", VPC.upper()]}
        assert (await assistant.succeed("create_share", **twice))["share"]["vpc_ids"] == [VPC]

    async def test_a_vpc_of_another_region_is_refused_before_anything_is_sent(
        self, assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]
    ) -> None:
        there = (await assistant.succeed("list_vpcs", region="nyc2"))["vpcs"][0]
        for vpc in (there["id"], there["name"]):
            for tool, arguments in (
                ("create_share", {"name": "n", "region": "atl1", "size_gib": 50, "vpc_ids": ["default-atl1", vpc]}),
                ("attach_share", {"share": "data", "vpc_id": vpc}),
                ("reassign_share", {"share": "data", "new_vpc_id": vpc}),
                ("create_access_point", {"share": "data", "name": "aa", "path": "/a", "vpc_id": vpc}),
            ):
                said = await assistant.fail(tool, **arguments)
                assert "is in nyc2, and a share in atl1 takes VPCs of that region alone" in said
                assert '"apps-atl1"' in said
        assert {request.method for request in sent} == {"GET"}

    async def test_results_name_the_vpcs_beside_their_ids(self, assistant: Assistant, share: dict[str, Any]) -> None:
        assert share["vpc_names"] == {VPC: "default-atl1"}
        point = await assistant.call("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
        assert point.structured_content is not None
        assert point.structured_content["access_point"]["vpc_name"] == "default-atl1"
        for result in (
            await assistant.call("get_share", share="data"),
            await assistant.call("list_shares"),
            await assistant.call("resize_share", share="data", add_gib=1),
            await assistant.call("list_access_points", share="data"),
            await assistant.call("get_access_point", access_point="aa"),
            point,
        ):
            assert 'VPC "default-atl1"' in text_of(result)

    async def test_no_share_is_cut_off_from_a_vpc_by_a_name_that_has_become_another_one_s(
        self, assistant: Assistant, sandbox: Sandbox, share: dict[str, Any]
    ) -> None:
        await assistant.succeed("attach_share", share="data", vpc_id=OTHER_VPC)
        assert (await assistant.succeed("get_share", share="data"))["vpc_names"][VPC] == "default-atl1"
        await rename_vpcs(sandbox, (VPC, "for-a-moment"), (OTHER_VPC, "default-atl1"), (VPC, "apps-atl1"))
        cut_off = await assistant.succeed("detach_share", share="data", vpc_id="default-atl1")
        assert cut_off["share"]["vpc_ids"] == [VPC]
        await rename_vpcs(sandbox, (VPC, "for-a-moment"), (OTHER_VPC, "apps-atl1"))
        moving = {"share": "data", "old_vpc_id": "apps-atl1", "new_vpc_id": OTHER_VPC}
        assert "is not attached to VPC" in await assistant.fail("reassign_share", **moving)

    async def test_names_are_read_once_a_minute(
        self, assistant: Assistant, share: dict[str, Any], clock: Clock, sent: list[httpx.Request]
    ) -> None:
        def times_read() -> int:
            return sum(request.url.path == "/v2/vpcs" for request in sent)

        clock.pass_time(60)
        await assistant.succeed("get_share", share="data")
        await assistant.succeed("list_shares")
        assert times_read() == 1
        clock.pass_time(60)
        await assistant.succeed("get_share", share="data")
        assert times_read() == 2


class TestWithoutLookingAtVpcs:
    """A token need not have the scope to look at VPCs."""

    @pytest.fixture
    async def assistant(self, connect: Connect, clock: Clock) -> AsyncIterator[Assistant]:
        scopes = ["nfs:list", "nfs:read", "nfs:create", "nfs:delete"]
        with Sandbox(clock=clock, tokens={"nfs-only": scopes}) as sandbox:
            async with connect(transport=httpx.ASGITransport(app=sandbox), token="nfs-only") as assistant:
                yield assistant

    async def test_ids_do(self, assistant: Assistant, sent: list[httpx.Request]) -> None:
        made = await assistant.succeed("create_share", **NEW_SHARE)
        assert made["share"]["vpc_ids"] == [VPC]
        assert "vpc_names" not in made["share"]
        await assistant.succeed("attach_share", share="data", vpc_id=OTHER_VPC)
        moved = await assistant.succeed("detach_share", share="data", vpc_id=VPC)
        assert moved["share"]["vpc_ids"] == [OTHER_VPC]
        point = await assistant.succeed("create_access_point", share="data", name="aa", path="/a")
        assert point["access_point"]["vpc_id"] == OTHER_VPC, "of a share in one VPC no look is needed"

    @pytest.mark.parametrize("vpc_ids", [["default-atl1"], []])
    async def test_names_do_not_and_it_is_said_what_does(self, assistant: Assistant, vpc_ids: list[str]) -> None:
        said = await assistant.fail("create_share", **{**NEW_SHARE, "vpc_ids": vpc_ids})
        assert "vpc:read" in said
        assert said.endswith("With the id of a VPC, no look at the VPCs is needed.")

    async def test_what_may_not_be_read_is_not_asked_for_at_each_call(
        self, assistant: Assistant, sent: list[httpx.Request]
    ) -> None:
        await assistant.succeed("create_share", **NEW_SHARE)
        sent.clear()
        for _ in range(3):
            await assistant.succeed("get_share", share="data")
        assert "/v2/vpcs" not in {request.url.path for request in sent}


async def test_names_that_cannot_be_read_now_do_not_fail_the_answer(
    assistant: Assistant, share: dict[str, Any], sandbox: Sandbox, clock: Clock
) -> None:
    clock.pass_time(60)
    sandbox.add_fault("status", operation="list_vpcs", status=500)
    shown = await assistant.succeed("get_share", share="data")
    assert "vpc_names" not in shown
    assert await assistant.succeed("get_share", share="data") == share


class TestLeftOut:
    """Where there is one VPC to take, or a default one, it may be left out, and the result says which was taken."""

    async def test_a_new_share_is_attached_to_the_default_vpc(self, assistant: Assistant) -> None:
        made = await assistant.succeed("create_share", name="s", region="atl1", size_gib=50)
        assert made["share"]["vpc_ids"] == [VPC]
        assert 'It took VPC "default-atl1", the default one of atl1.' in made["message"]

    async def test_a_share_that_is_not_waited_for_says_it_too(self, assistant: Assistant) -> None:
        made = await assistant.succeed("create_share", name="s", region="atl1", size_gib=50, wait=False)
        assert "It took VPC" in made["message"]

    async def test_an_access_point_takes_the_only_vpc_of_its_share_also_after_a_move(
        self, assistant: Assistant, share: dict[str, Any]
    ) -> None:
        point = await assistant.succeed("create_access_point", share="data", name="aa", path="/a")
        assert point["access_point"]["vpc_id"] == VPC
        await assistant.succeed("reassign_share", share="data", new_vpc_id="apps-atl1")
        point = await assistant.succeed("create_access_point", share="data", name="bb", path="/b")
        assert point["access_point"]["vpc_id"] == OTHER_VPC
        assert 'It took VPC "apps-atl1", the share\'s only one.' in point["message"]
        assert 'The share is attached to VPC "apps-atl1".' in point["message"]

    async def test_an_access_point_takes_the_default_vpc_among_several_of_its_share(
        self, assistant: Assistant, share: dict[str, Any]
    ) -> None:
        await assistant.succeed("attach_share", share="data", vpc_id=OTHER_VPC)
        point = await assistant.succeed("create_access_point", share="data", name="aa", path="/a")
        assert point["access_point"]["vpc_id"] == VPC
        assert 'It took VPC "default-atl1", the default one of atl1.' in point["message"]

    async def test_an_access_point_of_a_share_in_no_vpc_takes_the_default_one(
        self, assistant: Assistant, share: dict[str, Any]
    ) -> None:
        await assistant.succeed("detach_share", share="data", vpc_id=VPC)
        point = await assistant.succeed("create_access_point", share="data", name="aa", path="/a")
        assert point["access_point"]["vpc_id"] == VPC
        assert "the default one of atl1" in point["message"]

    async def test_the_only_vpc_of_a_share_is_held_to_the_limits(
        self, connect: Connect, share: dict[str, Any], sent: list[httpx.Request]
    ) -> None:
        async with connect(limits=Limits(vpcs=["apps-*"])) as assistant:
            said = await assistant.fail("create_access_point", share="data", name="aa", path="/a")
        assert f'VPC "default-atl1" ({VPC}) is none that it opens shares to' in said
        assert {request.method for request in sent} == {"GET"}

    async def test_an_attachment_takes_the_default_vpc(self, assistant: Assistant, share: dict[str, Any]) -> None:
        await assistant.succeed("reassign_share", share="data", new_vpc_id="apps-atl1")
        attached = await assistant.succeed("attach_share", share="data")
        assert attached["after"] == {"vpc_ids": [OTHER_VPC, VPC]}
        assert "the default one of atl1" in attached["message"]

    async def test_attaching_twice_changes_nothing_the_second_time(
        self, assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]
    ) -> None:
        already = 'Nothing was done: it is attached to VPC "default-atl1" already.'
        taken = ' It took VPC "default-atl1", the default one of atl1.'
        for arguments, note in (({}, taken), ({"vpc_id": "default-atl1"}, ""), ({"vpc_id": VPC}, "")):
            again = await assistant.succeed("attach_share", share="data", **arguments)
            assert again == {"outcome": "unchanged", "message": f"{already}{note}", "waited": 0, "share": share}
        assert {request.method for request in sent} == {"GET"}

    async def test_the_only_vpc_of_a_share_is_the_one_it_moves_from(
        self, assistant: Assistant, share: dict[str, Any], person: Person
    ) -> None:
        moved = await assistant.succeed("reassign_share", share="data", new_vpc_id="apps-atl1")
        assert (moved["before"], moved["after"]) == ({"vpc_ids": [VPC]}, {"vpc_ids": [OTHER_VPC]})
        assert moved["asked"] is True
        assert f'from VPC "default-atl1" ({VPC}) to VPC "apps-atl1" ({OTHER_VPC})' in person.asked[0]

    async def test_of_several_vpcs_of_a_share_one_has_to_be_said(
        self, assistant: Assistant, share: dict[str, Any], sandbox: Sandbox, person: Person
    ) -> None:
        await assistant.succeed("attach_share", share="data", vpc_id=OTHER_VPC)
        said = await assistant.fail("reassign_share", share="data", new_vpc_id="94c5e7a1-b2d0-4f38-8e6c-000000000000")
        assert "is attached to 2 VPCs" in said
        assert f'Say which: "default-atl1" ({VPC}), "apps-atl1" ({OTHER_VPC}).' in said
        assert person.asked == []
