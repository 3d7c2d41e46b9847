from typing import Any

import pytest

from ...support.constants import OTHER_VPC, VPC
from ...support.sandboxes import NOBODY, POLICY, Api


def names(api: Api, share: Any, query: str = "") -> list[str]:
    return [each["name"] for each in api.get(f"/v2/nfs/shares/{share['id']}/access_points{query}")["access_points"]]


@pytest.mark.behaviour(
    "An access point is made, becomes active, and is deleted softly: it stays on record", "public spec, August 2026"
)
def test_an_access_point_lives_from_creation_to_deletion(api: Api) -> None:
    share = api.new_share()
    made = api.new_access_point(share, vpc_id=NOBODY)
    point, action = made["access_point"], made["action"]
    assert point == {
        "id": point["id"],
        "name": "team-a",
        "share_id": share["id"],
        "path": "/exports/team-a",
        "status": "ACCESS_POINT_CREATING",
        "is_default": False,
        "vpc_id": NOBODY,
        "access_policy": POLICY,
        "created_at": "2027-01-15T08:00:02Z",
        "updated_at": "",
    }
    assert (action["type"], action["resource_type"], action["resource_id"]) == (
        "CREATE_ACCESS_POINT",
        "SHARE",
        point["id"],
    )
    path = f"/v2/nfs/access_points/{point['id']}"
    api.later()
    active = api.get(path)["access_point"]
    assert active == {**point, "status": "ACCESS_POINT_ACTIVE", "updated_at": "2027-01-15T08:00:04Z"}
    assert api.share(share)["access_points"][1] == active

    deleted = api.delete(path, 200)
    assert deleted["access_point"] == {**active, "status": "ACCESS_POINT_DELETED"}
    assert (deleted["action"]["type"], deleted["action"]["status"]) == ("DELETE_ACCESS_POINT", "IN_PROGRESS")
    assert api.get(path)["access_point"] == deleted["access_point"]
    assert names(api, share) == ["default"]
    assert len(api.share(share)["access_points"]) == 1
    api.later()
    assert api.get(f"/v2/actions/{deleted['action']['id']}")["action"]["status"] == "completed"
    assert api.delete(path, 400)["code"] == "INVALID_ACCESS_POINT_STATUS"


@pytest.mark.behaviour(
    "Every share is born with an access point named default, which is listed first", "public spec, August 2026"
)
def test_access_points_are_listed_with_the_default_one_first_or_by_status(api: Api) -> None:
    share = api.new_share()
    for letter in "cab":
        made = api.new_access_point(share, name=f"team-{letter}", path=f"/{letter}")
    api.delete(f"/v2/nfs/access_points/{made['access_point']['id']}", 200)
    assert names(api, share) == ["default", "team-c", "team-a"]
    assert names(api, share, "?status=ACCESS_POINT_CREATING") == ["team-c", "team-a"]
    assert names(api, share, "?status=ACCESS_POINT_ACTIVE") == ["default"]
    assert names(api, share, "?status=ACCESS_POINT_DELETED&page=1&per_page=200") == ["team-b"]


@pytest.mark.parametrize("status", ["active", ""])
@pytest.mark.behaviour(
    "A list of access points by a status that is none is an INVALID_ACCESS_POINT_STATUS", "public spec, August 2026"
)
def test_a_list_of_access_points_by_an_unknown_status_is_refused(api: Api, status: int) -> None:
    answer = api("GET", f"/v2/nfs/shares/{api.new_share()['id']}/access_points?status={status}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_ACCESS_POINT_STATUS"
    assert "ACCESS_POINT_ACTIVE" in answer.json()["message"]


@pytest.mark.parametrize("taken", ["name", "path"])
@pytest.mark.behaviour(
    "An access point's name and its path are each unique on its share (409)", "public spec, August 2026"
)
def test_a_name_or_path_of_an_access_point_is_taken_on_its_share_until_it_is_deleted(api: Api, taken: str) -> None:
    share, other = api.new_share(), api.new_share()
    made = api.new_access_point(share)
    second = {"name": "team-b", "path": "/b", taken: made["access_point"][taken]}
    refused = api.new_access_point(share, 409, **second)
    assert (refused["code"], taken in refused["message"]) == ("AlreadyExists", True)
    api.new_access_point(other, **second)
    api.delete(f"/v2/nfs/access_points/{made['access_point']['id']}", 200)
    api.new_access_point(share, **second)


@pytest.mark.parametrize(
    ("path", "is_taken"),
    [
        *(("/data", True), ("/data/", True), ("//data", True), ("///data//", True), ("/./data/.", True)),
        *(("/data2", False), ("/data/x", False), ("/DATA", False), ("/.data", False)),
        # What the default one exports.
        *(("//", True), ("/./", True)),
    ],
)
@pytest.mark.behaviour(
    "Paths that lead to the same folder, such as /data and /data/, are the same (409)", "assumption, November 2026"
)
def test_a_folder_is_exported_once_however_its_path_is_written(api: Api, path: str, is_taken: bool) -> None:
    share = api.new_share()
    api.new_access_point(share, path="/data/")
    answer = api.new_access_point(share, 409 if is_taken else 201, name="second", path=path)
    assert ("path" in answer["message"]) if is_taken else (answer["access_point"]["path"] == path)


@pytest.mark.behaviour(
    "An access point that is made with several VPCs shows them",
    "client, November 2026: the field; assumption, November 2026: that requests may have it",
)
def test_an_access_point_keeps_the_vpcs_that_it_is_made_with(api: Api) -> None:
    share = api.new_share()
    made = api.new_access_point(share, vpc_ids=[OTHER_VPC.upper(), VPC, OTHER_VPC])["access_point"]
    assert made["vpc_ids"] == [OTHER_VPC, VPC]
    assert api.get(f"/v2/nfs/access_points/{made['id']}")["access_point"]["vpc_ids"] == [OTHER_VPC, VPC]
    assert api.share(share)["access_points"][1]["vpc_ids"] == [OTHER_VPC, VPC]
    assert "vpc_ids" not in api.new_access_point(share, name="second", path="/second", vpc_ids=[])["access_point"]


def test_names_of_access_points_that_differ_in_capitals_are_two(api: Api) -> None:
    share = api.new_share()
    api.new_access_point(share, name="team-a", path="/a")
    api.new_access_point(share, name="TEAM-A", path="/A")


@pytest.mark.behaviour("The default access point is mounted by NFS4 and NFS", "public spec, August 2026")
def test_the_default_access_point_has_both_protocols(api: Api) -> None:
    assert api.new_share()["access_points"][0]["access_policy"]["protocols"] == ["NFS4", "NFS"]


@pytest.mark.behaviour("The default access point shows the VPCs of its share", "assumption, November 2026")
def test_the_default_access_point_is_reached_from_where_its_share_is_attached(api: Api) -> None:
    share = api.new_share()
    default = share["access_points"][0]
    assert default["vpc_ids"] == share["vpc_ids"]
    api.new_access_point(share)
    api.act(share, "attach", vpc_id=OTHER_VPC)
    api.later()
    listed = api.get(f"/v2/nfs/shares/{share['id']}/access_points")["access_points"]
    assert [point.get("vpc_ids") for point in listed] == [[VPC, OTHER_VPC], None]
    assert api.get(f"/v2/nfs/access_points/{default['id']}")["access_point"] == listed[0]


@pytest.mark.behaviour("An access point needs a share that is ACTIVE or INACTIVE", "public spec, August 2026")
def test_an_access_point_needs_a_share_that_is_ready(api: Api) -> None:
    share = api.new_share(ready=False)
    answer = api.new_access_point(share, 400)
    assert answer["code"] == "INVALID_ACCESS_POINT_STATUS"
    assert "CREATING" in answer["message"]


def test_an_inactive_share_can_get_an_access_point(api: Api) -> None:
    share = api.new_share()
    api.act(share, "detach", vpc_id=share["vpc_ids"][0])
    api.later()
    api.new_access_point(share)


@pytest.mark.behaviour(
    "The default access point cannot be deleted: that is an InvalidArgument", "public spec, August 2026"
)
def test_the_default_access_point_cannot_be_deleted(api: Api) -> None:
    default = api.new_share()["access_points"][0]
    answer = api.delete(f"/v2/nfs/access_points/{default['id']}", 400)
    assert answer["code"] == "InvalidArgument"


@pytest.mark.behaviour("An access point that failed or is deleted cannot be deleted", "public spec, August 2026")
def test_a_failed_access_point_cannot_be_deleted(api: Api) -> None:
    share, store = api.new_share(), api.sandbox.store
    failed = store.insert_access_point(
        share_id=share["id"],
        name="f",
        path="/f",
        vpc_id=NOBODY,
        policy=POLICY,
        now=0,
        status="ACCESS_POINT_FAILED",
    )
    assert "ACCESS_POINT_FAILED" in api.delete(f"/v2/nfs/access_points/{failed['id']}", 400)["message"]


def test_an_access_point_that_is_deleted_while_it_is_made_stays_deleted(api: Api) -> None:
    made = api.new_access_point(api.new_share())
    path = f"/v2/nfs/access_points/{made['access_point']['id']}"
    api.delete(path, 200)
    api.later()
    assert api.get(path)["access_point"]["status"] == "ACCESS_POINT_DELETED"
    assert api.get(f"/v2/actions/{made['action']['id']}")["action"]["status"] == "errored"


def test_an_access_point_or_share_that_is_not_there_is_not_found(api: Api) -> None:
    assert api("GET", f"/v2/nfs/access_points/{NOBODY}").status_code == 404
    assert api("DELETE", f"/v2/nfs/access_points/{NOBODY}").status_code == 404
    assert api("GET", f"/v2/nfs/shares/{NOBODY}/access_points").status_code == 404
    assert api.new_access_point({"id": NOBODY}, 404)["id"] == "not_found"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "a"}, "name must have at least 2 characters."),
        ({"name": "a" * 64}, "name must have at most 63 characters."),
        ({"name": "-a"}, "name must match"),
        ({"name": "Default"}, "name must not match"),
        ({"name": "ab\n"}, "name must match"),
        ({"path": "/"}, "path must have at least 2 characters."),
        ({"path": "exports"}, "path must match"),
        ({"path": "/a/../b"}, "path must not match"),
        ({"path": "/.."}, "path must not match"),
        ({"path": "/" + "a/" * 300_000}, "path must have at most 1024 characters."),
        ({"path": "/" + "a/" * 400 + ".."}, "path must not match"),
        ({"vpc_id": ""}, "vpc_id must match"),
        ({"access_policy": {**POLICY, "anonuid": 0}}, "access_policy.anonuid must be at least 65534."),
        (
            {"access_policy": {**POLICY, "protocols": []}},
            "access_policy.protocols must have at least 1 items.",
        ),
        (
            {"access_policy": {**POLICY, "protocols": ["SMB"]}},
            "access_policy.protocols[0] must be one of NFS4, NFS.",
        ),
        ({"access_policy": {**POLICY, "squash_config": 1}}, "access_policy.squash_config must be"),
        ({"access_policy": {**POLICY, "identity_enforcement_enabled": 0}}, "must be true or false."),
        ({"access_policy": {}}, "access_policy.anonuid is required."),
    ],
)
@pytest.mark.behaviour("Access point errors are {code, message} on 400 and 409", "public spec, August 2026")
def test_a_wrong_access_point_is_refused_by_the_name_of_the_field(
    api: Api, change: dict[str, Any], message: str
) -> None:
    answer = api.new_access_point(api.new_share(), 400, **change)
    assert answer["code"] == "InvalidArgument"
    assert message in answer["message"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("name", "MISSING_NAME"),
        ("path", "InvalidArgument"),
        ("vpc_id", "InvalidArgument"),
        ("access_policy", "InvalidArgument"),
    ],
)
def test_an_incomplete_access_point_is_refused(api: Api, field: str, code: str) -> None:
    body = {"name": "team-a", "path": "/a", "vpc_id": NOBODY, "access_policy": POLICY}
    del body[field]
    answer = api.post(f"/v2/nfs/shares/{api.new_share()['id']}/access_points", body, 400)
    assert answer == {"code": code, "message": f"{field} is required."}


def test_the_segments_of_a_path_may_have_dots(api: Api) -> None:
    assert (
        api.new_access_point(api.new_share(), path="/a..b/.../c_d-e.f")["access_point"]["path"] == "/a..b/.../c_d-e.f"
    )
