"""States that are put into a sandbox, and what comes out of it."""

import json
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox

from ...support.constants import OTHER_VPC, VPC
from ...support.sandboxes import Api, NewApi

EVERYTHING = ["shares", "snapshots", "access_points", "actions", "vpc_peerings"]
A, B = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def share(**fields: object) -> dict[str, object]:
    return {"id": A, "name": "data", "region": "atl1", **fields}


def vpc(**fields: object) -> dict[str, object]:
    return {"name": "v", "region": "atl1", **fields}


def test_a_new_sandbox_has_nothing_but_vpcs(api: Api) -> None:
    state = api.sandbox.state()
    assert [vpc["name"] for vpc in state.pop("vpcs") if vpc["region"] == "atl1"] == ["default-atl1", "apps-atl1"]
    assert state == {name: [] for name in EVERYTHING}


@pytest.mark.parametrize("what", ["examples", "team", {"scenario": "many", "shares": 30}])
def test_a_state_can_be_put_into_another_sandbox_and_is_the_same_there(new_api: NewApi, what: Any) -> None:
    first, second = new_api(seed=what), new_api()
    second.sandbox.seed(json.loads(json.dumps(first.sandbox.state())))
    assert second.sandbox.state() == first.sandbox.state()
    assert second.get("/v2/nfs") == first.get("/v2/nfs")
    second.later(3601)
    assert second.sandbox.state() == first.sandbox.state()


def test_what_was_done_over_the_api_can_be_put_back(api: Api) -> None:
    made = api.new_share()
    api.act(made, "snapshot", name="s")
    api.sandbox.add_fault("stuck")
    api.act(made, "resize", size_gib=400)
    point = api.new_access_point(made, vpc_ids=[VPC, OTHER_VPC])["access_point"]
    api.delete(f"/v2/nfs/access_points/{point['id']}", 200)
    api.new_access_point(made, vpc_ids=[OTHER_VPC])
    api.post("/v2/vpc_peerings", {"name": "p", "vpc_ids": [VPC, OTHER_VPC]}, 202)
    state, shares, peerings = api.sandbox.state(), api.get("/v2/nfs"), api.get("/v2/vpc_peerings")
    api.sandbox.seed("empty")
    assert api.get("/v2/nfs") == {"shares": []}
    assert api.get("/v2/vpc_peerings")["vpc_peerings"] == []
    api.sandbox.seed(state)
    assert (api.sandbox.state(), api.get("/v2/nfs"), api.get("/v2/vpc_peerings")) == (state, shares, peerings)
    api.later()
    assert api.get("/v2/nfs/snapshots")["snapshots"][0]["status"] == "ACTIVE"
    assert api.share(made)["size_gib"] == 100


def test_a_state_may_leave_out_what_is_not_required(api: Api) -> None:
    api.sandbox.seed(
        {
            "shares": [share(id=A.upper()), {"name": "off", "region": "nyc9", "status": "INACTIVE"}],
            "snapshots": [{"share_id": A, "name": "s"}],
            "access_points": [{"share_id": A, "name": "p", "path": "/p"}],
            "actions": [{"type": "CREATE_SHARE", "resource_id": A, "region": "atl1"}],
        }
    )
    one, off = api.get("/v2/nfs")["shares"]
    assert (one["id"], one["status"], one["size_gib"], one["vpc_ids"]) == (A, "ACTIVE", 100, [VPC])
    assert [point["name"] for point in one["access_points"]] == ["default", "p"]
    assert (off["status"], off["vpc_ids"]) == ("INACTIVE", [])
    assert api.get("/v2/nfs/snapshots")["snapshots"][0]["size_gib"] == 100
    action = api.sandbox.state()["actions"][0]
    assert (action["id"], action["status"], action["completes_at"]) == (3000000001, "COMPLETED", api.clock.now)


def test_a_state_may_bring_vpcs_of_its_own(api: Api) -> None:
    api.sandbox.seed({"vpcs": [vpc(), vpc(name="w"), vpc(name="x", region="nyc2")], "shares": [share()]})
    first, second, third = api.get("/v2/vpcs")["vpcs"]
    assert [each["default"] for each in (first, second, third)] == [True, False, True]
    assert len({each["ip_range"] for each in (first, second, third)}) == 3
    assert api.get("/v2/nfs")["shares"][0]["vpc_ids"] == [first["id"]]
    api.sandbox.reset()
    assert api.get("/v2/vpcs")["meta"]["total"] == 12


def test_ids_that_are_no_uuids_are_kept_as_they_are(api: Api) -> None:
    api.sandbox.seed(
        {
            "shares": [share(id="Test-NFS-id", vpc_ids=["My-VPC"])],
            "snapshots": [{"id": "snap_1", "share_id": "Test-NFS-id", "name": "s"}],
            "access_points": [{"id": "point~1", "share_id": "Test-NFS-id", "name": "p", "path": "/p"}],
        }
    )
    one = api.get("/v2/nfs/Test-NFS-id")["share"]
    assert (one["id"], one["vpc_ids"]) == ("Test-NFS-id", ["My-VPC"])
    assert api("GET", "/v2/nfs/test-nfs-id").status_code == 404
    assert api.get("/v2/nfs/snapshots?share_id=Test-NFS-id")["snapshots"][0]["id"] == "snap_1"
    assert api.get("/v2/nfs/access_points/point~1")["access_point"]["share_id"] == "Test-NFS-id"
    assert api.act(one, "detach", vpc_id="My-VPC")["resource_id"] == "Test-NFS-id"


def test_numbers_that_are_given_out_are_none_that_the_state_has(api: Api) -> None:
    api.sandbox.seed({"shares": [{"name": "b", "region": "atl1"}, share(number=1)]})
    assert [each["number"] for each in api.sandbox.state()["shares"]] == [1, 2]


def test_an_action_that_is_under_way_ends_when_it_is_due(api: Api) -> None:
    due = {"status": "IN_PROGRESS", "completes_at": api.clock.now + 5, "resource_id": A, "region": "atl1"}
    resize = {"type": "RESIZE_SHARE", "params": {"size_gib": 700}}
    api.sandbox.seed({"shares": [share()], "actions": [{**due, **resize}]})
    assert api.get("/v2/nfs")["shares"][0]["size_gib"] == 100
    api.sandbox.advance(5)
    assert api.get("/v2/nfs")["shares"][0]["size_gib"] == 700


@pytest.mark.parametrize(
    ("kind", "leave", "enter", "vpc_ids"),
    [
        ("ATTACH_SHARE", None, OTHER_VPC, [VPC, OTHER_VPC]),
        ("DETACH_SHARE", VPC, None, []),
        ("REASSIGN_SHARE", VPC, OTHER_VPC, [OTHER_VPC]),
    ],
)
def test_a_move_that_is_under_way_is_put_into_another_sandbox_and_ends_there(
    new_api: NewApi, kind: str, leave: str | None, enter: str | None, vpc_ids: list[str]
) -> None:
    first, second = new_api(), new_api()
    move = {"type": kind, "status": "IN_PROGRESS", "params": {"leave": leave, "enter": enter}}
    due = {"resource_id": A, "region": "atl1", "completes_at": first.clock.now + 5}
    first.sandbox.seed({"shares": [share()], "actions": [{**move, **due}]})
    second.sandbox.seed(first.sandbox.state())
    assert second.get("/v2/nfs")["shares"][0]["vpc_ids"] == [VPC]
    second.sandbox.advance(5)
    assert second.get("/v2/nfs")["shares"][0]["vpc_ids"] == vpc_ids


@pytest.mark.parametrize(
    ("kind", "params", "says"),
    [
        ("CREATE_SHARE", {"size_gib": 100}, "size_gib is not a field; the fields are fails"),
        ("CREATE_SNAPSHOT", {"fails": "yes"}, "fails must be true or false"),
        ("RESIZE_SHARE", {}, "size_gib is required"),
        ("RESIZE_SHARE", {"size_gib": 1}, "size_gib must be at least 50"),
        ("SWITCH_PERFORMANCE_TIER", {"performance_tier": "low"}, "performance_tier must be one of standard, high"),
        ("ATTACH_SHARE", {"enter": VPC}, "leave is required"),
        ("DETACH_SHARE", {"leave": VPC}, "enter is required"),
        ("REASSIGN_SHARE", {"leave": "x.y", "enter": VPC}, "leave is not valid"),
        ("REASSIGN_SHARE", {"leave": VPC, "enter": 1}, "enter is not valid"),
        (
            "REASSIGN_SHARE",
            {"leave": VPC, "enter": VPC, "to": VPC},
            "the fields are leave, enter, fails",
        ),
    ],
)
def test_wrong_params_of_an_action_are_refused(api: Api, kind: str, params: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        api.sandbox.seed({"actions": [{"type": kind, "resource_id": A, "region": "atl1", "params": params}]})


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("nothing", "scenario must be one of empty, examples, team, many"),
        ({"scenario": 1}, "scenario must be one of"),
        ({"scenario": "many", "shares": -1}, "shares must be a number from 0 to 200000"),
        ({"scenario": "many", "shares": 1e3}, "shares must be a number"),
        ({"scenario": "many", "shares": True}, "shares must be a number"),
        ({"scenario": "team", "shares": 5}, "the scenario team takes no shares"),
        (None, "seed takes the name of a scenario or a state"),
        ([], "seed takes the name of a scenario or a state"),
        ({"share": []}, "share is not a field; the fields are shares, snapshots, access_points, actions, vpcs"),
        ({"shares": {}}, "shares must be an array"),
        ({"shares": [{"name": "x"}]}, r"shares\[0\].region is required"),
        ({"shares": [share(nam="x")]}, r"shares\[0\].nam is not a field; the fields are id, name, region"),
        ({"shares": [share(id="x.y")]}, r"shares\[0\].id must match"),
        ({"shares": [share(status="DELETED")]}, r"shares\[0\].status must be one of CREATING, ACTIVE"),
        ({"shares": [share(size_gib=1)]}, r"size_gib must be at least 50"),
        ({"shares": [share(size_gib="50")]}, r"size_gib must be an integer"),
        ({"shares": [share(created_at=1e12)]}, "created_at must be at most"),
        ({"shares": [share(created_at=float("inf"))]}, "created_at must be"),
        ({"shares": [share(created_at=float("nan"))]}, "created_at must be"),
        ({"shares": [share(vpc_ids=[])]}, "a share that is ACTIVE must have some vpc_ids"),
        ({"shares": [share(status="INACTIVE", vpc_ids=[B])]}, "a share that is INACTIVE must have no vpc_ids"),
        ({"shares": [share(), share()]}, f"two shares have the id {A}"),
        ({"shares": [share(number=4), share(id=B, number=4)]}, "two shares have the number 4"),
        ({"snapshots": [{"share_id": A, "name": "s"}]}, f"s belongs to a share that is not there: {A}"),
        ({"access_points": [{"share_id": A, "name": "p", "path": "/"}]}, "p belongs to a share that is not there"),
        (
            {"shares": [share()], "access_points": [{"share_id": A, "name": "p", "path": "/p"}] * 2},
            "two access points have the share and name",
        ),
        (
            {"shares": [share()], "access_points": [{"share_id": A, "name": n, "path": "/p"} for n in "pq"]},
            "two access points have the share and path",
        ),
        (
            {
                "shares": [share()],
                "access_points": [
                    {"share_id": A, "name": name, "path": f"/{name}", "is_default": True} for name in ("default", "x")
                ],
            },
            "two default access points have the share",
        ),
        ({"actions": [{"type": "X", "resource_id": A, "region": "a"}]}, r"actions\[0\].type must be one of"),
        (
            {"actions": [{"type": "RESIZE_SHARE", "resource_id": A, "region": "a"}]},
            "size_gib is required",
        ),
        (
            {"actions": [{"type": "CREATE_SHARE", "resource_id": A, "region": "a", "completes_at": None}]},
            "an action that is COMPLETED must have a time in completes_at",
        ),
        ({"shares": [share(name="\ud800")]}, "surrogate"),
        ({"vpcs": [{"name": "v", "region": "atl1"}] * 2}, "two VPCs have the name v"),
        ({"vpcs": [vpc(id=A), vpc(id=A, name="w")]}, f"two vpcs have the id {A}"),
        ({"vpcs": [vpc(default=True), vpc(default=True, name="w")]}, "two default VPCs have the region atl1"),
        ({"vpc_peerings": [{"name": "p", "vpc_ids": [VPC, A]}] * 2}, "two peerings have the name p"),
        ({"vpc_peerings": [{"name": "p", "vpc_ids": [VPC]}]}, r"vpc_peerings\[0\].vpc_ids must have at least 2"),
        ({"vpcs": [vpc(ip_range="10.0.0.0/8")]}, r"vpcs\[0\].ip_range must match"),
        ({"vpcs": [{"name": "v"}]}, r"vpcs\[0\].region is required"),
    ],
)
def test_a_state_that_does_not_fit_together_is_refused_and_nothing_changes(
    new_api: NewApi, what: Any, says: str
) -> None:
    api = new_api(seed="examples")
    before = api.sandbox.state()
    with pytest.raises(ValueError, match=says):
        api.sandbox.seed(what)
    assert api.sandbox.state() == before
    seed: Any = [] if what is None else what  # None would be no seed at all.
    with pytest.raises(ValueError, match=says):
        Sandbox(seed=seed)
