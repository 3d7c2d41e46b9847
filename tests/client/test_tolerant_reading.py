"""What servers answer in other shapes than the contract's examples is read, by the client and by the tools; what cannot
be read of a list hides nothing else."""

import json
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import httpx
import pytest
from do_nfs_client import ApiError, AuthenticatedClient, UnreadableItem
from do_nfs_client.api.access_points import list_access_points
from do_nfs_client.api.actions import get_action, list_actions
from do_nfs_client.api.regions import list_regions
from do_nfs_client.api.shares import create_share, delete_share, get_share, list_shares
from do_nfs_client.api.snapshots import list_snapshots
from do_nfs_client.api.vpcs import list_peerings_of_vpc, list_vpc_members, list_vpc_peerings, list_vpcs
from do_nfs_client.models import AccessPoint, Action, CreateShareRequest, Share, ShareAction, ShareList, Vpc, VpcList
from do_nfs_client.types import UNSET

from ..support import other_shapes
from ..support.api_answers import SHARE
from ..support.constants import TOKEN, VPC
from ..support.contracts import operation_of, operations
from ..support.in_memory import Connect
from ..support.other_shapes import CREATING, POINT, SHAPES, SNAPSHOT, action

Answer = Callable[[httpx.Request], httpx.Response]
NEW = {"name": "n", "region": "atl1", "size_gib": 50, "vpc_ids": ["test-vpc"], "wait": False}
ACCOUNT: dict[str, dict[str, Any]] = {
    "list_shares": {"shares": [other_shapes.SHARE, CREATING]},
    "get_share": {"share": {**CREATING, "status": "ACTIVE", "size_gib": 60}},
    "create_share": {"share": CREATING},
    "create_share_action": {"action": action("resize")},
    "list_snapshots": {"snapshots": [SNAPSHOT]},
    "get_snapshot": {"snapshot": SNAPSHOT},
    "list_access_points": {"access_points": [POINT]},
    "get_access_point": {"access_point": POINT},
    "list_vpcs": {"vpcs": [other_shapes.VPC], "links": {}, "meta": {"total": 1}},
}
"""An account of which every id is a plain text, by what operations answer."""
TAKEN = {"create_share_action": {"action": action("snapshot", resource_type="SNAPSHOT", resource_id="test-snapshot")}}
OPENED = {"create_access_point": SHAPES["an access point that is being made"][1]}
NEW_POINT = {"share": "test-share", "name": "aa", "path": "/a"}
CALLS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "create_share": ("create_share", NEW, {}),
    "get_share": ("create_share", {**NEW, "wait": True}, {}),
    "list_shares": ("list_shares", {}, {}),
    "get_snapshot": ("create_snapshot", {"share": "test-share", "name": "s"}, TAKEN),
    "list_snapshots": ("list_snapshots", {"share": "test-share"}, {}),
    "create_access_point": ("create_access_point", {**NEW_POINT, "wait": False}, {}),
    "get_access_point": ("create_access_point", NEW_POINT, OPENED),
    "list_access_points": ("list_access_points", {"share": "test-share"}, {}),
    "delete_access_point": ("delete_access_point", {"access_point": "test-point"}, {}),
    "create_share_action": ("resize_share", {"share": "test-share", "size_gib": 60, "wait": False}, {}),
    "list_vpcs": ("list_vpcs", {}, {}),
}
"""A call of a tool that gets the answer to each operation, and what other operations answer for it."""


def connected(answer: Answer) -> AuthenticatedClient:
    args = {"transport": httpx.MockTransport(answer)}
    return AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args)


def status_of(operation: str) -> int:
    return next(int(status) for status in operations()[operation]["responses"] if status.startswith("2"))


def account(**answers: dict[str, Any]) -> httpx.MockTransport:
    """What answers as such an account does, but for these answers by their operation."""

    def answer(request: httpx.Request) -> httpx.Response:
        # An id of these does not look like one.
        path = request.url.path.replace("test-", "0-")
        operation = operation_of(request.method, path)
        body = {**ACCOUNT, **answers}[operation]
        if operation == "list_access_points" and "/test-share/" not in request.url.path:
            body = {"access_points": []}
        return httpx.Response(status_of(operation), json=body)

    return httpx.MockTransport(answer)


class Nothing:
    """Stands in for a request's body, which no answer here depends on."""

    def to_dict(self) -> dict[str, Any]:
        return {}


@pytest.mark.parametrize(("operation", "body"), SHAPES.values(), ids=SHAPES)
def test_the_client_reads_other_shapes(operation: str, body: dict[str, Any]) -> None:
    contract = operations()[operation]
    module = import_module(f"do_nfs_client.api.{contract['tags'][0]}.{operation}")
    arguments: dict[str, Any] = {p["name"]: "test-id" for p in contract["parameters"] if p["in"] == "path"}
    arguments |= {"body": Nothing()} if "requestBody" in contract else {}
    client = connected(lambda _: httpx.Response(status_of(operation), json=body))
    found = module.sync(client=client, **arguments)
    assert not getattr(found, "unreadable", ())
    for field, value in body.items():
        kept = found.to_dict()[field]
        (sent,), (read,) = (value, kept) if isinstance(value, list) else ([value], [kept])
        assert {name: sent.get(name) for name in ("id", "status", "resource_id")} == {
            name: read.get(name) for name in ("id", "status", "resource_id")
        }


@pytest.mark.anyio
@pytest.mark.parametrize("protocol_version", ["2026-07-28"])
@pytest.mark.parametrize(("operation", "body"), SHAPES.values(), ids=SHAPES)
async def test_tools_show_other_shapes(
    connect: Connect, sent: list[httpx.Request], operation: str, body: dict[str, Any]
) -> None:
    tool, arguments, others = CALLS[operation]
    options: dict[str, Any] = {"destructive": "allow", "allow_no_squash": True}
    async with connect(transport=account(**others, **{operation: body}), **options) as assistant:
        shown = await assistant.succeed(tool, **arguments)
    assert operation in {operation_of(each.method, each.url.path.replace("test-", "0-")) for each in sent}
    assert "unreadable" not in shown


@pytest.mark.anyio
async def test_what_has_an_id_that_is_not_a_uuid_is_named_by_it(connect: Connect) -> None:
    async with connect(transport=account()) as assistant:
        assert (await assistant.succeed("get_share", share="test-share"))["name"] == "share-of-a-test"
        assert (await assistant.succeed("get_share", share="share-of-a-test"))["id"] == "test-share"
        assert (await assistant.succeed("get_snapshot", snapshot="test-snapshot"))["share_id"] == "test-share"
        assert (await assistant.succeed("get_access_point", access_point="test-point"))["vpc_name"] == "vpc-of-a-test"
        assert "test-vpc" in json.dumps(await assistant.succeed("create_share", **NEW))


@pytest.mark.anyio
async def test_an_id_that_no_request_can_name_is_shown_and_not_sent(
    connect: Connect, sent: list[httpx.Request]
) -> None:
    odd = {**CREATING, "id": "../../v2/droplets"}
    async with connect(transport=account(create_share={"share": odd}, list_shares={"shares": [odd]})) as assistant:
        assert (await assistant.succeed("list_shares"))["shares"][0]["id"] == odd["id"]
        waited = await assistant.succeed("create_share", **{**NEW, "wait": True})
    assert (waited["outcome"], waited["share"]["id"]) == ("pending", odd["id"])
    assert "no request can name the id" in waited["message"]
    assert {request.url.path for request in sent} == {"/v2/nfs", "/v2/vpcs"}


class TestOddItems:
    ODD: tuple[tuple[Any, str], ...] = (
        ({name: value for name, value in SHARE.items() if name != "created_at"}, "created_at is missing"),
        ({**SHARE, "name": None}, "name is missing"),
        ({**SHARE, "id": 7}, "id is 7, not a string"),
        ({**SHARE, "id": ""}, "id is empty"),
        ({**SHARE, "size_gib": "50"}, "size_gib is '50', not a whole number"),
        ({**SHARE, "size_gib": 50.5}, "size_gib is 50.5, not a whole number"),
        ({**SHARE, "size_gib": True}, "size_gib is True, not a whole number"),
        ({**SHARE, "created_at": "yesterday"}, "created_at is 'yesterday', not a date and time"),
        ({**SHARE, "created_at": 7}, "created_at is 7, not a date and time"),
        ({**SHARE, "status": 7}, "status is 7, not a string"),
        ({**SHARE, "status": []}, "status is [], not a string"),
        ([["id", "x"]], "an item of shares is [['id', 'x']], not an object"),
        (7, "an item of shares is 7, not an object"),
        (None, "an item of shares is None, not an object"),
        (["x" * 999] * 99, "an item of shares is ['xxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxx', 'xxxxxxxxxxxxxxxxx"),
    )

    @pytest.mark.parametrize(("odd", "reason"), ODD, ids=[reason for _, reason in ODD])
    def test_one_odd_item_hides_no_other(self, odd: Any, reason: str) -> None:
        body = {"shares": [SHARE, odd, {**SHARE, "name": "last"}]}
        found = list_shares.sync(client=connected(lambda _: httpx.Response(200, json=body)))
        assert [share.name for share in found.shares] == [SHARE["name"], "last"]
        without_nulls = {k: v for k, v in odd.items() if v is not None} if isinstance(odd, dict) else odd
        ((field, item, said),) = ((each.field, each.item, each.reason) for each in found.unreadable)
        assert (field, item) == ("shares", without_nulls)
        assert said.startswith(reason)
        assert len(said) <= 400

    def test_an_odd_access_point_does_not_hide_its_share(self) -> None:
        body = {"share": {**SHARE, "access_points": [POINT, {"id": "odd"}]}}
        share = get_share.sync("x", client=connected(lambda _: httpx.Response(200, json=body))).share
        assert [point.id for point in share.access_points] == ["test-point"]
        assert [(odd.field, odd.reason) for odd in share.unreadable] == [("access_points", "name is missing")]

    def test_a_list_of_ordinary_items_has_no_odd_ones(self) -> None:
        assert ShareList.from_dict({"shares": [SHARE]}).unreadable == ()

    def test_a_whole_number_that_is_written_with_a_point_is_one(self) -> None:
        assert Share.from_dict({**SHARE, "size_gib": 50.0}).size_gib == 50

    def test_what_is_read_is_not_changed(self) -> None:
        sent = {"shares": [{**SHARE, "new": 1}]}
        before = json.dumps(sent)
        ShareList.from_dict(sent)
        assert json.dumps(sent) == before

    @pytest.mark.parametrize(("sent", "kept"), [(1, 1), ("1", "1"), ("7f2d", "7f2d")])
    def test_the_id_of_an_action_is_a_number_or_a_text(self, sent: Any, kept: Any) -> None:
        assert ShareAction.from_dict(action("resize", id=sent)).id == kept

    @pytest.mark.parametrize(("sent", "kept"), [(1, 1), ("1", "1"), ("7f2d", "7f2d")])
    def test_get_action_takes_the_same_ids(self, sent: Any, kept: Any) -> None:
        body = {"action": {"id": sent, "status": "completed", "type": "x"}}
        client = connected(lambda _: httpx.Response(200, json=body))
        assert get_action.sync(1, client=client).action.id == kept

    @pytest.mark.parametrize("odd", [[1], {}, True, 1.5, ""])
    def test_nothing_else_is_the_id_of_an_action(self, odd: Any) -> None:
        found = ShareAction.from_dict(action("resize", id=odd))
        why = "id is empty" if odd == "" else f"id is {odd!r}, not a string or a whole number"
        assert (found.id, found.unreadable) == (UNSET, (UnreadableItem("id", odd, why),))
        with pytest.raises((TypeError, ValueError), match=re.escape(why)):
            Action.from_dict({"id": odd, "status": "completed", "type": "x"})


class TestOddFields:
    """What may be left out is so, too, if it cannot be read, and is told of."""

    LISTS: tuple[tuple[Any, str, dict[str, Any]], ...] = (
        (list_shares, "shares", SHARE),
        (list_snapshots, "snapshots", SNAPSHOT),
        (list_vpcs, "vpcs", other_shapes.VPC),
    )
    BESIDE: tuple[tuple[dict[str, Any], str], ...] = (
        ({"links": 7}, "links"),
        ({"links": []}, "links"),
        ({"links": {"pages": "x"}}, "pages"),
        ({"links": {"pages": {"next": 7}}}, "next"),
        ({"meta": "x"}, "meta"),
        ({"meta": {}}, "meta"),
        ({"meta": {"total": "many"}}, "meta"),
    )

    @pytest.mark.parametrize(("beside", "field"), BESIDE, ids=[str(beside) for beside, _ in BESIDE])
    @pytest.mark.parametrize(("operation", "name", "item"), LISTS, ids=[name for _, name, _ in LISTS])
    def test_what_is_odd_beside_a_list_does_not_hide_it(
        self, operation: Any, name: str, item: dict[str, Any], beside: dict[str, Any], field: str
    ) -> None:
        found = operation.sync(client=connected(lambda _: httpx.Response(200, json={name: [item], **beside})))
        assert [each.id for each in getattr(found, name)] == [item["id"]]
        assert [odd.field for odd in found.unreadable] == [field]

    @pytest.mark.parametrize(
        ("operation", "of"),
        [
            (list_shares, ()),
            (list_snapshots, ()),
            (list_access_points, ("test-share",)),
            (list_vpcs, ()),
            (list_vpc_members, ("test-vpc",)),
            (list_vpc_peerings, ()),
            (list_peerings_of_vpc, ("test-vpc",)),
            (list_regions, ()),
            (list_actions, ()),
        ],
        ids=lambda value: getattr(value, "__name__", "").rpartition(".")[2],
    )
    @pytest.mark.parametrize("body", [{}, {"message": "maintenance"}, {"meta": {"total": 0}}])
    def test_an_answer_without_the_list_is_not_an_empty_list(
        self, operation: Any, of: tuple[str, ...], body: dict[str, Any]
    ) -> None:
        with pytest.raises(ApiError, match="is missing"):
            operation.sync(*of, client=connected(lambda _: httpx.Response(200, json=body)))

    @pytest.mark.parametrize(("operation", "name", "item"), LISTS, ids=[name for _, name, _ in LISTS])
    def test_a_list_that_is_null_is_an_empty_one(self, operation: Any, name: str, item: dict[str, Any]) -> None:
        body: dict[str, Any] = {name: None, "links": None, "meta": None, "new": None}
        found = operation.sync(client=connected(lambda _: httpx.Response(200, json=body)))
        assert (getattr(found, name), found.unreadable, found.additional_properties) == ([], (), {})
        body = {name: [{**item, "new": None}], "links": None}
        found = operation.sync(client=connected(lambda _: httpx.Response(200, json=body)))
        assert [each.additional_properties for each in getattr(found, name)] == [{}]

    @pytest.mark.parametrize("name", ["vpc_ids", "access_points"])
    @pytest.mark.parametrize("odd", ["v1", 7, {}, {"0": "v1"}])
    def test_a_list_that_is_none_counts_as_left_out(self, name: str, odd: Any) -> None:
        share = Share.from_dict({**SHARE, name: odd})
        assert getattr(share, name) == []
        assert share.unreadable == (UnreadableItem(name, odd, f"{name} is {odd!r}, not a list"),)

    @pytest.mark.parametrize("meta", [{}, {"meta": {"total": -0.5}}, {"meta": None}])
    def test_a_total_that_is_not_told_is_what_there_is(self, meta: dict[str, Any]) -> None:
        body = {"vpcs": [other_shapes.VPC, 7, other_shapes.VPC], **meta}
        assert list_vpcs.sync(client=connected(lambda _: httpx.Response(200, json=body))).meta.total == 2

    def test_a_total_that_is_told_counts(self) -> None:
        assert VpcList.from_dict({"vpcs": [], "meta": {"total": 9}}).meta.total == 9

    @pytest.mark.parametrize("field", ["id", "share_id"])
    def test_an_empty_text_is_not_an_id(self, field: str) -> None:
        body = {"snapshots": [{**SNAPSHOT, field: ""}, SNAPSHOT]}
        found = list_snapshots.sync(client=connected(lambda _: httpx.Response(200, json=body)))
        assert [snapshot.id for snapshot in found.snapshots] == [SNAPSHOT["id"]]
        assert [odd.reason for odd in found.unreadable] == [f"{field} is empty"]

    def test_an_id_that_may_be_left_out_is_so_if_it_is_empty(self) -> None:
        point = AccessPoint.from_dict({**POINT, "vpc_id": "", "vpc_ids": ["", "a", "", "b"]})
        assert (point.vpc_id, point.vpc_ids) == (UNSET, ["a", "b"])
        assert [(odd.field, odd.item, odd.reason) for odd in point.unreadable] == [
            ("vpc_id", "", "vpc_id is empty"),
            *[("vpc_ids", "", "an item of vpc_ids is empty")] * 2,
        ]

    @pytest.mark.parametrize("odd", [7, None, {"id": "x"}, ["x"]])
    def test_an_odd_vpc_id_hides_neither_its_share_nor_the_others(self, odd: Any) -> None:
        share = Share.from_dict({**SHARE, "vpc_ids": ["a", odd, "b"]})
        assert share.vpc_ids == ["a", "b"]
        assert share.unreadable == (UnreadableItem("vpc_ids", odd, f"an item of vpc_ids is {odd!r}, not a string"),)

    def test_an_odd_protocol_hides_no_other(self) -> None:
        policy: Any = POINT["access_policy"]
        point = AccessPoint.from_dict({**POINT, "access_policy": {**policy, "protocols": ["NFS", 4]}})
        assert point.access_policy.protocols == ["NFS"]
        assert [(odd.field, odd.item) for odd in point.unreadable] == [("protocols", 4)]

    @pytest.mark.parametrize(
        ("model", "fields", "name", "instead"),
        [
            (Share, SHARE, "host", ""),
            (Share, SHARE, "mount_path", ""),
            (Share, SHARE, "performance_tier", UNSET),
            (Share, SHARE, "manager_urn", UNSET),
            (AccessPoint, POINT, "vpc_id", UNSET),
            (Vpc, other_shapes.VPC, "default", False),
            (Vpc, other_shapes.VPC, "description", ""),
            (Action, {"id": 1, "status": "completed", "type": "x"}, "started_at", UNSET),
            (Action, {"id": 1, "status": "completed", "type": "x"}, "region_slug", UNSET),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    @pytest.mark.parametrize("odd", [7, [], {}])
    def test_an_odd_field_counts_as_left_out(
        self, model: Any, fields: dict[str, Any], name: str, instead: Any, odd: Any
    ) -> None:
        found = model.from_dict({**fields, name: odd})
        assert getattr(found, name) == instead
        assert [(each.field, each.item) for each in found.unreadable] == [(name, odd)]
        assert found.unreadable[0].reason.startswith(f"{name} is {odd!r}, not ")
        left_out = model.from_dict({key: value for key, value in fields.items() if key != name})
        assert (getattr(left_out, name), left_out.unreadable) == (instead, ())

    def test_a_time_that_may_be_an_empty_text_is_told_of_by_its_name(self) -> None:
        with pytest.raises(TypeError, match="updated_at is 'never', not a date and time"):
            AccessPoint.from_dict({**POINT, "updated_at": "never"})

    def test_a_time_without_an_offset_is_in_utc(self) -> None:
        read = [Share.from_dict({**SHARE, "created_at": f"2026-01-01T00:00:00{zone}"}) for zone in ("", "Z", "+01:00")]
        assert read[0].created_at == read[1].created_at > read[2].created_at


class TestNoSuccess:
    NOT_JSON = ("<html>", '{"share": {', "", "[" * 100_000, "\xff")
    OTHER_JSON = ("[]", '[["share", {}]]', "null", "7", "{}", '{"share": []}', '{"share": {"id": "x"}}')

    @pytest.mark.parametrize("body", [*NOT_JSON, *OTHER_JSON])
    def test_a_success_that_is_none_of_the_contract_is_an_api_error(self, body: str) -> None:
        answer = httpx.Response(200, content=body.encode("latin-1"), headers={"x-request-id": "r"})
        with pytest.raises(ApiError, match=r"^200, which cannot be read: ") as raised:
            get_share.sync("x", client=connected(lambda _: answer))
        assert (raised.value.status_code, raised.value.request_id) == (200, "r")
        assert raised.value.unreadable
        assert raised.value.__cause__ is not None

    @pytest.mark.parametrize("status", [201, 202])
    @pytest.mark.parametrize("body", NOT_JSON)
    def test_a_change_is_said_to_be_taken_though_its_answer_cannot_be_read(self, status: int, body: str) -> None:
        new = CreateShareRequest("n", "atl1", 50, [VPC])
        answer = httpx.Response(status, content=body.encode("latin-1"))
        with pytest.raises(ApiError, match=r"which cannot be read: .*\. The API has taken the change$") as raised:
            create_share.sync(client=connected(lambda _: answer), body=new)
        assert raised.value.was_taken
        assert raised.value.unreadable

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            ("<html>", "the answer is not JSON: Expecting value: line 1 column 1 (char 0)"),
            ("\xff", "the answer is not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
            ("[" * 100_000, "the answer is nested too deeply"),
            ("[]", "the answer is [], not an object"),
            ("{}", "share is missing"),
            ('{"share": []}', "share is [], not an object"),
            ('{"share": {"id": "x"}}', "name is missing"),
        ],
        ids=lambda text: text[:20],
    )
    def test_it_says_why_it_cannot_be_read(self, body: str, why: str) -> None:
        answer = httpx.Response(200, content=body.encode("latin-1"))
        with pytest.raises(ApiError) as raised:
            get_share.sync("x", client=connected(lambda _: answer))
        assert raised.value.unreadable == why

    @pytest.mark.anyio
    async def test_it_is_one_without_blocking_too(self) -> None:
        async with connected(lambda _: httpx.Response(200, text="<html>")) as client:
            with pytest.raises(ApiError, match="Expecting value"):
                await get_share.asyncio_detailed("x", client=client)

    @pytest.mark.anyio
    @pytest.mark.parametrize("status", [200, 202, 206, 218, 299])
    async def test_a_success_with_another_status_than_the_contract_s_is_an_api_error(self, status: int) -> None:
        new = CreateShareRequest("n", "atl1", 50, [VPC])
        async with connected(lambda _: httpx.Response(status, json={"share": SHARE})) as client:
            with pytest.raises(ApiError, match=f"^{status}, which cannot be read: the contract has no such") as raised:
                create_share.sync_detailed(client=client, body=new)
            assert (raised.value.status_code, raised.value.body) == (status, {"share": SHARE})
            assert raised.value.unreadable
            assert raised.value.was_taken is (status == 202)
            end = "The API has taken the change" if status == 202 else "What was asked for may have been done"
            assert str(raised.value).endswith(end)
            with pytest.raises(ApiError):
                create_share.sync(client=client, body=new)
            with pytest.raises(ApiError):
                await create_share.asyncio_detailed(client=client, body=new)
            with pytest.raises(ApiError):
                delete_share.sync_detailed("x", client=client)

    @pytest.mark.anyio
    @pytest.mark.parametrize(("status", "is_told"), [(200, True), (218, True), (502, False)])
    async def test_a_body_that_cannot_be_unpacked_is_an_api_error(self, status: int, is_told: bool) -> None:
        def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(status, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"not packed"))

        async with connected(answer) as client:
            with pytest.raises(ApiError) as raised:
                list_shares.sync_detailed(client=client)
            assert (raised.value.status_code, raised.value.content) == (status, b"")
            assert bool(raised.value.unreadable) is is_told
            with pytest.raises(ApiError):
                await list_shares.asyncio(client=client)

    def test_what_an_error_says_is_not_a_reason_why_it_cannot_be_read(self) -> None:
        with pytest.raises(ApiError) as raised:
            get_share.sync(
                "x", client=connected(lambda _: httpx.Response(404, json={"id": "not_found", "message": "No."}))
            )
        assert raised.value.unreadable == ""
