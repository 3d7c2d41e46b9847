"""What each kind of fault does, in process."""

import json
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox

from ...support.constants import NEW_SHARE, VPC
from ...support.sandboxes import EXAMPLE_SHARE, FAULTS, NEW_ACCESS_POINT, Sleeps

POINT = {**NEW_ACCESS_POINT, "name": "team-b", "path": "/exports/team-b"}


def names(sandbox: Sandbox) -> list[str]:
    return [share["name"] for share in sandbox.state()["shares"]]


def order(http: httpx.Client) -> httpx.Response:
    return http.post("/v2/nfs", json=NEW_SHARE)


def test_a_status_is_answered_in_place_of_handling(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=503, body={"id": "x", "n": [1]}, headers={"Retry-After": "7"})
    response = order(http)
    assert (response.status_code, response.json(), response.headers["retry-after"]) == (503, {"id": "x", "n": [1]}, "7")
    assert NEW_SHARE["name"] not in names(sandbox)
    assert response.headers["ratelimit-limit"] == "5000"


def test_a_status_may_come_after_handling(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=500, after=True)
    response = order(http)
    assert (response.status_code, response.json()["id"]) == (500, "server_error")
    assert names(sandbox).count(NEW_SHARE["name"]) == 1


def test_a_status_without_a_body_is_the_apis_own_error(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=429, path="/v2/nfs")
    assert http.get("/v2/nfs").json().keys() == {"id", "message", "request_id"}
    sandbox.add_fault("status", status=400)
    assert http.get(f"/v2/nfs/shares/{EXAMPLE_SHARE}/access_points").json().keys() == {"code", "message"}
    sandbox.add_fault("status", status=599)
    assert http.get("/v2/nfs").status_code == 599


@pytest.mark.parametrize(("status", "content"), [(204, b""), (200, b""), (302, b"")])
def test_a_good_status_without_a_body_is_sent_without_one(
    sandbox: Sandbox, http: httpx.Client, status: int, content: bytes
) -> None:
    sandbox.add_fault("status", status=status, headers={"location": "/elsewhere"})
    response = http.get("/v2/nfs")
    assert (response.status_code, response.content) == (status, content)
    assert "content-type" not in response.headers


def test_a_text_is_sent_as_it_is(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=200, body="{ö", headers={"Content-Type": "application/json"})
    response = http.get("/v2/nfs")
    assert (response.text, response.headers["content-type"]) == ("{ö", "application/json")


def test_a_delay_comes_before_the_real_answer(sandbox: Sandbox, http: httpx.Client, sleeps: Sleeps) -> None:
    sandbox.add_fault("delay", seconds=12.5)
    assert order(http).status_code == 201
    assert sleeps.slept == [12.5]


def test_a_delay_beyond_the_read_timeout_is_a_timeout_and_the_request_was_handled(
    sandbox: Sandbox, http: httpx.Client, sleeps: Sleeps
) -> None:
    sandbox.add_fault("delay", seconds=12.5)
    with pytest.raises(httpx.ReadTimeout):
        http.post("/v2/nfs", json=NEW_SHARE, timeout=3)
    assert sleeps.slept == [3]
    assert names(sandbox).count(NEW_SHARE["name"]) == 1


def test_a_drop_before_handling_leaves_nothing(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
        order(http)
    assert NEW_SHARE["name"] not in names(sandbox)
    assert (sandbox.requests[-1].status, sandbox.requests[-1].body) == (None, NEW_SHARE)


def test_a_drop_after_handling_leaves_what_was_done(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("drop_after")
    with pytest.raises(httpx.RemoteProtocolError):
        order(http)
    assert names(sandbox).count(NEW_SHARE["name"]) == 1
    assert sandbox.requests[-1].status is None


@pytest.mark.parametrize("path", ["/v2/nfs", f"/v2/nfs/{EXAMPLE_SHARE}"])
def test_a_truncated_answer_is_not_an_answer(sandbox: Sandbox, http: httpx.Client, path: str) -> None:
    sandbox.add_fault("truncate")
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        http.get(path)


def test_an_answer_without_a_body_cannot_be_truncated_and_is_dropped(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.seed({"shares": [{"id": EXAMPLE_SHARE, "name": "a", "region": "atl1"}]})
    sandbox.add_fault("truncate")
    with pytest.raises(httpx.RemoteProtocolError):
        http.delete(f"/v2/nfs/{EXAMPLE_SHARE}")
    assert names(sandbox) == []


def test_a_body_that_is_not_json_is_declared_as_json(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("not_json", times=2)
    response = order(http)
    assert (response.status_code, response.headers["content-type"]) == (201, "application/json")
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert NEW_SHARE["name"] in names(sandbox)
    assert http.get("/v2/nfs/none").status_code == 200


def test_a_gateways_page_is_html_and_nothing_was_handled(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("html")
    response = order(http)
    assert (response.status_code, response.headers["content-type"]) == (502, "text/html")
    assert response.text.startswith("<html>")
    assert "ratelimit-limit" not in response.headers
    assert sandbox.requests[-1].status == 502
    assert NEW_SHARE["name"] not in names(sandbox)


def test_every_enum_of_an_answer_becomes_one_the_contract_does_not_know(sandbox: Sandbox, http: httpx.Client) -> None:
    real = http.get("/v2/nfs").json()
    sandbox.add_fault("unknown_enum", times=3)
    new = "NEW_SINCE_YOUR_CLIENT_WAS_MADE"
    share = http.get("/v2/nfs").json()["shares"][0]
    assert (share["status"], share["performance_tier"]) == (new, new)
    point = share["access_points"][0]
    assert point["status"] == point["access_policy"]["squash_config"] == new
    assert point["access_policy"]["protocols"] == [new, new]
    assert [share["id"], share["name"], point["name"]] == [real["shares"][0]["id"], "sammy-share-drive", "default"]
    assert http.get("/v2/actions/3051892764").json()["action"]["status"] == new
    action = http.post(f"/v2/nfs/{EXAMPLE_SHARE}/actions", json={"type": "snapshot", "params": {"name": "s"}}).json()[
        "action"
    ]
    assert (action["status"], action["resource_type"], action["type"]) == (new, new, "CREATE_SNAPSHOT")
    assert http.get("/v2/nfs/snapshots").json()["snapshots"][0]["status"] == "ACTIVE"


def test_every_object_of_an_answer_gets_a_field_nobody_knows(sandbox: Sandbox, http: httpx.Client) -> None:
    real = http.get("/v2/nfs").json()
    sandbox.add_fault("extra_fields")
    content = http.get("/v2/nfs").json()
    for object_ in (content, content["shares"][0], content["shares"][0]["access_points"][1]["access_policy"]):
        assert object_.pop("added_later") == {"by": ["DigitalOcean"]}
    assert content["shares"][0]["name"] == real["shares"][0]["name"]


def test_fields_that_are_not_required_are_left_out(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("missing_optional", times=5)
    share = http.get("/v2/nfs").json()["shares"][0]
    assert share.keys() == {"id", "name", "region", "size_gib", "status", "created_at"}
    points = http.get(f"/v2/nfs/shares/{EXAMPLE_SHARE}/access_points").json()["access_points"]
    assert all("vpc_id" not in point and "is_default" in point for point in points)
    assert http.get("/v2/actions/3051892764").json()["action"].keys() == {"id", "status", "type"}
    assert http.get("/v2/nfs/snapshots?region=nyc2").json() == {"snapshots": []}
    assert http.get("/v2/nfs/" + VPC).json().keys() == {"id", "message"}


def test_a_dripping_answer_comes_whole_in_ten_pieces(sandbox: Sandbox, http: httpx.Client, sleeps: Sleeps) -> None:
    real = http.get("/v2/nfs").json()
    sandbox.add_fault("slow_drip", seconds=2)
    assert http.get("/v2/nfs").json() == real
    assert sleeps.slept == [2] * 10
    sandbox.add_fault("slow_drip", seconds=2)
    with pytest.raises(httpx.ReadTimeout):
        http.get("/v2/nfs", timeout=1)


def test_a_stuck_change_never_takes_effect(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("stuck", operation="create_share")
    share = order(http).json()["share"]
    sandbox.add_fault("stuck", method="POST", times=2)
    http.post(f"/v2/nfs/{EXAMPLE_SHARE}/actions", json={"type": "resize", "params": {"size_gib": 5000}})
    point = http.post(f"/v2/nfs/shares/{EXAMPLE_SHARE}/access_points", json=POINT).json()["access_point"]
    sandbox.advance(10 * 365 * 86400)
    assert http.get(f"/v2/nfs/{share['id']}").json()["share"]["status"] == "CREATING"
    assert http.get(f"/v2/nfs/{EXAMPLE_SHARE}").json()["share"]["size_gib"] == 1024
    got = http.get(f"/v2/nfs/access_points/{point['id']}").json()["access_point"]
    assert got["status"] == "ACCESS_POINT_CREATING"
    under_way = [action for action in sandbox.state()["actions"] if action["status"] == "IN_PROGRESS"]
    assert [action["completes_at"] for action in under_way] == [None] * 3
    assert http.get(f"/v2/actions/{under_way[0]['id']}").json()["action"]["completed_at"] is None


def test_a_failing_change_fails_when_it_is_due(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("fail", times=4)
    share = order(http).json()["share"]["id"]
    act = f"/v2/nfs/{EXAMPLE_SHARE}/actions"
    snapshot = http.post(act, json={"type": "snapshot", "params": {"name": "s"}}).json()["action"]["resource_id"]
    resize = http.post(act, json={"type": "resize", "params": {"size_gib": 5000}}).json()["action"]["id"]
    point = http.post(f"/v2/nfs/shares/{EXAMPLE_SHARE}/access_points", json=POINT).json()["access_point"]["id"]
    assert http.get(f"/v2/nfs/{share}").json()["share"]["status"] == "CREATING"
    sandbox.advance(2)
    failed = http.get(f"/v2/nfs/{share}").json()["share"]
    assert (failed["status"], failed["access_points"][0]["status"]) == ("FAILED", "ACCESS_POINT_FAILED")
    assert http.get(f"/v2/nfs/snapshots/{snapshot}").json()["snapshot"]["status"] == "FAILED"
    got = http.get(f"/v2/nfs/access_points/{point}").json()["access_point"]
    assert (got["status"], got["updated_at"] > got["created_at"]) == ("ACCESS_POINT_FAILED", True)
    assert http.get(f"/v2/nfs/{EXAMPLE_SHARE}").json()["share"]["size_gib"] == 1024
    assert http.get(f"/v2/actions/{resize}").json()["action"]["status"] == "errored"
    actions = sandbox.state()["actions"]
    assert [action["status"] for action in actions] == ["COMPLETED"] + ["ACTION_FAILED"] * 4


@pytest.mark.parametrize("kind", FAULTS)
def test_every_kind_survives_every_request(sandbox: Sandbox, http: httpx.Client, kind: str) -> None:
    for method, path in (("GET", "/"), ("GET", "/v2/nfs/x"), ("POST", "/v2/nfs"), ("PUT", "/v2/nfs"), ("HEAD", "/")):
        for headers in ({}, {"authorization": "x"}):
            sandbox.add_fault(kind, **FAULTS[kind])
            try:
                assert http.request(method, path, headers=headers).status_code < 600
            except httpx.RemoteProtocolError:
                assert kind in ("drop_before", "drop_after", "truncate")
    assert http.get("/v2/nfs").status_code == 200


def test_a_429_says_when_to_come_back(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=429)
    sandbox.add_fault("status", status=429, headers={"Retry-After": "30"})
    assert [http.get("/v2/nfs").headers["retry-after"] for _ in range(2)] == ["1", "30"]
    sandbox.add_fault("status", status=503)
    assert "retry-after" not in http.get("/v2/nfs").headers


@pytest.mark.parametrize("body", [False, 0, [], {}, ""])
def test_an_empty_or_false_body_is_sent_too(sandbox: Sandbox, http: httpx.Client, body: Any) -> None:
    sandbox.add_fault("status", status=500, body=body)
    answer = http.get("/v2/nfs")
    assert (answer.json() if answer.content else "") == body
