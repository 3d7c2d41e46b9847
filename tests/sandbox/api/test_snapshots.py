import pytest

from ...support.sandboxes import NOBODY, Api


@pytest.mark.behaviour(
    "A snapshot is made by an action, becomes ACTIVE, and is gone once deleted", "reference, April 2026"
)
def test_a_snapshot_lives_from_action_to_deletion(api: Api) -> None:
    share = api.new_share()
    action = api.act(share, "snapshot", name="daily")
    assert (action["type"], action["resource_type"]) == ("CREATE_SNAPSHOT", "SNAPSHOT")
    path = f"/v2/nfs/snapshots/{action['resource_id']}"
    snapshot = api.get(path)["snapshot"]
    assert snapshot == {
        "id": action["resource_id"],
        "name": "daily",
        "share_id": share["id"],
        "region": "atl1",
        "size_gib": 100,
        "status": "CREATING",
        "created_at": "2027-01-15T08:00:02Z",
    }
    api.later()
    assert api.get(path)["snapshot"] == {**snapshot, "status": "ACTIVE"}
    api.delete(path)
    assert api("GET", path).status_code == 404
    assert api("DELETE", path).status_code == 404
    assert api.share(share) == share


def test_a_snapshot_keeps_the_size_the_share_had(api: Api) -> None:
    share = api.new_share()
    snapshot_id = api.act(share, "snapshot", name="s")["resource_id"]
    api.act(share, "resize", size_gib=500)
    api.later()
    assert api.get(f"/v2/nfs/snapshots/{snapshot_id}")["snapshot"]["size_gib"] == 100


@pytest.mark.behaviour("Snapshots are listed by region and by share", "reference, April 2026")
def test_snapshots_are_listed_by_region_and_by_share(api: Api) -> None:
    here, there = api.new_share(), api.new_share(region="nyc2")
    first, second, third = (api.act(share, "snapshot", name="s")["resource_id"] for share in (here, there, here))

    def listed(query: str) -> list[str]:
        return [snapshot["id"] for snapshot in api.get(f"/v2/nfs/snapshots{query}")["snapshots"]]

    assert listed("") == listed("?region=") == [first, second, third]
    assert listed("?region=nyc2&page=1&per_page=200") == [second]
    assert listed(f"?share_id={here['id'].upper()}") == [first, third]
    assert listed(f"?share_id={here['id']}&region=nyc2") == []
    assert listed("?region=nowhere") == []


def test_a_list_of_snapshots_of_a_share_that_is_not_there_is_not_found(api: Api) -> None:
    assert api("GET", f"/v2/nfs/snapshots?share_id={NOBODY}").status_code == 404


@pytest.mark.parametrize("share_id", ["", "a.b", "*", "x" * 65, f"%7B{NOBODY}%7D"])
def test_a_list_of_snapshots_by_an_invalid_share_id_is_refused(api: Api, share_id: str) -> None:
    response = api("GET", f"/v2/nfs/snapshots?share_id={share_id}")
    assert (response.status_code, response.json()["message"]) == (400, "share_id must match ^[A-Za-z0-9_~-]{1,64}$.")


def test_a_snapshot_is_only_found_in_its_own_region(api: Api) -> None:
    path = f"/v2/nfs/snapshots/{api.act(api.new_share(), 'snapshot', name='s')['resource_id']}"
    assert api("GET", f"{path}?region=nyc2").status_code == 404
    assert api("DELETE", f"{path}?region=nyc2").status_code == 404
    assert api("DELETE", f"{path}?region=atl1").status_code == 204


def test_a_snapshot_can_be_taken_of_an_inactive_share(api: Api) -> None:
    share = api.new_share()
    api.act(share, "detach", vpc_id=share["vpc_ids"][0])
    api.later()
    api.act(share, "snapshot", name="s")


def test_a_snapshot_that_is_deleted_while_it_is_made_stays_deleted(api: Api) -> None:
    action = api.act(api.new_share(), "snapshot", name="s")
    api.delete(f"/v2/nfs/snapshots/{action['resource_id']}")
    api.later()
    assert api.get("/v2/nfs/snapshots") == {"snapshots": []}
    assert api.get(f"/v2/actions/{action['id']}")["action"]["status"] == "errored"
