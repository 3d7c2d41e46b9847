import pytest

from ...support.constants import OTHER_VPC
from ...support.sandboxes import Api


@pytest.mark.behaviour("Actions are shown differently by the account-wide endpoint", "public spec, August 2026")
def test_the_account_s_actions_have_a_form_of_their_own(api: Api) -> None:
    action = api.act(api.new_share(), "resize", size_gib=200)
    path = f"/v2/actions/{action['id']}"
    shown = api.get(path)["action"]
    assert shown == {
        "id": int(action["id"]),
        "status": "in-progress",
        "type": "resize_share",
        "started_at": "2027-01-15T08:00:02Z",
        "completed_at": None,
        "resource_type": "share",
        "region_slug": "atl1",
    }
    api.later(100)
    assert api.get(path)["action"] == {**shown, "status": "completed", "completed_at": "2027-01-15T08:00:04Z"}


def test_actions_outlive_their_share_and_fail_if_it_went_first(api: Api) -> None:
    share = api.new_share()
    done = api.act(share, "resize", size_gib=200)["id"]
    api.later()
    late = api.act(share, "attach", vpc_id=OTHER_VPC)["id"]
    api.delete(f"/v2/nfs/{share['id']}")
    api.later()
    assert api.get(f"/v2/actions/{done}")["action"]["status"] == "completed"
    assert api.get(f"/v2/actions/{late}")["action"]["status"] == "errored"


@pytest.mark.behaviour("An action's id is a text of decimal digits", "client, August 2026")
def test_the_ids_of_actions_go_up_from_a_realistic_start(api: Api) -> None:
    share = api.new_share()
    ids = [int(api.act(share, "snapshot", name="s")["id"]) for _ in range(3)]
    assert ids == [3000000002, 3000000003, 3000000004]


@pytest.mark.parametrize("action_id", ["0", "1", "-1", "+1", "01", "1.0", "x", "9" * 18, "9" * 19, "9" * 5000, "%31"])
def test_an_id_that_no_action_has_is_not_found(api: Api, action_id: str) -> None:
    response = api("GET", f"/v2/actions/{action_id}")
    assert (response.status_code, response.json()["id"]) == (404, "not_found")


@pytest.mark.behaviour("The account's actions come in pages, the newest first", "assumption, November 2026")
def test_the_account_s_actions_are_listed_in_pages_with_the_newest_first(api: Api) -> None:
    share = api.new_share()
    ids = [int(api.act(share, "snapshot", name="s")["id"]) for _ in range(24)]
    answer = api.get("/v2/actions")
    assert [action["id"] for action in answer["actions"]] == ids[:3:-1]
    assert answer["meta"] == {"total": 25}
    assert answer["actions"][0] == api.get(f"/v2/actions/{ids[-1]}")["action"]
    last = api.get(answer["links"]["pages"]["last"])
    assert [action["type"] for action in last["actions"]] == ["create_snapshot"] * 4 + ["create_share"]
    assert api.get(f"/v2/actions?page={10**30}&per_page=200")["actions"] == []


def test_a_new_account_has_no_actions(api: Api) -> None:
    assert api.get("/v2/actions") == {"actions": [], "links": {}, "meta": {"total": 0}}
