from typing import Any

import pytest

from ...support.constants import OTHER_VPC, VPC
from ...support.sandboxes import NOBODY, Api

NEW: dict[str, Any] = {"name": "joined", "vpc_ids": [VPC, OTHER_VPC]}


def create(api: Api, expect: int = 202, **fields: Any) -> Any:
    answer = api.post("/v2/vpc_peerings", {**NEW, **fields}, expect)
    return answer["vpc_peering"] if expect == 202 else answer


def rename(api: Api, path: str, name: str, expect: int = 200) -> Any:
    response = api("PATCH", path, json={"name": name})
    assert response.status_code == expect, response.text
    return response.json()


@pytest.mark.behaviour(
    "A peering of two VPCs is made, listed, renamed and deleted",
    "client, October 2026; assumption, November 2026: that it is ACTIVE at once",
)
def test_a_peering_lives_from_creation_to_deletion(api: Api) -> None:
    made = create(api)
    assert made == {**NEW, "id": made["id"], "status": "PROVISIONING", "created_at": "2027-01-15T08:00:00Z"}
    path, active = f"/v2/vpc_peerings/{made['id']}", {**made, "status": "ACTIVE"}
    assert api.get(path) == {"vpc_peering": active}
    assert api.get("/v2/vpc_peerings")["vpc_peerings"] == [active]
    assert rename(api, path, "other") == {"vpc_peering": {**active, "name": "other"}}
    assert api.delete(path, 202) == {"vpc_peering": {**active, "name": "other", "status": "DELETING"}}
    assert api("GET", path).status_code == api("DELETE", path).status_code == 404
    assert api.get("/v2/vpc_peerings")["meta"] == {"total": 0}


def test_a_peering_is_made_listed_and_renamed_at_either_of_its_vpcs(api: Api) -> None:
    made = api.post(f"/v2/vpcs/{VPC}/peerings", {"name": "joined", "vpc_id": OTHER_VPC.upper()}, 202)["peering"]
    assert made["vpc_ids"] == [VPC, OTHER_VPC]
    for vpc in (VPC, OTHER_VPC):
        path = f"/v2/vpcs/{vpc}/peerings"
        assert [each["id"] for each in api.get(path)["peerings"]] == [made["id"]]
        assert rename(api, f"{path}/{made['id']}", f"at-{vpc[0]}")["peering"]["name"] == f"at-{vpc[0]}"
    third = api.post("/v2/vpcs", {"name": "third", "region": "atl1"}, 201)["vpc"]
    assert api.get(f"/v2/vpcs/{third['id']}/peerings")["peerings"] == []
    assert rename(api, f"/v2/vpcs/{third['id']}/peerings/{made['id']}", "n", 404)["id"] == "not_found"


@pytest.mark.parametrize("path", ["/v2/vpc_peerings/{0}", "/v2/vpcs/{0}/peerings", "/v2/vpcs/{0}/members"])
def test_what_is_not_there_is_not_found(api: Api, path: str) -> None:
    assert api("GET", path.format(NOBODY)).status_code == 404


@pytest.mark.behaviour("The names of peerings are unique", "client, October 2026")
def test_a_name_of_a_peering_is_taken_until_it_is_deleted_or_renamed(api: Api) -> None:
    first, second = create(api), create(api, name="second")
    assert create(api, 422)["id"] == "unprocessable_entity"
    assert "name" in rename(api, f"/v2/vpc_peerings/{second['id']}", "joined", 422)["message"]
    rename(api, f"/v2/vpc_peerings/{first['id']}", "joined")
    rename(api, f"/v2/vpc_peerings/{first['id']}", "first")
    create(api)


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"vpc_ids": [VPC, VPC.upper()]}, 422, "itself"),
        ({"vpc_ids": [VPC]}, 400, "vpc_ids"),
        ({"vpc_ids": [VPC, OTHER_VPC, NOBODY]}, 400, "vpc_ids"),
        ({"name": "a b"}, 400, "name"),
    ],
)
def test_a_wrong_peering_is_refused(api: Api, fields: dict[str, Any], status: int, said: str) -> None:
    assert said in create(api, status, **fields)["message"]


def test_peerings_are_listed_by_the_region_of_either_vpc(api: Api) -> None:
    elsewhere = next(vpc["id"] for vpc in api.get("/v2/vpcs")["vpcs"] if vpc["region"] == "nyc2")
    create(api)
    create(api, name="far", vpc_ids=[VPC, elsewhere])

    def listed(region: str) -> list[str]:
        return [each["name"] for each in api.get(f"/v2/vpc_peerings?region={region}")["vpc_peerings"]]

    assert (listed("atl1"), listed("nyc2"), listed("ams3"), listed("")) == (
        ["joined", "far"],
        ["far"],
        [],
        ["joined", "far"],
    )


def test_a_vpc_cannot_be_deleted_while_it_has_a_peering(api: Api) -> None:
    made = create(api)
    assert "peering" in api.delete(f"/v2/vpcs/{OTHER_VPC}", 403)["message"]
    api.delete(f"/v2/vpc_peerings/{made['id']}", 202)
    api.delete(f"/v2/vpcs/{OTHER_VPC}")
