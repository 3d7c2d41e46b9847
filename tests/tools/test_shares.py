from typing import Any

import anyio
import httpx
import pytest
from do_nfs_sandbox import Sandbox
from mcp_types import CallToolResult

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import NEW_SHARE, OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio


async def test_an_account_without_shares_is_said_to_have_none(assistant: Assistant) -> None:
    result = await assistant.call("list_shares")
    assert text_of(result) == "No shares."
    assert result.structured_content == {"total": 0, "shares": []}


async def test_a_new_share_is_waited_for_until_it_can_be_mounted(assistant: Assistant) -> None:
    made = await assistant.succeed("create_share", name="data", region="atl1", size_gib=100, vpc_ids=[VPC])
    assert made["outcome"] == "done"
    assert "get_mount_instructions" in made["message"]
    share = made["share"]
    assert share == await assistant.succeed("get_share", share=share["id"])
    assert share["status"] == "ACTIVE"
    assert share["host"]
    assert share["mount_path"].startswith("/")
    assert (share["name"], share["region"], share["size_gib"], share["vpc_ids"]) == ("data", "atl1", 100, [VPC])
    assert share["performance_tier"] == "standard"
    assert [point["name"] for point in share["access_points"]] == ["default"]


async def test_a_new_share_that_is_not_waited_for_is_creating_and_then_active(
    assistant: Assistant, clock: Clock, sent: list[httpx.Request]
) -> None:
    made = await assistant.succeed("create_share", name="data", region="atl1", size_gib=100, vpc_ids=[VPC], wait=False)
    looks = [request.url.path for request in sent if request.method == "GET"]
    assert looks == ["/v2/vpcs", "/v2/nfs"], "it is seen what was there before"
    assert made["outcome"] == "pending"
    share = made["share"]
    assert share["status"] == "CREATING"
    assert "host" not in share
    assert f"wait_until_ready with share {share['id']}" in made["message"]
    clock.pass_time()
    assert (await assistant.succeed("get_share", share=share["id"]))["status"] == "ACTIVE"


async def test_a_share_can_be_made_on_the_high_tier(assistant: Assistant) -> None:
    made = await assistant.succeed(
        "create_share", name="fast", region="atl1", size_gib=50, vpc_ids=[VPC, OTHER_VPC], performance_tier="high"
    )
    assert made["share"]["performance_tier"] == "high"
    assert made["share"]["vpc_ids"] == [VPC, OTHER_VPC]


async def test_the_text_of_a_share_holds_what_the_next_call_needs(assistant: Assistant, share: dict[str, Any]) -> None:
    said = text_of(await assistant.call("list_shares"))
    for needed in (
        share["id"],
        "data",
        "ACTIVE",
        "100 GiB",
        "atl1",
        '"default-atl1"',
        f"{share['host']}:{share['mount_path']}",
    ):
        assert needed in said


async def test_shares_are_listed_by_region(assistant: Assistant, share: dict[str, Any]) -> None:
    assert (await assistant.succeed("list_shares", region="atl1"))["total"] == 1
    assert (await assistant.succeed("list_shares", region="nyc2"))["total"] == 0


class TestLists:
    """A list is filtered by what its arguments say, and given in pages."""

    @pytest.fixture
    async def names(self, assistant: Assistant, clock: Clock) -> list[str]:
        """The names of five shares, oldest first."""
        names = ["Web-a", "db", "web-b", "cache", "web-c"]
        for name in names:
            await assistant.succeed("create_share", name=name, region="atl1", size_gib=50, vpc_ids=[VPC])
            clock.pass_time()
        return names

    async def test_shares_are_listed_by_a_part_of_the_name_in_any_case(
        self, assistant: Assistant, names: list[str]
    ) -> None:
        found = await assistant.succeed("list_shares", name_contains="WEB")
        assert [share["name"] for share in found["shares"]] == ["Web-a", "web-b", "web-c"]
        assert found["total"] == 3

    async def test_shares_are_listed_by_status_in_any_case(self, assistant: Assistant, names: list[str]) -> None:
        await assistant.succeed("detach_share", share="db", vpc_id=VPC)
        for status, expected in (("INACTIVE", ["db"]), ("inactive", ["db"]), ("FAILED", [])):
            found = await assistant.succeed("list_shares", status=status)
            assert [share["name"] for share in found["shares"]] == expected

    async def test_pages_hold_each_share_once_oldest_first(self, assistant: Assistant, names: list[str]) -> None:
        seen: list[str] = []
        more: dict[str, Any] = {}
        while True:
            result = await assistant.call("list_shares", limit=2, **more)
            page = result.structured_content
            assert page is not None
            assert page["total"] == 5
            seen += [share["name"] for share in page["shares"]]
            if "next_cursor" not in page:
                break
            assert page["next_cursor"] in text_of(result)
            more = {"cursor": page["next_cursor"]}
        assert seen == names

    async def test_a_deletion_between_two_pages_hides_no_share(self, assistant: Assistant, names: list[str]) -> None:
        first = await assistant.succeed("list_shares", limit=2)
        await assistant.succeed("delete_share", share="Web-a")
        second = await assistant.succeed("list_shares", limit=2, cursor=first["next_cursor"])
        assert [share["name"] for share in second["shares"]] == ["web-b", "cache"]

    async def test_access_points_are_left_to_get_share(self, assistant: Assistant, names: list[str]) -> None:
        for listed in (await assistant.succeed("list_shares"))["shares"]:
            shown = await assistant.succeed("get_share", share=listed["id"])
            assert shown.pop("access_points")
            assert listed == shown


async def test_a_null_argument_counts_as_left_out(assistant: Assistant, share: dict[str, Any]) -> None:
    assert (await assistant.succeed("list_shares", region=None))["total"] == 1


async def test_a_share_grows(assistant: Assistant, share: dict[str, Any]) -> None:
    grown = await assistant.succeed("resize_share", share="data", size_gib=200)
    assert grown["outcome"] == "done"
    assert grown["share"] == {**share, "size_gib": 200}
    action = grown["action"]
    assert (action["type"], action["status"], action["resource_id"]) == ("RESIZE_SHARE", "IN_PROGRESS", share["id"])
    assert (await assistant.succeed("get_share", share="data"))["size_gib"] == 200


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("resize_share", {"size_gib": 200}),
        ("attach_share", {"vpc_id": OTHER_VPC}),
        ("detach_share", {"vpc_id": VPC}),
        ("reassign_share", {"old_vpc_id": VPC, "new_vpc_id": OTHER_VPC}),
        ("switch_performance_tier", {"performance_tier": "high"}),
    ],
)
async def test_a_change_that_is_not_waited_for_takes_effect_later(
    assistant: Assistant, share: dict[str, Any], clock: Clock, tool: str, arguments: dict[str, Any]
) -> None:
    started = await assistant.succeed(tool, share="data", **arguments, wait=False)
    assert started["outcome"] == "pending"
    assert "share" not in started
    assert started["action"]["status"] == "IN_PROGRESS"
    assert f"wait_until_ready with action_id {started['action']['id']}" in started["message"]
    assert await assistant.succeed("get_share", share="data") == share
    clock.pass_time()
    assert await assistant.succeed("get_share", share="data") != share


@pytest.mark.parametrize(
    ("size", "grown"),
    [({"size_gib": 200}, 200), ({"add_gib": 1}, 101), ({"add_percent": 50}, 150), ({"add_percent": 1}, 101)],
)
async def test_a_plan_to_grow_says_from_what_to_what_and_does_nothing(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request], size: dict[str, int], grown: int
) -> None:
    planned = await assistant.succeed("resize_share", share="data", **size, plan=True)
    assert planned == {
        "outcome": "planned",
        "message": f"Nothing was done. It would grow from 100 to {grown} GiB, cost more from then on, and never "
        "shrink.",
        "before": {"size_gib": 100},
        "after": {"size_gib": grown},
        "waited": 0,
        "share": share,
    }
    assert {request.method for request in sent} == {"GET"}


@pytest.mark.parametrize("plan", [False, True])
async def test_a_share_that_has_the_size_already_is_left_as_it_is(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request], plan: bool
) -> None:
    same = await assistant.succeed("resize_share", share="data", size_gib=100, plan=plan)
    assert same.pop("message") == "Nothing was done: it has 100 GiB already."
    assert same == {"outcome": "unchanged", "waited": 0, "share": share}
    assert {request.method for request in sent} == {"GET"}


@pytest.mark.parametrize(
    ("addition", "grown"),
    [({"add_gib": 25}, 125), ({"add_percent": 50}, 150), ({"add_percent": "0", "add_gib": 7}, 107)],
)
async def test_a_share_grows_by_an_addition_without_a_look_before(
    assistant: Assistant, share: dict[str, Any], addition: dict[str, Any], grown: int
) -> None:
    done = await assistant.succeed("resize_share", share="data", **addition)
    assert done["message"].startswith(f"Done. It grew from 100 to {grown} GiB. Mounts see it by themselves")
    assert (done["before"], done["after"]) == ({"size_gib": 100}, {"size_gib": grown})
    assert (await assistant.succeed("get_share", share="data"))["size_gib"] == grown


async def test_of_additions_at_the_same_time_one_is_made_and_the_others_are_told_of_it(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    results: list[CallToolResult] = []

    async def add() -> None:
        results.append(await assistant.call("resize_share", share="data", add_gib=50, wait=False))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(add)
    refused = [text_of(result) for result in results if result.is_error]
    assert len(refused) == 2
    assert all("may be growing to 150 GiB already" in said for said in refused)
    clock.pass_time()
    assert (await assistant.succeed("resize_share", share="data", add_gib=50))["after"] == {"size_gib": 200}


async def test_a_part_of_a_gib_counts_as_one(assistant: Assistant) -> None:
    await assistant.succeed("create_share", name="odd", region="atl1", size_gib=51)
    assert (await assistant.succeed("resize_share", share="odd", add_percent=10))["after"] == {"size_gib": 57}


@pytest.mark.parametrize("sizes", [{}, {"size_gib": 200, "add_gib": 100}, {"add_gib": 1, "add_percent": 1}])
async def test_a_share_grows_by_just_one_size(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request], sizes: dict[str, int]
) -> None:
    assert "give just one of size_gib" in await assistant.fail("resize_share", share="data", **sizes)
    assert sent == []


async def test_a_size_that_is_too_large_is_for_the_api_to_refuse_whose_words_are_passed_on(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    for tool, arguments in (
        ("create_share", {"name": "big", "region": "atl1", "size_gib": 40_000}),
        ("resize_share", {"share": "data", "add_gib": 40_000}),
    ):
        sent.clear()
        assert "size_gib must be at most 32768." in await assistant.fail(tool, **arguments)
        assert [request.method for request in sent][-1] == "POST"


async def test_a_size_may_come_as_text(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("resize_share", share="data", size_gib="150")
    assert (await assistant.succeed("get_share", share="data"))["size_gib"] == 150


async def test_a_share_never_shrinks_and_it_is_said_what_to_do_instead(
    assistant: Assistant, share: dict[str, Any], clock: Clock, sent: list[httpx.Request]
) -> None:
    for more in ({}, {"plan": True}):
        said = await assistant.fail("resize_share", share="data", size_gib=60, **more)
        assert said.startswith('Nothing was done: share "data" has 100 GiB, and a share never shrinks.')
        assert "create_share with 60 GiB" in said
    assert {request.method for request in sent} == {"GET"}
    clock.pass_time()
    assert (await assistant.succeed("get_share", share="data"))["size_gib"] == 100


async def test_a_share_moves_between_vpcs(assistant: Assistant, share: dict[str, Any]) -> None:
    async def vpcs_after(tool: str, **arguments: str) -> list[str]:
        done = await assistant.succeed(tool, share="data", **arguments)
        assert done["outcome"] == "done"
        assert done["share"] == await assistant.succeed("get_share", share="data")
        return sorted(done["share"]["vpc_ids"])

    assert await vpcs_after("attach_share", vpc_id=OTHER_VPC) == sorted([VPC, OTHER_VPC])
    assert await vpcs_after("detach_share", vpc_id=VPC) == [OTHER_VPC]
    assert await vpcs_after("reassign_share", old_vpc_id=OTHER_VPC, new_vpc_id=VPC) == [VPC]


async def test_a_share_in_no_vpc_is_inactive(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("detach_share", share="data", vpc_id=VPC)
    result = await assistant.call("get_share", share="data")
    assert "INACTIVE" in text_of(result)
    assert "attached to no VPC" in text_of(result)
    for tool, vpc in (("detach_share", {"vpc_id": VPC}), ("reassign_share", {"new_vpc_id": OTHER_VPC})):
        said = await assistant.fail(tool, share="data", **vpc)
        assert said == 'Nothing was done: share "data" is attached to no VPC. attach_share attaches it to one.'


async def test_a_tier_is_raised(assistant: Assistant, share: dict[str, Any]) -> None:
    raised = await assistant.succeed("switch_performance_tier", share="data", performance_tier="high")
    assert (raised["outcome"], raised["share"]["performance_tier"]) == ("done", "high")
    size = share["size_gib"]
    assert raised["message"] == (
        f"Done. It went from the standard tier to the high tier, with {size} GiB. There is no way back down."
    )
    assert (await assistant.succeed("get_share", share="data"))["performance_tier"] == "high"


async def test_a_deleted_share_is_gone(assistant: Assistant, share: dict[str, Any]) -> None:
    gone = await assistant.succeed("delete_share", share="data")
    assert gone.pop("message").startswith(f'Deleted share "data" ({share["id"]})')
    before = {**share, "snapshots": []}
    assert gone == {
        "outcome": "done",
        "kind": "share",
        "id": share["id"],
        "name": "data",
        "before": before,
        "after": {},
        "waited": 0,
        "asked": True,
    }
    assert (await assistant.succeed("list_shares"))["total"] == 0
    assert "404" in await assistant.fail("get_share", share=share["id"])


async def test_a_share_that_is_gone_already_is_not_a_failure_to_delete_by_its_id(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    await assistant.succeed("delete_share", share="data")
    person.asked.clear()
    sent.clear()
    again = await assistant.succeed("delete_share", share=share["id"])
    assert again.pop("message") == f"There is no share {share['id']} any more, so there was nothing to delete."
    assert again == {"outcome": "unchanged", "waited": 0, "kind": "share", "id": share["id"]}
    assert person.asked == []
    assert {request.method for request in sent} == {"GET"}
    assert "no share has the name or id" in await assistant.fail("delete_share", share="data")


async def test_a_plan_to_delete_says_what_would_be_lost_and_does_nothing(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    await assistant.succeed("create_snapshot", share="data", name="keep")
    sent.clear()
    planned = await assistant.succeed("delete_share", share="data", plan=True)
    said = planned.pop("message")
    assert said.startswith("Nothing was done.")
    assert "100 GiB" in said
    assert "with 1 snapshot. The share" in said
    assert [snapshot["name"] for snapshot in planned.pop("before")["snapshots"]] == ["keep"]
    assert planned.pop("after") == {}
    assert planned == {"outcome": "planned", "waited": 0, "kind": "share", "id": share["id"], "name": "data"}
    assert person.asked == []
    assert {request.method for request in sent} == {"GET"}


async def test_a_share_with_snapshots_is_not_deleted_without_them(
    assistant: Assistant, share: dict[str, Any], person: Person
) -> None:
    await assistant.succeed("create_snapshot", share="data", name="keep")
    said = await assistant.fail("delete_share", share="data")
    assert "it has 1 snapshot." in said
    assert "try again with delete_snapshots: true" in said
    assert person.asked == []
    assert (await assistant.succeed("list_shares"))["total"] == 1


class TestDeletingWithSnapshots:
    """A share is deleted with its snapshots, after one question that lists all that is lost."""

    @pytest.fixture
    async def kept(self, assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]) -> list[str]:
        """The ids of the share's two snapshots."""
        taken = [await assistant.succeed("create_snapshot", share="data", name=name) for name in ("one", "two")]
        await assistant.succeed("create_access_point", share="data", name="team", path="/t")
        sent.clear()
        return [made["snapshot"]["id"] for made in taken]

    async def test_one_question_lists_all_that_is_lost(
        self, assistant: Assistant, kept: list[str], person: Person
    ) -> None:
        await assistant.succeed("delete_share", share="data", delete_snapshots=True)
        (question,) = person.asked
        lost = question.partition("? ")[2]
        assert lost.startswith(
            "The share, every file on it and 2 snapshots are lost for good. To confirm, type the share's name."
        )
        listed = lost.partition("Its snapshots: ")[2]
        assert all(snapshot in listed for snapshot in kept)
        assert 'access point "team" (path "/t")' in question

    async def test_all_of_it_is_gone_then(
        self, assistant: Assistant, kept: list[str], sent: list[httpx.Request]
    ) -> None:
        done = await assistant.call("delete_share", share="data", delete_snapshots=True)
        assert text_of(done).endswith(
            'with 2 snapshots ("one", "two") and access point "team" (path "/t"). The person was asked and agreed.'
        )
        assert done.structured_content is not None
        before = done.structured_content["before"]
        assert sorted(snapshot["id"] for snapshot in before["snapshots"]) == sorted(kept)
        assert "/snapshots/" not in [r.url.path for r in sent if r.method == "DELETE"][-1], "the share goes last"
        assert (await assistant.succeed("list_shares"))["total"] == 0
        assert (await assistant.succeed("list_snapshots"))["total"] == 0

    async def test_a_share_stays_if_one_of_its_snapshots_does(
        self, assistant: Assistant, kept: list[str], sandbox: Sandbox
    ) -> None:
        sandbox.add_fault("status", operation="delete_snapshot", status=403)
        left = await assistant.succeed("delete_share", share="data", delete_snapshots=True)
        assert (left["outcome"], left["asked"]) == ("failed", True)
        assert not {"before", "after"} & left.keys(), "nothing has changed"
        assert "The share was not deleted: of its snapshots, 0 of 2 were" in left["message"]
        assert "403" in left["message"]
        assert (await assistant.succeed("list_shares"))["total"] == 1

    async def test_a_share_that_stays_behind_is_said_to_have_lost_its_snapshots(
        self, assistant: Assistant, kept: list[str], sandbox: Sandbox
    ) -> None:
        sandbox.add_fault("status", operation="delete_share", status=403)
        said = await assistant.fail("delete_share", share="data", delete_snapshots=True)
        assert said.endswith("Its 2 snapshots had been deleted before.")

    async def test_a_plan_lists_the_same_and_does_nothing(
        self, assistant: Assistant, kept: list[str], person: Person, sent: list[httpx.Request]
    ) -> None:
        planned = await assistant.succeed("delete_share", share="data", delete_snapshots=True, plan=True)
        assert planned["outcome"] == "planned"
        assert all(snapshot in planned["message"] for snapshot in kept)
        assert "Before that" not in planned["message"]
        assert person.asked == []
        assert {request.method for request in sent} == {"GET"}

    async def test_more_snapshots_than_a_person_reads_have_to_go_before(
        self, assistant: Assistant, sandbox: Sandbox, person: Person
    ) -> None:
        sandbox.seed(
            {
                "shares": [{"id": OTHER_VPC, "name": "s", "region": "atl1", "size_gib": 100}],
                "snapshots": [{"share_id": OTHER_VPC, "name": f"s{n}"} for n in range(101)],
            }
        )
        said = await assistant.fail("delete_share", share="s", delete_snapshots=True)
        assert "it has 101 snapshots, and one call deletes at most 100" in said
        assert person.asked == []


@pytest.mark.parametrize("text", ["null", "[]", "{}", "7", "true", '"data"'])
async def test_a_text_that_looks_like_json_is_a_text(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request], text: str
) -> None:
    assert "no share has the name or id" in await assistant.fail("list_snapshots", share=text)
    await assistant.call("list_shares", region=text)
    assert sent[-1].url.params["region"] == text


class TestNames:
    """A share is named by its id, or by its exact name if just one share has it."""

    async def test_two_shares_of_one_name_are_listed_and_nothing_is_done(
        self, assistant: Assistant, share: dict[str, Any], person: Person
    ) -> None:
        made = await assistant.succeed("create_share", name="data", region="nyc2", size_gib=50)
        other = made["share"]
        said = await assistant.fail("delete_share", share="data")
        assert share["id"] in said
        assert other["id"] in said
        assert person.asked == []
        assert (await assistant.succeed("list_shares"))["total"] == 2
        await assistant.succeed("delete_share", share=other["id"])
        assert (await assistant.succeed("get_share", share="data"))["id"] == share["id"]

    async def test_a_new_share_whose_name_its_region_has_already_says_so_without_another_request(
        self, assistant: Assistant, sent: list[httpx.Request]
    ) -> None:
        first = await assistant.succeed("create_share", **NEW_SHARE)
        second = await assistant.succeed("create_share", **NEW_SHARE | {"size_gib": 200})
        third = await assistant.succeed("create_share", **NEW_SHARE, wait=False)
        ids = [made["share"]["id"] for made in (first, second)]
        assert "has this name" not in first["message"]
        assert f"Another share in atl1 has this name: {ids[0]}. From now on, name each" in second["message"]
        assert "2 other shares in atl1 have this name: " in third["message"]
        assert all(share in third["message"] for share in ids)
        lists = [request for request in sent if (request.method, request.url.path) == ("GET", "/v2/nfs")]
        assert len(lists) == 3

    @pytest.mark.parametrize("name", ["Data", "dat", "data ", "data*", "../data", "%64ata"])
    async def test_a_name_has_to_be_exact(
        self, assistant: Assistant, share: dict[str, Any], person: Person, name: str
    ) -> None:
        said = await assistant.fail("delete_share", share=name)
        assert person.asked == []
        assert "no share has the name or id" in said
        assert '"data"' in said
        assert (await assistant.succeed("list_shares"))["total"] == 1

    async def test_a_deleted_share_has_no_name_any_more(self, connect: Connect) -> None:
        deleted = {
            "id": VPC,
            "name": "data",
            "region": "atl1",
            "size_gib": 50,
            "status": "DELETED",
            "created_at": "2026-01-01T00:00:00Z",
        }
        live = {**deleted, "id": OTHER_VPC, "status": "ACTIVE"}
        answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"shares": [deleted, live]}))
        async with connect(transport=answer) as assistant:
            assert (await assistant.succeed("get_share", share="data"))["id"] == OTHER_VPC

    async def test_an_id_may_be_in_capitals(self, assistant: Assistant, share: dict[str, Any]) -> None:
        assert (await assistant.succeed("get_share", share=share["id"].upper()))["name"] == "data"

    @pytest.mark.parametrize(
        "name", ["0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d", "{0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d}", "../droplets?tag_name=x"]
    )
    async def test_a_text_that_only_looks_like_an_id_is_a_name(self, assistant: Assistant, name: str) -> None:
        made = await assistant.succeed("create_share", name=name, region="atl1", size_gib=50, vpc_ids=[VPC])
        assert (await assistant.succeed("get_share", share=name))["id"] == made["share"]["id"]


async def test_what_makes_no_address_of_a_request_is_told_and_not_tried_again(
    assistant: Assistant, sandbox: Sandbox
) -> None:
    assert "Nothing was sent: what was given makes no address of a request" in await assistant.fail(
        "list_shares", region="/." * 30_000
    )
    assert sandbox.requests == []
