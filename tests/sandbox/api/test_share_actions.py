import uuid
from typing import Any

import pytest

from ...support.constants import OTHER_VPC, VPC
from ...support.sandboxes import NOBODY, Api


def attached_to(share: Any, *vpc_ids: str, status: str = "ACTIVE") -> Any:
    """Return the share as it is with these VPCs, which its default access point shows too."""
    default, *others = share["access_points"]
    default = {key: value for key, value in default.items() if key != "vpc_ids"}
    shown = {"vpc_ids": list(vpc_ids)} if vpc_ids else {}
    return {**share, "status": status, "vpc_ids": list(vpc_ids), "access_points": [{**default, **shown}, *others]}


@pytest.mark.behaviour("A share grows", "public spec, August 2026")
def test_a_share_grows_when_its_resize_is_done_and_not_before(api: Api) -> None:
    share = api.new_share()
    action = api.act(share, "resize", region="atl1", size_gib=150)
    assert action == {
        "id": action["id"],
        "region_slug": "atl1",
        "resource_id": share["id"],
        "resource_type": "SHARE",
        "type": "RESIZE_SHARE",
        "status": "IN_PROGRESS",
        "started_at": "2027-01-15T08:00:02Z",
    }
    assert action["id"].isdigit()
    assert int(action["id"]) > 3_000_000_000
    assert api.share(share)["size_gib"] == 100
    api.later()
    assert api.share(share)["size_gib"] == 150


@pytest.mark.parametrize("size_gib", [50, 99, 100])
@pytest.mark.behaviour("A share never shrinks", "client, August 2026")
def test_a_share_never_shrinks(api: Api, size_gib: int) -> None:
    assert "more than 100" in api.act(api.new_share(), "resize", 400, size_gib=size_gib)["message"]


def test_of_two_resizes_under_way_the_larger_wins(api: Api) -> None:
    share = api.new_share()
    api.act(share, "resize", size_gib=300)
    api.later(1)
    api.act(share, "resize", size_gib=200)
    api.later()
    assert api.share(share)["size_gib"] == 300


@pytest.mark.behaviour("A share that is attached to no VPC is INACTIVE", "public spec, August 2026")
def test_the_last_vpc_gone_makes_a_share_inactive_and_a_new_one_active(api: Api) -> None:
    share = api.new_share()
    assert api.act(share, "detach", vpc_id=VPC)["type"] == "DETACH_SHARE"
    api.later()
    inactive = api.share(share)
    assert inactive == attached_to(share, status="INACTIVE")
    assert api.act(share, "attach", vpc_id=OTHER_VPC.upper())["type"] == "ATTACH_SHARE"
    api.later()
    assert api.share(share) == attached_to(share, OTHER_VPC)


@pytest.mark.behaviour(
    "A share can be attached, detached and reassigned, and be in several VPCs", "client, August 2026"
)
def test_a_share_can_be_in_several_vpcs_and_move_between_them(api: Api) -> None:
    share = api.new_share()
    api.act(share, "attach", vpc_id=NOBODY)
    api.later()
    assert api.share(share)["vpc_ids"] == [VPC, NOBODY]
    assert api.act(share, "reassign", old_vpc_id=VPC, new_vpc_id=OTHER_VPC)["type"] == "REASSIGN_SHARE"
    api.later()
    assert api.share(share)["vpc_ids"] == [NOBODY, OTHER_VPC]
    api.act(share, "detach", vpc_id=NOBODY)
    api.later()
    assert api.share(share) == attached_to(share, OTHER_VPC)


@pytest.mark.parametrize(
    ("kind", "params", "field"),
    [
        ("attach", {"vpc_id": VPC.upper()}, "params.vpc_id"),
        ("detach", {"vpc_id": NOBODY}, "params.vpc_id"),
        ("reassign", {"old_vpc_id": NOBODY, "new_vpc_id": OTHER_VPC}, "params.old_vpc_id"),
        ("reassign", {"old_vpc_id": VPC, "new_vpc_id": VPC}, "params.new_vpc_id"),
    ],
)
def test_an_action_with_vpcs_that_do_not_fit_is_refused(
    api: Api, kind: str, params: dict[str, Any], field: str
) -> None:
    share = api.new_share()
    assert field in api.act(share, kind, 400, **params)["message"]
    api.later()
    assert api.share(share) == share


def test_two_detaches_under_way_leave_a_share_inactive(api: Api) -> None:
    share = api.new_share()
    ids = [api.act(share, "detach", vpc_id=VPC)["id"] for _ in range(2)]
    api.later()
    assert api.share(share)["status"] == "INACTIVE"
    assert [api.get(f"/v2/actions/{each}")["action"]["status"] for each in ids] == ["completed"] * 2


@pytest.mark.behaviour("A tier is only ever raised", "client, August 2026")
def test_a_share_s_tier_only_goes_up(api: Api) -> None:
    share = api.new_share()
    assert "standard already" in api.act(share, "switch_performance_tier", 400, performance_tier="standard")["message"]
    assert api.act(share, "switch_performance_tier", performance_tier="high")["type"] == "SWITCH_PERFORMANCE_TIER"
    api.later()
    assert api.share(share)["performance_tier"] == "PERFORMANCE_TIER_HIGH"
    for tier in ("standard", "high"):
        api.act(share, "switch_performance_tier", 400, performance_tier=tier)


def test_a_share_can_be_ordered_on_the_high_tier(api: Api) -> None:
    assert api.new_share(performance_tier="high")["performance_tier"] == "PERFORMANCE_TIER_HIGH"


@pytest.mark.behaviour("A share that is being made cannot be changed", "assumption, November 2026")
def test_a_share_that_is_being_made_cannot_be_changed(api: Api) -> None:
    share = api.new_share(ready=False)
    assert "CREATING" in api.act(share, "resize", 400, size_gib=200)["message"]


@pytest.mark.parametrize("region", ["", "atl1", "nyc2"])
@pytest.mark.behaviour("The region in an action's body may be empty", "client, July 2026")
def test_the_region_in_an_action_s_body_does_not_matter(api: Api, region: str) -> None:
    api.act(api.new_share(region="atl1"), "resize", 201, region=region, size_gib=200)


def test_an_action_on_a_share_that_is_not_there_is_not_found(api: Api) -> None:
    api.act({"id": NOBODY}, "resize", 404, size_gib=200)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "resize", "params": {"size_gib": 1}}, "params.size_gib must be at least 50."),
        ({"type": "resize", "params": {}}, "params.size_gib is required."),
        ({"type": "resize"}, "params is required."),
        ({"type": "resize", "params": []}, "params must be an object."),
        (
            {"type": "snapshot", "params": {"name": "n" * 65}},
            "params.name must have at most 64 characters.",
        ),
        ({"type": "attach", "params": {"vpc_id": "x/y"}}, "params.vpc_id must match ^[A-Za-z0-9_~-]{1,64}$."),
        ({"type": "attach", "region": None, "params": {"vpc_id": VPC}}, "region must be a string."),
        ({"type": "reassign", "params": {"old_vpc_id": VPC}}, "params.new_vpc_id is required."),
        ([], "the body must be an object."),
        ("resize", "the body must be an object."),
    ],
)
def test_a_wrong_action_is_refused_about_the_variant_that_was_meant(api: Api, body: Any, message: str) -> None:
    share = api.new_share()
    assert api.post(f"/v2/nfs/{share['id']}/actions", body, 400)["message"] == message


@pytest.mark.parametrize("body", [{}, {"type": "shrink"}, {"type": ["resize"]}, {"type": "x" * 100_000}])
def test_an_unknown_type_of_action_is_answered_with_the_known_ones(api: Api, body: Any) -> None:
    message = api.post(f"/v2/nfs/{uuid.uuid4()}/actions", body, 400)["message"]
    for known in ("resize", "snapshot", "attach", "detach", "reassign", "switch_performance_tier"):
        assert known in message
