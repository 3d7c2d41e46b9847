"""What the API lists and cannot be read is told of and hides nothing else. A change whose answer cannot be read is said
to have been made."""

import json
from typing import Any

import httpx
import pytest
from do_nfs_mcp.storage.limits import Limits
from mcp_types import ElicitResult

from ..support.api_answers import SHARE, example
from ..support.calling import text_of
from ..support.constants import OTHER_VPC, VPC
from ..support.contracts import operation_of
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

ID = SHARE["id"]
ODD_SHARE = {"id": "odd-share", "name": "backup"}
ODD_SHARE_TOLD = 'share "backup" (odd-share): region is missing'
SNAPSHOT = example("get_snapshot")[1]["snapshot"]
ODD_SNAPSHOT = {**SNAPSHOT, "id": "odd-snapshot", "name": "monday", "created_at": "never"}
ODD_SNAPSHOT_TOLD = "snapshot \"monday\" (odd-snapshot): created_at is 'never', not a date and time"
ODD_ANSWER = {"share": {**SHARE, "created_at": 7}}
NEW = {"name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [OTHER_VPC], "wait": False}
RESIZE = {"share": ID, "size_gib": 2048, "wait": False}


def answers(**bodies: Any) -> httpx.MockTransport:
    """What answers with the contract's examples, but for these bodies by their operation: one, or one after another."""

    def answer(request: httpx.Request) -> httpx.Response:
        operation = operation_of(request.method, request.url.path)
        status, body = example(operation)
        body = bodies.get(operation, body)
        if isinstance(body, list):
            body = body.pop(0) if len(body) > 1 else body[0]
        return httpx.Response(status, json=body)

    return httpx.MockTransport(answer)


LISTED = {"shares": [ODD_SHARE, SHARE]}


async def told(assistant: Assistant, tool: str, **arguments: Any) -> tuple[str, list[str]]:
    """What a tool says at the end, and what it gives as data, of what could not be read."""
    result = await assistant.call(tool, **arguments)
    assert not result.is_error, text_of(result)
    assert isinstance(result.structured_content, dict)
    return text_of(result).splitlines()[-1], result.structured_content["unreadable"]


async def test_a_list_has_the_others_and_says_what_is_left_out(connect: Connect) -> None:
    async with connect(transport=answers(list_shares=LISTED)) as assistant:
        assert await told(assistant, "list_shares") == (
            f"Left out, since it cannot be read: {ODD_SHARE_TOLD}.",
            [ODD_SHARE_TOLD],
        )
        shown = await assistant.succeed("list_shares")
    assert (shown["total"], [share["id"] for share in shown["shares"]]) == (1, [ID])


async def test_a_list_of_which_nothing_can_be_read_says_so(connect: Connect) -> None:
    async with connect(transport=answers(list_shares={"shares": [ODD_SHARE]})) as assistant:
        result = await assistant.call("list_shares")
    assert text_of(result) == f"No shares.\nLeft out, since it cannot be read: {ODD_SHARE_TOLD}."


@pytest.mark.parametrize(("there", "more"), [(10, ""), (11, "; and 1 more"), (12, "; and 2 more")])
async def test_of_many_items_that_cannot_be_read_ten_are_named_and_all_are_data(
    connect: Connect, there: int, more: str
) -> None:
    odd = [{"id": f"odd-{number}"} for number in range(there)]
    async with connect(transport=answers(list_shares={"shares": odd})) as assistant:
        words, data = await told(assistant, "list_shares")
    assert words.endswith(f"share (odd-9): name is missing{more}.")
    assert data == [f"share (odd-{number}): name is missing" for number in range(there)]


@pytest.mark.parametrize(("tool", "field"), [("list_snapshots", "snapshots"), ("list_vpcs", "vpcs")])
async def test_every_list_has_the_others(connect: Connect, tool: str, field: str) -> None:
    _, body = example(tool)
    transport = answers(**{tool: {field: [7, *body[field]]}})
    async with connect(transport=transport) as assistant:
        _, data = await told(assistant, tool)
        assert len((await assistant.succeed(tool))[field]) == len(body[field])
    assert data == [f"{'VPC' if field == 'vpcs' else 'snapshot'}: an item of {field} is 7, not an object"]


async def test_an_access_point_that_cannot_be_read_does_not_hide_its_share(connect: Connect) -> None:
    share = {**SHARE, "access_points": [{"id": "odd-point", "name": "team"}]}
    async with connect(transport=answers(get_share={"share": share})) as assistant:
        _, data = await told(assistant, "get_share", share=ID)
    assert data == ['access point "team" (odd-point): share_id is missing']


async def test_an_odd_vpc_id_hides_neither_its_share_nor_the_others(connect: Connect) -> None:
    share = {**SHARE, "vpc_ids": [VPC, 7]}
    told_of_it = f'vpc_ids of share "{SHARE["name"]}" ({ID}): an item of vpc_ids is 7, not a string'
    transport = answers(get_share={"share": share}, list_shares={"shares": [share]}, create_share={"share": share})
    async with connect(transport=transport) as assistant:
        assert (await told(assistant, "get_share", share=ID))[1] == [told_of_it]
        assert (await assistant.succeed("get_share", share=ID))["vpc_ids"] == [VPC]
        assert (await told(assistant, "list_shares"))[1] == [told_of_it]
        assert (await told(assistant, "create_share", **NEW))[1] == [told_of_it]


async def test_an_odd_field_of_an_access_point_of_a_share_is_told_of(connect: Connect) -> None:
    _, point = example("get_access_point")
    share = {**SHARE, "access_points": [{**point["access_point"], "vpc_id": 7}]}
    async with connect(transport=answers(get_share={"share": share})) as assistant:
        _, (data,) = await told(assistant, "get_share", share=ID)
    assert data.startswith("vpc_id of access point ")


@pytest.mark.parametrize(("tool", "field"), [("list_shares", "shares"), ("list_snapshots", "snapshots")])
@pytest.mark.parametrize("links", [7, {"pages": []}, {"pages": {"next": 7}}])
async def test_a_link_that_cannot_be_read_hides_no_list_and_is_told_of(
    connect: Connect, tool: str, field: str, links: Any
) -> None:
    _, body = example(tool)
    async with connect(transport=answers(**{tool: {field: body[field], "links": links, "meta": 7}})) as assistant:
        _, data = await told(assistant, tool)
        assert len((await assistant.succeed(tool))[field]) == len(body[field])
    assert data[0].startswith("the link to more, which may be missing here: ")
    assert data[1] == "meta: meta is 7, not an object"


async def test_the_overview_and_its_resource_say_what_they_leave_out(connect: Connect) -> None:
    transport = answers(list_shares=LISTED, list_snapshots={"snapshots": [ODD_SNAPSHOT]})
    async with connect(transport=transport) as assistant:
        _, data = await told(assistant, "get_storage_overview")
        (read,) = (await assistant.client.read_resource("nfs://overview")).contents
    assert data == [ODD_SHARE_TOLD, ODD_SNAPSHOT_TOLD]
    assert json.loads(getattr(read, "text", ""))["unreadable"] == data


async def test_terraform_has_what_is_left_out_in_a_comment(connect: Connect) -> None:
    async with connect(transport=answers(list_shares=LISTED)) as assistant:
        shown = await assistant.succeed("export_terraform")
        (read,) = (await assistant.client.read_resource("nfs://terraform")).contents
    assert shown["left_out"] == [f"{ODD_SHARE_TOLD}: it could not be read."]
    for hcl in (shown["hcl"], getattr(read, "text", "")):
        assert f"# Left out: {ODD_SHARE_TOLD}: it could not be read." in hcl


async def test_a_name_that_is_not_found_may_be_that_of_what_cannot_be_read(connect: Connect) -> None:
    async with connect(transport=answers(list_shares=LISTED)) as assistant:
        said = await assistant.fail("get_share", share="backup")
    assert said.startswith('Nothing was done: no share has the name or id "backup"')
    assert said.endswith(f"Left out, since it cannot be read: {ODD_SHARE_TOLD}.")


@pytest.mark.parametrize(
    ("tool", "arguments"), [("delete_share", {"share": ID}), ("prune_snapshots", {"share": ID, "keep_last": 0})]
)
async def test_a_question_says_what_could_not_be_read_of_what_is_at_stake(
    connect: Connect, person: Person, tool: str, arguments: dict[str, Any]
) -> None:
    listed = {"snapshots": [ODD_SNAPSHOT, SNAPSHOT]}
    person.answer = lambda *_: ElicitResult(action="decline")
    async with connect(transport=answers(list_snapshots=listed)) as assistant:
        await assistant.call(tool, **arguments, **({"delete_snapshots": True} if tool == "delete_share" else {}))
    (question,) = person.asked
    assert question.endswith(f"Left out, since it cannot be read: {ODD_SNAPSHOT_TOLD}.")


async def test_a_share_that_cannot_be_read_counts_where_their_number_is_limited(connect: Connect) -> None:
    async with connect(transport=answers(list_shares=LISTED), limits=Limits(max_shares=2)) as assistant:
        assert "there are 2 shares already" in await assistant.fail("create_share", **NEW)


TWIN = {**SHARE, "id": "odd-twin", "created_at": ""}
CHANGES: dict[str, dict[str, Any]] = {
    "delete_share": {},
    "resize_share": {"size_gib": 2048},
    "attach_share": {"vpc_id": OTHER_VPC},
    "detach_share": {"vpc_id": VPC},
    "reassign_share": {"old_vpc_id": VPC, "new_vpc_id": OTHER_VPC},
    "switch_performance_tier": {"performance_tier": "high"},
    "create_snapshot": {"name": "new"},
    "create_access_point": {"name": "new", "path": "/new", "vpc_id": VPC},
    "prune_snapshots": {"keep_last": 1},
    "delete_snapshot": {"snapshot": SNAPSHOT["name"]},
    "delete_access_point": {"access_point": "team"},
}


@pytest.mark.parametrize("body", [{}, {"message": "maintenance"}])
async def test_an_answer_without_a_list_is_not_taken_for_no_shares(
    connect: Connect, sent: list[httpx.Request], body: dict[str, Any]
) -> None:
    async with connect(transport=answers(list_shares=body), limits=Limits(max_shares=2)) as assistant:
        assert "shares is missing" in await assistant.fail("create_share", **NEW)
        assert "shares is missing" in await assistant.fail("list_shares")
    assert "POST" not in {request.method for request in sent}


class TestNames:
    """A name that something has that cannot be read is no name to change anything by."""

    @pytest.mark.parametrize("tool", CHANGES)
    async def test_no_share_is_changed_by_a_name_that_another_one_may_have(
        self, connect: Connect, sent: list[httpx.Request], tool: str
    ) -> None:
        name = SHARE["name"]
        async with connect(transport=answers(list_shares={"shares": [SHARE, TWIN]})) as assistant:
            said = await assistant.fail(tool, share=name, **CHANGES[tool])
        assert said.startswith(
            f'Nothing was done: share {ID} is named "{name}", and so may be what cannot be read: share "{name}" '
            "(odd-twin). Give the id of the one that is meant."
        )
        assert {request.method for request in sent} == {"GET"}

    async def test_a_share_whose_name_cannot_be_read_may_have_any(self, connect: Connect) -> None:
        async with connect(transport=answers(list_shares={"shares": [SHARE, {"id": "odd-twin"}]})) as assistant:
            assert "share (odd-twin). Give the id" in await assistant.fail("delete_share", share=SHARE["name"])

    @pytest.mark.parametrize("odd", [ODD_SHARE, {**TWIN, "status": "DELETED"}])
    async def test_another_name_and_what_is_deleted_are_no_obstacle(self, connect: Connect, odd: Any) -> None:
        async with connect(transport=answers(list_shares={"shares": [SHARE, odd]})) as assistant:
            shown = await assistant.succeed("create_snapshot", share=SHARE["name"], name="new", wait=False)
        assert shown["outcome"]

    async def test_an_id_is_not_a_name_and_reading_goes_on(self, connect: Connect) -> None:
        listed = {"shares": [{**SHARE, "id": "plain-id"}, {**TWIN, "name": "plain-id"}, TWIN]}
        async with connect(transport=answers(list_shares=listed)) as assistant:
            await assistant.succeed("create_snapshot", share="plain-id", name="new", wait=False)
            assert (await assistant.succeed("get_share", share=SHARE["name"]))["id"] == "plain-id"

    @pytest.mark.parametrize("share", [{}, {"share": ID}])
    async def test_no_snapshot_is_deleted_by_a_name_that_another_one_may_have(
        self, connect: Connect, share: dict[str, str]
    ) -> None:
        name = SNAPSHOT["name"]
        listed = {"snapshots": [SNAPSHOT, {**ODD_SNAPSHOT, "name": name}]}
        async with connect(transport=answers(list_snapshots=listed)) as assistant:
            said = await assistant.fail("delete_snapshot", snapshot=name, **share)
            assert (await assistant.succeed("get_snapshot", snapshot=name, **share))["id"] == SNAPSHOT["id"]
        assert f'snapshot {SNAPSHOT["id"]} is named "{name}"' in said
        assert f'snapshot "{name}" (odd-snapshot). Give the id' in said

    @pytest.mark.parametrize("shows", [True, False])
    @pytest.mark.parametrize("share", [{}, {"share": ID}])
    async def test_no_access_point_is_deleted_by_a_name_that_another_one_may_have(
        self, connect: Connect, share: dict[str, str], shows: bool
    ) -> None:
        point = example("get_access_point")[1]["access_point"]
        points = [point, {**point, "id": "odd-point", "created_at": ""}]
        of_share = {**SHARE, "access_points": points if shows else []}
        transport = answers(list_shares={"shares": [of_share]}, list_access_points={"access_points": points})
        async with connect(transport=transport) as assistant:
            said = await assistant.fail("delete_access_point", access_point=point["name"], **share)
        assert f'access point "{point["name"]}" (odd-point). Give the id' in said

    async def test_an_access_point_of_a_share_that_cannot_be_read_may_have_any_name(self, connect: Connect) -> None:
        point = example("get_access_point")[1]["access_point"]
        listed = {"shares": [{**SHARE, "access_points": [point]}, ODD_SHARE]}
        async with connect(transport=answers(list_shares=listed)) as assistant:
            said = await assistant.fail("delete_access_point", access_point=point["name"])
        assert "may be what cannot be read: share (odd-share). Give the id" in said

    @pytest.mark.parametrize("vpc_ids", [["test"], []])
    async def test_no_share_is_opened_to_a_vpc_that_another_one_may_be_meant_for(
        self, connect: Connect, sent: list[httpx.Request], vpc_ids: list[str]
    ) -> None:
        vpc = {**example("list_vpcs")[1]["vpcs"][0], "name": "test", "region": NEW["region"], "default": True}
        listed = {"vpcs": [vpc, {**vpc, "id": 7}], "meta": {"total": 2}}
        async with connect(transport=answers(list_vpcs=listed)) as assistant:
            said = await assistant.fail("create_share", **{**NEW, "vpc_ids": vpc_ids})
        assert said.startswith("Nothing was done: ")
        assert "read: VPC" in said
        assert "POST" not in {request.method for request in sent}


class TestChangesThatWereMade:
    MADE = "The API has taken the change, but what it answered cannot be read"

    async def test_a_change_of_which_the_answer_cannot_be_read_is_said_to_be_made(
        self, connect: Connect, sent: list[httpx.Request]
    ) -> None:
        transport = answers(create_share=ODD_ANSWER, list_shares={"shares": []})
        async with connect(transport=transport) as assistant:
            said = await assistant.fail("create_share", **NEW)
        assert said.startswith(f"{self.MADE} (created_at is 7, not a date and time). Do not try again: look with ")
        assert [request.method for request in sent].count("POST") == 1

    async def test_what_was_made_is_found_if_a_list_shows_it(self, connect: Connect) -> None:
        made = {**SHARE, "id": VPC, "name": "data", "size_gib": 100}
        transport = answers(create_share=ODD_ANSWER, list_shares=[{"shares": []}, {"shares": [made]}])
        async with connect(transport=transport) as assistant:
            assert (await assistant.succeed("create_share", **NEW))["share"]["id"] == VPC

    async def test_a_change_that_shows_is_done(self, connect: Connect, sent: list[httpx.Request]) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            is_changed = "POST" in {each.method for each in sent}
            grown = {"share": {**SHARE, "size_gib": 2048 if is_changed else 1024}}
            return answers(create_share_action={"action": {}}, get_share=grown).handle_request(request)

        async with connect(transport=httpx.MockTransport(answer)) as assistant:
            shown = await assistant.succeed("resize_share", **RESIZE)
        assert (shown["outcome"], shown["share"]["size_gib"]) == ("done", 2048)

    async def test_a_change_that_does_not_show_is_said_to_be_taken(self, connect: Connect) -> None:
        async with connect(transport=answers(create_share_action={"action": {}})) as assistant:
            said = await assistant.fail("resize_share", **RESIZE)
        assert said.startswith(f"{self.MADE} (resource_id is missing). Do not try again")

    @pytest.mark.parametrize("status", [200, 206, 218, 299])
    async def test_a_change_that_was_answered_with_another_success_is_said_to_be_made(
        self, connect: Connect, status: int
    ) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                return httpx.Response(status, json=example("create_share_action")[1])
            return answers().handle_request(request)

        async with connect(transport=httpx.MockTransport(answer)) as assistant:
            said = await assistant.fail("resize_share", **RESIZE)
        assert said.startswith(f"{self.MADE} (the contract has no such success). Do not try again")

    NO_ANSWERS = ("{}", '{"status": "ok"}', "[]", '"signed in"', '{"share": {', "<html>", "", "\xff")

    @pytest.mark.parametrize("status", [201, 202])
    @pytest.mark.parametrize("content", NO_ANSWERS)
    async def test_a_status_that_only_the_api_gives_says_that_the_change_was_made(
        self, connect: Connect, sent: list[httpx.Request], status: int, content: str
    ) -> None:
        async with connect(transport=creating(status, content)) as assistant:
            said = await assistant.fail("create_share", **NEW)
        assert said.startswith(f"{self.MADE} (")
        assert "Do not try again: look with list_shares at what came of it." in said
        assert [request.method for request in sent].count("POST") == 1

    @pytest.mark.parametrize("status", [200, 203, 206, 218])
    @pytest.mark.parametrize("content", NO_ANSWERS)
    async def test_what_may_be_a_proxy_s_answer_is_not_taken_for_the_api_s(
        self, connect: Connect, status: int, content: str
    ) -> None:
        async with connect(transport=creating(status, content)) as assistant:
            said = await assistant.fail("create_share", **NEW)
        assert "It is not known whether the change was made" in said

    async def test_what_was_made_is_found_though_half_of_the_answer_came(self, connect: Connect) -> None:
        made = {**SHARE, "id": VPC, "name": "data", "size_gib": 100}
        async with connect(transport=creating(201, '{"share": {"id": "', made)) as assistant:
            assert (await assistant.succeed("create_share", **NEW))["share"]["id"] == VPC


def creating(status: int, content: str, made: dict[str, Any] | None = None) -> httpx.MockTransport:
    """What answers a create with just this, after which the share is listed, if it is given."""
    posted: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            posted.append(request)
            return httpx.Response(status, content=content.encode("latin-1"))
        return answers(list_shares={"shares": [made] if made and posted else []}).handle_request(request)

    return httpx.MockTransport(answer)


class TestPages:
    NO_MORE = "the link to more, which may be missing here: it leads to no page that was not read already"

    @pytest.mark.parametrize(("tool", "field"), [("list_shares", "shares"), ("list_snapshots", "snapshots")])
    async def test_a_list_that_comes_in_pages_is_read_to_its_end(
        self, connect: Connect, sent: list[httpx.Request], tool: str, field: str
    ) -> None:
        item = SHARE if field == "shares" else SNAPSHOT
        away = "https://elsewhere.test/v2/droplets?page={}&region=atl1"
        pages = [
            {field: [{**item, "id": f"id-{number}"}], "links": {"pages": {"next": away.format(number + 1)}}}
            for number in (1, 2)
        ]
        transport = answers(**{tool: [*pages, {field: [{**item, "id": "id-3"}], "links": {}}]})
        async with connect(transport=transport) as assistant:
            shown = await assistant.succeed(tool, region="atl1")
        assert shown["total"] == 3
        listing = [request.url for request in sent if request.url.path != "/v2/vpcs"]
        assert {url.host for url in listing} == {"api.test"}
        assert len({url.path for url in listing}) == 1
        assert [dict(url.params) for url in listing] == [
            {"region": "atl1"},
            {"region": "atl1", "page": "2"},
            {"region": "atl1", "page": "3"},
        ]

    @pytest.mark.parametrize("odd", [[], [ODD_SHARE], [ODD_SHARE, 7]], ids=["none is odd", "one is odd", "two are odd"])
    async def test_a_server_that_ignores_the_page_does_not_make_a_list_endless(
        self, connect: Connect, sent: list[httpx.Request], odd: list[Any]
    ) -> None:
        endless = {"shares": [SHARE, *odd], "links": {"pages": {"next": "https://api.test/v2/nfs?page=2"}}}
        async with connect(transport=answers(list_shares=endless)) as assistant:
            shown = await assistant.succeed("list_shares")
        assert (shown["total"], shown["unreadable"][-1]) == (1, self.NO_MORE)
        assert len([request for request in sent if request.url.path == "/v2/nfs"]) == 2

    @pytest.mark.parametrize("following", ["?page={}", "?page={}&per_page=7", "https://elsewhere.test/?cursor={}"])
    async def test_a_server_that_always_names_one_more_page_does_not_make_a_list_endless(
        self, connect: Connect, sent: list[httpx.Request], following: str
    ) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            link = {"links": {"pages": {"next": following.format(len(sent) + 1)}}}
            return answers(list_shares={"shares": [SHARE], **link}).handle_request(request)

        async with connect(transport=httpx.MockTransport(answer)) as assistant:
            shown = await assistant.succeed("list_shares")
        assert (shown["total"], shown["unreadable"]) == (1, [self.NO_MORE])
        assert len([request for request in sent if request.url.path == "/v2/nfs"]) == 2

    @pytest.mark.parametrize("url", ["https://api.test/v2/nfs?region=atl1", "?page=1", "https://[", "?per_page=50"])
    async def test_a_link_that_names_no_other_page_is_told_of_and_not_followed(
        self, connect: Connect, sent: list[httpx.Request], url: str
    ) -> None:
        listed = {"shares": [SHARE], "links": {"pages": {"next": url}}}
        async with connect(transport=answers(list_shares=listed)) as assistant:
            shown = await assistant.succeed("list_shares", region="atl1")
            assert len([request for request in sent if request.url.path == "/v2/nfs"]) == 1
            said = await assistant.fail("delete_share", share=SHARE["name"])
        assert (shown["total"], shown["unreadable"]) == (1, [self.NO_MORE])
        # What may be behind it may have the same name.
        assert "the link to more, which may be missing here. Give the id" in said
        assert {request.method for request in sent} == {"GET"}

    async def test_a_page_with_nothing_but_odd_items_is_not_the_last(self, connect: Connect) -> None:
        second, third = ({"links": {"pages": {"next": f"https://api.test/v2/nfs?page={page}"}}} for page in (2, 3))
        pages = [{"shares": [SHARE], **second}, {"shares": [ODD_SHARE], **third}, {"shares": [{**SHARE, "id": VPC}]}]
        async with connect(transport=answers(list_shares=pages)) as assistant:
            assert (await assistant.succeed("list_shares"))["total"] == 2
