from typing import Any

import pytest

from ...support.constants import VPC
from ...support.sandboxes import NOBODY, Api, NewApi


@pytest.mark.behaviour(
    "A share is CREATING, then ACTIVE with a host and a mount path, and gone once deleted", "reference, April 2026"
)
def test_a_share_lives_from_creation_to_deletion(api: Api) -> None:
    ordered = api.new_share(ready=False, performance_tier="standard")
    assert ordered["status"] == "CREATING"
    assert ordered["host"] == ""
    assert ordered["mount_path"] == ""
    [default] = ordered["access_points"]
    assert (default["name"], default["path"], default["status"]) == ("default", "/", "ACCESS_POINT_CREATING")
    assert default["is_default"]
    assert "vpc_id" not in default
    assert default["updated_at"] == ""

    api.later(1.9)
    assert api.share(ordered)["status"] == "CREATING"
    api.later(0.1)
    ready = api.share(ordered)
    assert ready["status"] == "ACTIVE"
    assert ready["vpc_ids"] == [VPC]
    assert ready["host"].startswith("10.")
    assert ready["mount_path"] == f"/123456/{ready['id']}"
    assert ready["performance_tier"] == "PERFORMANCE_TIER_STANDARD"
    assert ready["created_at"] == "2027-01-15T08:00:00Z"
    assert ready["access_points"][0]["status"] == "ACCESS_POINT_ACTIVE"
    assert ready["access_points"][0]["updated_at"] == "2027-01-15T08:00:02Z"
    assert api.get("/v2/nfs") == {"shares": [ready]}

    api.act(ready, "resize", size_gib=200)
    api.later()
    assert api.share(ready) == {**ready, "size_gib": 200}

    assert api.delete(f"/v2/nfs/{ready['id']}") is None
    assert api("GET", f"/v2/nfs/{ready['id']}").status_code == 404
    assert api("DELETE", f"/v2/nfs/{ready['id']}").status_code == 404
    assert api("GET", f"/v2/nfs/access_points/{default['id']}").status_code == 404
    assert api("GET", f"/v2/nfs/shares/{ready['id']}/access_points").status_code == 404
    assert api("GET", f"/v2/nfs/snapshots?share_id={ready['id']}").status_code == 404
    assert api.get("/v2/nfs") == {"shares": []}


@pytest.mark.behaviour("The answer to a create comes before the share is ready", "reference, April 2026")
def test_the_answer_to_a_create_is_creating_even_when_nothing_takes_time(new_api: NewApi) -> None:
    api = new_api(ready_after=0)
    ordered = api.new_share(ready=False)
    assert ordered["status"] == "CREATING"
    assert api.share(ordered)["status"] == "ACTIVE"


def test_shares_are_listed_in_the_order_of_creation_within_one_second(api: Api) -> None:
    made = [api.new_share(ready=False, name=f"n{number}")["id"] for number in range(30)]
    assert [share["id"] for share in api.get("/v2/nfs")["shares"]] == made


@pytest.mark.behaviour("Two creates make two shares, also of one name", "reference, April 2026")
def test_names_of_shares_may_repeat_and_hosts_never_do(api: Api) -> None:
    first, second = api.new_share(name="same"), api.new_share(name="same")
    api.delete(f"/v2/nfs/{second['id']}")
    third = api.new_share(name="same")
    assert len({share["host"] for share in (first, second, third)}) == 3


def test_a_size_written_as_a_decimal_is_an_integer(api: Api) -> None:
    response = api(
        "POST",
        "/v2/nfs",
        content=f'{{"name":"a","region":"atl1","size_gib":50.0,"vpc_ids":["{VPC}"]}}',
        headers={"content-type": "application/json"},
    )
    assert '"size_gib":50,' in response.text


def test_vpc_ids_are_kept_in_lower_case_and_once(api: Api) -> None:
    assert api.new_share(vpc_ids=[VPC.upper(), VPC, NOBODY])["vpc_ids"] == [VPC, NOBODY]


def test_an_id_in_upper_case_is_the_same_id(api: Api) -> None:
    share = api.new_share()
    assert api.get(f"/v2/nfs/{share['id'].upper()}")["share"] == share


def test_shares_can_be_made_and_listed_in_any_region(api: Api) -> None:
    here, there = api.new_share(), api.new_share(region="mars-7")
    assert api.get("/v2/nfs?region=mars-7") == {"shares": [there]}
    assert api.get("/v2/nfs?region=atl1&page=3&per_page=200&foo=bar") == {"shares": [here]}
    assert api.get("/v2/nfs?region=&page=&per_page=x") == {"shares": [here, there]}
    assert api.get("/v2/nfs?region=nyc2") == {"shares": []}


@pytest.mark.parametrize("region", ["ATL1", "atl 1", "at%0A", "%C3%A9", "a/b"])
@pytest.mark.behaviour(
    "A list of a region whose name is no slug is a 404, and one of a region that nothing is in is empty",
    "assumption, November 2026",
)
def test_a_list_of_a_region_that_is_not_a_slug_is_not_found(api: Api, region: str) -> None:
    assert api.get("/v2/nfs?region=nowhere-1") == {"shares": []}
    assert api("GET", f"/v2/nfs?region={region}").status_code == 404
    assert api("GET", f"/v2/nfs/snapshots?region={region}").status_code == 404


@pytest.mark.behaviour("A share is found by id with its own region or none", "reference, April 2026")
def test_a_share_is_only_found_in_its_own_region(api: Api) -> None:
    share = api.new_share()
    path = f"/v2/nfs/{share['id']}"
    assert api("GET", f"{path}?region=nyc2").status_code == 404
    assert api("DELETE", f"{path}?region=nyc2").status_code == 404
    assert api.get(f"{path}?region=atl1") == api.get(f"{path}?region=") == {"share": share}


def test_a_share_can_be_deleted_before_it_is_ready(api: Api) -> None:
    share = api.new_share(ready=False)
    api.delete(f"/v2/nfs/{share['id']}")
    api.later()
    assert api.get("/v2/nfs") == {"shares": []}


@pytest.mark.behaviour("A share with active snapshots cannot be deleted (412)", "client, November 2026")
def test_a_share_that_has_snapshots_cannot_be_deleted(api: Api) -> None:
    share = api.new_share()
    snapshot_id = api.act(share, "snapshot", name="s")["resource_id"]
    assert "snapshots" in api.delete(f"/v2/nfs/{share['id']}", 412)["message"]
    api.later()
    assert api.delete(f"/v2/nfs/{share['id']}", 412)["id"] == "precondition_failed"
    api.delete(f"/v2/nfs/snapshots/{snapshot_id}")
    api.delete(f"/v2/nfs/{share['id']}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size_gib": 49}, "size_gib must be at least 50."),
        ({"size_gib": 32769}, "size_gib must be at most 32768."),
        ({"size_gib": 10**40}, "size_gib must be at most 32768."),
        ({"size_gib": 50.7}, "size_gib must be an integer."),
        ({"size_gib": "100"}, "size_gib must be an integer."),
        ({"size_gib": True}, "size_gib must be an integer."),
        ({"name": ""}, "name must have at least 1 characters."),
        ({"name": None}, "name must be a string."),
        ({"region": "ATL1"}, "region must match ^[a-z0-9-]+$."),
        ({"vpc_ids": []}, "vpc_ids must have at least 1 items."),
        ({"vpc_ids": VPC}, "vpc_ids must be an array."),
        ({"vpc_ids": [VPC, "x" * 500_000]}, "vpc_ids[1] must match ^[A-Za-z0-9_~-]{1,64}$."),
        ({"vpc_ids": ["."] * 200_000}, "vpc_ids[0] must match ^[A-Za-z0-9_~-]{1,64}$."),
        ({"performance_tier": "ultra"}, "performance_tier must be one of standard, high."),
    ],
)
@pytest.mark.behaviour("A size under 50 GiB is a 400", "reference, April 2026")
def test_a_wrong_share_is_refused_by_the_name_of_the_field(api: Api, change: dict[str, Any], message: str) -> None:
    body = {"name": "a", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC], **change}
    assert api.post("/v2/nfs", body, 400)["message"] == message
    assert api.get("/v2/nfs") == {"shares": []}


@pytest.mark.parametrize("field", ["name", "region", "size_gib", "vpc_ids"])
def test_an_incomplete_share_is_refused(api: Api, field: str) -> None:
    body: dict[str, Any] = {"name": "a", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}
    del body[field]
    assert api.post("/v2/nfs", body, 400)["message"] == f"{field} is required."


@pytest.mark.parametrize("size_gib", [32768, 32769])
@pytest.mark.behaviour("A share has 32 TiB at most", "docs, June 2026")
def test_a_size_beyond_what_an_account_has_is_refused_by_the_api_and_not_the_contract(api: Api, size_gib: int) -> None:
    share = api.new_share()
    message = api.act(share, "resize", 201 if size_gib == 32768 else 400, size_gib=size_gib).get("message", "")
    assert message == ("" if size_gib == 32768 else "params.size_gib must be at most 32768.")


@pytest.mark.behaviour(
    "A share is created with the URN of what manages it, and shows it",
    "client, November 2026; assumption, November 2026: that it shows it",
)
def test_a_share_shows_what_manages_it(api: Api) -> None:
    urn = "do:kubernetes:bd5f5959-5e1e-4205-a714-a914373942af"
    share = api.new_share(manager_urn=urn)
    assert share["manager_urn"] == urn
    assert api.get("/v2/nfs")["shares"] == [share]
    assert "manager_urn" not in api.new_share()


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        *(("a", True), ("data-2", True), ("a" * 64, True)),
        *(("a" * 65, False), ("Data", False), ("2-data", False), ("-data", False), ("data_2", False), ("da ta", False)),
        *(("datä", False), ("data\n", False)),
    ],
)
@pytest.mark.behaviour(
    "Share names are lowercase letters, digits and hyphens, if --strict-names asks for it", "client, August 2026"
)
def test_names_are_held_to_the_terraform_provider_s_rule_where_that_is_asked_for(
    new_api: NewApi, name: str, is_taken: bool
) -> None:
    strict, lenient = new_api(strict_names=True), new_api()
    lenient.new_share(name=name)
    if is_taken:
        strict.new_share(name=name)
    else:
        body = {"name": name, "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}
        assert strict.post("/v2/nfs", body, 400)["message"].startswith("name must have lowercase letters")
