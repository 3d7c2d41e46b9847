from typing import Any

import pytest

from ...support.constants import OTHER_VPC, VPC
from ...support.sandboxes import NOBODY, Api

NEW: dict[str, Any] = {"name": "storage", "region": "atl1"}


def create(api: Api, expect: int = 201, **fields: Any) -> Any:
    answer = api.post("/v2/vpcs", {**NEW, **fields}, expect)
    return answer["vpc"] if expect == 201 else answer


def change(api: Api, method: str, vpc: Any, expect: int = 200, **fields: Any) -> Any:
    response = api(method, f"/v2/vpcs/{vpc['id']}", json=fields)
    assert response.status_code == expect, response.text
    return response.json()["vpc"] if expect == 200 else response.json()


def test_each_region_has_two_vpcs_and_one_is_the_default(api: Api) -> None:
    answer = api.get("/v2/vpcs")
    vpcs = answer["vpcs"]
    assert answer["links"] == {}
    assert answer["meta"] == {"total": 12}
    assert len(vpcs) == 12
    for region in ("nyc2", "ams3", "atl1", "ric1", "mkc1", "mem1"):
        assert [vpc["default"] for vpc in vpcs if vpc["region"] == region] == [True, False]
    assert [vpc["id"] for vpc in vpcs if vpc["region"] == "atl1"] == [VPC, OTHER_VPC]
    assert len({vpc["id"] for vpc in vpcs}) == len({vpc["ip_range"] for vpc in vpcs}) == 12
    assert all(vpc["urn"] == f"do:vpc:{vpc['id']}" for vpc in vpcs)


@pytest.mark.behaviour("VPCs come in pages, with links to the others", "public spec, August 2026")
def test_pages_of_vpcs_lead_to_one_another(api: Api) -> None:
    seen, url = [], "/v2/vpcs?per_page=5&page=1"
    while url:
        answer = api.get(url)
        seen += [vpc["id"] for vpc in answer["vpcs"]]
        url = answer["links"]["pages"].get("next")
    assert seen == [vpc["id"] for vpc in api.get("/v2/vpcs")["vpcs"]]


def test_a_page_of_vpcs_links_to_the_others_by_full_urls(api: Api) -> None:
    def pages(page: int) -> Any:
        return api.get(f"/v2/vpcs?page={page}&per_page=5", headers={"host": "nfs.example:81"})["links"]["pages"]

    url = "http://nfs.example:81/v2/vpcs?page={}&per_page=5".format
    assert pages(1) == {"next": url(2), "last": url(3)}
    assert pages(2) == {"first": url(1), "prev": url(1), "next": url(3), "last": url(3)}
    assert pages(3) == {"first": url(1), "prev": url(2)}
    assert pages(10**30) == {"first": url(1), "prev": url(3)}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page=0", "page must be at least 1."),
        ("page=-1", "page must be at least 1."),
        ("page=x", "page must be an integer."),
        ("page=", "page must be an integer."),
        ("page=1.5", "page must be an integer."),
        (f"page={'9' * 6000}", "page must be an integer."),
        ("per_page=201", "per_page must be at most 200."),
        ("per_page=0", "per_page must be at least 1."),
    ],
)
def test_an_impossible_page_of_vpcs_is_refused(api: Api, query: str, message: str) -> None:
    response = api("GET", f"/v2/vpcs?{query}")
    assert (response.status_code, response.json()["message"]) == (400, message)


@pytest.mark.behaviour(
    "A VPC is made at once, with addresses of its own, found, and gone once deleted", "public spec, August 2026"
)
def test_a_vpc_lives_from_creation_to_deletion(api: Api) -> None:
    vpc = create(api, description="Where the shares are.")
    assert vpc == {
        **NEW,
        "id": vpc["id"],
        "urn": f"do:vpc:{vpc['id']}",
        "description": "Where the shares are.",
        "ip_range": "10.0.0.0/20",
        "default": False,
        "created_at": "2027-01-15T08:00:00Z",
    }
    path = f"/v2/vpcs/{vpc['id']}"
    assert api.get(path) == {"vpc": vpc}
    assert api.get("/v2/vpcs")["vpcs"][-1] == vpc
    api.delete(path)
    assert api("GET", path).status_code == api("DELETE", path).status_code == 404
    assert api.get("/v2/vpcs")["meta"]["total"] == 12


@pytest.mark.behaviour("The first VPC of a region becomes its default one", "public spec, August 2026")
def test_the_first_vpc_of_a_region_is_its_default_one(api: Api) -> None:
    assert create(api, name="first", region="mars-7")["default"] is True
    assert create(api, name="second", region="mars-7")["default"] is False


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.behaviour(
    "A VPC's name and description can be changed, and it can become the default one", "public spec, August 2026"
)
def test_a_vpc_is_changed_in_what_is_given(api: Api, method: str) -> None:
    vpc = create(api, description="d")
    assert change(api, method, vpc, name="other") == {**vpc, "name": "other"}
    assert change(api, method, vpc, name="other", description="") == {**vpc, "name": "other", "description": ""}
    assert change(api, method, vpc, name="other", default=True)["default"] is True
    in_region = [each for each in api.get("/v2/vpcs")["vpcs"] if each["region"] == "atl1"]
    assert [each["name"] for each in in_region if each["default"]] == ["other"]
    assert change(api, method, vpc, name="other", default=False)["default"] is True
    assert change(api, method, {"id": NOBODY}, 404, name="n")["id"] == "not_found"


def test_a_patch_of_nothing_changes_nothing_and_a_put_needs_a_name(api: Api) -> None:
    vpc = create(api)
    assert change(api, "PATCH", vpc) == vpc
    assert change(api, "PUT", vpc, 400, description="d")["message"] == "name is required."


@pytest.mark.behaviour("The names of VPCs are unique", "public spec, August 2026")
def test_a_name_of_a_vpc_is_taken_until_it_is_deleted_or_renamed(api: Api) -> None:
    vpc, other = create(api), create(api, name="other")
    assert create(api, 422)["id"] == "unprocessable_entity"
    assert "name" in change(api, "PATCH", other, 422, name="storage")["message"]
    change(api, "PATCH", vpc, name="storage-2")
    create(api)


@pytest.mark.parametrize(
    ("ip_range", "status"),
    [
        *(("10.10.16.0/20", 201), ("172.16.0.0/16", 201), ("192.168.1.0/28", 201)),
        *(("10.100.0.0/20", 422), ("10.100.8.0/24", 422), ("10.100.0.0/16", 422)),
        *(("10.10.16.1/20", 422), ("10.10.300.0/24", 422), ("8.8.8.0/24", 422), ("172.32.0.0/16", 422)),
        *(("10.0.0.0/8", 400), ("10.0.0.0/29", 400), ("10.0.0.0", 400), ("", 400), ("fd00::/20", 400)),
    ],
)
@pytest.mark.behaviour(
    "A VPC's addresses are private ones that no other VPC has, from /16 to /28", "public spec, August 2026"
)
def test_a_vpc_takes_addresses_that_are_free(api: Api, ip_range: str, status: int) -> None:
    answer = create(api, status, ip_range=ip_range)
    assert (answer["ip_range"] == ip_range) if status == 201 else ("ip_range" in answer["message"])


def test_vpcs_without_addresses_given_never_overlap(api: Api) -> None:
    create(api, name="given", ip_range="10.0.16.0/20")
    made = [create(api, name=f"n{number}")["ip_range"] for number in range(3)]
    assert made == ["10.0.0.0/20", "10.0.32.0/20", "10.0.48.0/20"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "name must match ^[A-Za-z0-9.-]+$."),
        ({"name": "a b"}, "name must match ^[A-Za-z0-9.-]+$."),
        ({"region": "ATL1"}, "region must match ^[a-z0-9-]+$."),
        ({"description": "d" * 256}, "description must have at most 255 characters."),
        ({"region": None}, "region must be a string."),
    ],
)
def test_a_wrong_vpc_is_refused_by_the_name_of_the_field(api: Api, fields: dict[str, Any], message: str) -> None:
    assert create(api, 400, **fields)["message"] == message


@pytest.mark.behaviour("A region's default VPC cannot be deleted (403)", "public spec, August 2026")
def test_the_default_vpc_of_a_region_cannot_be_deleted(api: Api) -> None:
    assert api.delete(f"/v2/vpcs/{VPC}", 403)["id"] == "forbidden"
    change(api, "PATCH", {"id": OTHER_VPC}, default=True)
    api.delete(f"/v2/vpcs/{VPC}")


@pytest.mark.behaviour(
    "A VPC that something is in cannot be deleted (403)",
    "public spec, August 2026; assumption, November 2026: that shares and access points are such things",
)
def test_a_vpc_cannot_be_deleted_while_a_share_is_attached_to_it(api: Api) -> None:
    vpc = create(api)
    path = f"/v2/vpcs/{vpc['id']}"
    share = api.new_share(ready=False, vpc_ids=[vpc["id"]])
    assert api.delete(path, 403)["id"] == "forbidden"
    api.later()
    api.act(share, "detach", vpc_id=vpc["id"])
    assert api.delete(path, 403)
    api.later()
    api.act(share, "attach", vpc_id=vpc["id"])
    assert "share" in api.delete(path, 403)["message"]
    api.later()
    api.delete(f"/v2/nfs/{share['id']}")
    api.delete(path)


def test_a_vpc_cannot_be_deleted_while_an_access_point_is_reached_from_it(api: Api) -> None:
    vpc, share = create(api), api.new_share()
    point = api.new_access_point(share, vpc_id=vpc["id"])["access_point"]
    assert "access point" in api.delete(f"/v2/vpcs/{vpc['id']}", 403)["message"]
    api.delete(f"/v2/nfs/access_points/{point['id']}", 200)
    api.delete(f"/v2/vpcs/{vpc['id']}")


def test_a_vpc_cannot_be_deleted_that_is_one_of_an_access_point_s_vpcs(api: Api) -> None:
    vpc, share = create(api), api.new_share()
    api.new_access_point(share, vpc_ids=[vpc["id"]])
    api.delete(f"/v2/vpcs/{vpc['id']}", 403)


@pytest.mark.behaviour(
    "What is in a VPC is listed, of all kinds or of one",
    "public spec, August 2026; client, October 2026: that shares are; assumption, November 2026: that their URNs are "
    "do:nfs_share:ID",
)
def test_the_members_of_a_vpc_are_the_shares_that_are_attached_to_it(api: Api) -> None:
    vpc = create(api)
    first, second = api.new_share(vpc_ids=[vpc["id"]]), api.new_share(name="second", vpc_ids=[VPC, vpc["id"]])
    api.new_share(name="elsewhere")
    path = f"/v2/vpcs/{vpc['id']}/members"
    members = api.get(path)
    assert members["meta"]["total"] == 2
    assert members["members"] == [
        {"urn": f"do:nfs_share:{share['id']}", "name": share["name"], "created_at": share["created_at"]}
        for share in (first, second)
    ]
    assert api.get(f"{path}?resource_type=nfs_share") == members
    assert api.get(f"{path}?resource_type=droplet")["members"] == []
    assert api("GET", f"{path}?resource_type=planet").status_code == 400
    links = api.get(f"{path}?resource_type=nfs_share&per_page=1")["links"]["pages"]
    assert api.get(links["next"])["members"] == members["members"][1:]


def test_a_vpc_can_be_deleted_whose_only_access_point_failed(api: Api) -> None:
    vpc, share = create(api), api.new_share()
    api.sandbox.add_fault("fail", operation="create_access_point")
    api.new_access_point(share, vpc_id=vpc["id"])
    api.later()
    api.delete(f"/v2/vpcs/{vpc['id']}")


def test_a_vpc_in_capitals_is_the_same_vpc(api: Api) -> None:
    assert api.get(f"/v2/vpcs/{VPC.upper()}")["vpc"]["id"] == VPC
