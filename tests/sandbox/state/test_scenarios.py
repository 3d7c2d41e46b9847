"""The states that have a name."""

from ...support.contracts import operations
from ...support.sandboxes import NewApi


def test_the_examples_are_those_of_the_contract(new_api: NewApi) -> None:
    api = new_api(seed="examples")
    found = set()
    for name, operation in operations().items():
        url = operation["path"]
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                url = url.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        if operation["method"] == "get":
            assert api("GET", url).status_code == 200, url
            found.add(name)
    assert found >= {"get_share", "get_snapshot", "get_access_point", "get_action", "list_access_points"}
    shares = api.get("/v2/nfs")["shares"]
    points = [point for share in shares for point in share["access_points"]]
    assert {each["status"] for each in (*shares, *points)} == {"ACTIVE", "ACCESS_POINT_ACTIVE"}


def test_the_scenario_team_has_shares_and_snapshots_in_every_status(new_api: NewApi) -> None:
    api = new_api(seed="team")
    shares, snapshots = api.get("/v2/nfs")["shares"], api.get("/v2/nfs/snapshots")["snapshots"]
    assert {each["status"] for each in shares} == {"CREATING", "ACTIVE", "INACTIVE", "FAILED"}
    assert len({each["region"] for each in shares}) >= 4
    assert sorted(each["name"] for each in shares).count("data") == 2
    assert len({each["created_at"] for each in snapshots}) >= 5
    assert {each["status"] for each in snapshots} == {"CREATING", "ACTIVE", "FAILED"}
    api.sandbox.advance(3600)
    assert "CREATING" not in {each["status"] for each in api.get("/v2/nfs")["shares"]}
    assert "CREATING" not in {each["status"] for each in api.get("/v2/nfs/snapshots")["snapshots"]}


def test_a_scenario_has_the_same_ids_each_time(new_api: NewApi) -> None:
    assert new_api(seed="team").sandbox.state() == new_api(seed="team").sandbox.state()


def test_the_scenario_many_has_as_many_shares_as_asked_for(new_api: NewApi) -> None:
    api = new_api(seed={"scenario": "many", "shares": 1000})
    shares = api.get("/v2/nfs")["shares"]
    assert len({each["id"] for each in shares}) == len({each["host"] for each in shares}) == 1000
    api.sandbox.seed("many")
    assert len(api.get("/v2/nfs")["shares"]) == 1000
