"""Faults on demand: each kind in process, and which requests are hit."""

from __future__ import annotations

import asyncio
import json
import threading

import httpx
import pytest
from do_nfs_sandbox import Fault, Sandbox, SandboxTransport

SHARE = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"
ATL1 = "796c6fe3-2a1d-4da2-9f3e-38239827dc91"
ORDER = {"name": "new", "region": "atl1", "size_gib": 50, "vpc_ids": [ATL1]}
POINT = {
    "name": "team-b",
    "path": "/exports/team-b",
    "vpc_id": ATL1,
    "access_policy": {
        "anonuid": 65534,
        "anongid": 65534,
        "protocols": ["NFS4"],
        "squash_config": "ROOT_SQUASH",
        "identity_enforcement_enabled": False,
    },
}
KINDS = {
    "status": {"status": 503},
    "delay": {"seconds": 1},
    "slow_drip": {"seconds": 1},
    "drop_before": {},
    "drop_after": {},
    "truncate": {},
    "not_json": {},
    "html": {},
    "unknown_enum": {},
    "extra_fields": {},
    "missing_optional": {},
    "stuck": {},
    "fail": {},
}


def names(sandbox: Sandbox) -> list[str]:
    return [share["name"] for share in sandbox.state()["shares"]]


def order(http: httpx.Client) -> httpx.Response:
    return http.post("/v2/nfs", json=ORDER)


# The kinds


def test_a_status_is_answered_in_place_of_handling(sandbox, http):
    sandbox.add_fault("status", status=503, body={"id": "x", "n": [1]}, headers={"Retry-After": "7"})
    response = order(http)
    assert (response.status_code, response.json(), response.headers["retry-after"]) == (503, {"id": "x", "n": [1]}, "7")
    assert "new" not in names(sandbox)
    assert response.headers["ratelimit-limit"] == "5000"


def test_a_status_may_come_after_handling(sandbox, http):
    sandbox.add_fault("status", status=500, after=True)
    response = order(http)
    assert (response.status_code, response.json()["id"]) == (500, "server_error")
    assert names(sandbox).count("new") == 1


def test_a_status_without_a_body_is_the_apis_own_error(sandbox, http):
    sandbox.add_fault("status", status=429, path="/v2/nfs")
    assert http.get("/v2/nfs").json().keys() == {"id", "message", "request_id"}
    sandbox.add_fault("status", status=400)
    assert http.get(f"/v2/nfs/shares/{SHARE}/access_points").json().keys() == {"code", "message"}
    sandbox.add_fault("status", status=599)
    assert http.get("/v2/nfs").status_code == 599


@pytest.mark.parametrize(("status", "content"), [(204, b""), (200, b""), (302, b"")])
def test_a_good_status_without_a_body_has_none(sandbox, http, status, content):
    sandbox.add_fault("status", status=status, headers={"location": "/elsewhere"})
    response = http.get("/v2/nfs")
    assert (response.status_code, response.content) == (status, content)
    assert "content-type" not in response.headers


def test_a_text_is_sent_as_it_is(sandbox, http):
    sandbox.add_fault("status", status=200, body="{ö", headers={"Content-Type": "application/json"})
    response = http.get("/v2/nfs")
    assert (response.text, response.headers["content-type"]) == ("{ö", "application/json")


def test_a_delay_comes_before_the_real_answer(sandbox, http, sleeps):
    sandbox.add_fault("delay", seconds=12.5)
    assert order(http).status_code == 201
    assert sleeps.slept == [12.5]


def test_a_delay_beyond_the_read_timeout_is_a_timeout_and_the_request_was_handled(sandbox, http, sleeps):
    sandbox.add_fault("delay", seconds=12.5)
    with pytest.raises(httpx.ReadTimeout):
        http.post("/v2/nfs", json=ORDER, timeout=3)
    assert sleeps.slept == [3]
    assert names(sandbox).count("new") == 1


def test_a_drop_before_handling_leaves_nothing(sandbox, http):
    sandbox.add_fault("drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
        order(http)
    assert "new" not in names(sandbox)
    assert (sandbox.requests[-1].status, sandbox.requests[-1].body) == (None, ORDER)


def test_a_drop_after_handling_leaves_what_was_done(sandbox, http):
    sandbox.add_fault("drop_after")
    with pytest.raises(httpx.RemoteProtocolError):
        order(http)
    assert names(sandbox).count("new") == 1
    assert sandbox.requests[-1].status is None


@pytest.mark.parametrize("path", ["/v2/nfs", f"/v2/nfs/{SHARE}"])
def test_a_truncated_answer_is_no_answer(sandbox, http, path):
    sandbox.add_fault("truncate")
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        http.get(path)


def test_an_answer_without_a_body_cannot_be_truncated_and_is_dropped(sandbox, http):
    sandbox.seed({"shares": [{"id": SHARE, "name": "a", "region": "atl1"}]})
    sandbox.add_fault("truncate")
    with pytest.raises(httpx.RemoteProtocolError):
        http.delete(f"/v2/nfs/{SHARE}")
    assert names(sandbox) == []


def test_what_is_not_json_says_that_it_is(sandbox, http):
    sandbox.add_fault("not_json", times=2)
    response = order(http)
    assert (response.status_code, response.headers["content-type"]) == (201, "application/json")
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert "new" in names(sandbox)
    assert http.get("/v2/nfs/none").status_code == 200


def test_a_gateways_page_is_html_and_nothing_was_handled(sandbox, http):
    sandbox.add_fault("html")
    response = order(http)
    assert (response.status_code, response.headers["content-type"]) == (502, "text/html")
    assert response.text.startswith("<html>")
    assert "ratelimit-limit" not in response.headers
    assert sandbox.requests[-1].status == 502
    assert "new" not in names(sandbox)


def test_every_enum_of_an_answer_becomes_one_the_contract_does_not_know(sandbox, http):
    real = http.get("/v2/nfs").json()
    sandbox.add_fault("unknown_enum", times=3)
    new = "NEW_SINCE_YOUR_CLIENT_WAS_MADE"
    [share] = http.get("/v2/nfs").json()["shares"]
    assert (share["status"], share["performance_tier"]) == (new, new)
    point = share["access_points"][0]
    assert point["status"] == point["access_policy"]["squash_config"] == new
    assert point["access_policy"]["protocols"] == [new]
    assert [share["id"], share["name"], point["name"]] == [real["shares"][0]["id"], "sammy-share-drive", "default"]
    assert http.get("/v2/actions/3051892764").json()["action"]["status"] == new
    action = http.post(f"/v2/nfs/{SHARE}/actions", json={"type": "snapshot", "params": {"name": "s"}}).json()["action"]
    assert (action["status"], action["resource_type"], action["type"]) == (new, new, "CREATE_SNAPSHOT")
    assert http.get("/v2/nfs/snapshots").json()["snapshots"][0]["status"] == "ACTIVE"


def test_every_object_of_an_answer_gets_a_field_nobody_knows(sandbox, http):
    real = http.get("/v2/nfs").json()
    sandbox.add_fault("extra_fields")
    content = http.get("/v2/nfs").json()
    for object_ in (content, content["shares"][0], content["shares"][0]["access_points"][1]["access_policy"]):
        assert object_.pop("added_later") == {"by": ["the vendor"]}
    assert content["shares"][0]["name"] == real["shares"][0]["name"]


def test_fields_that_are_not_required_are_left_out(sandbox, http):
    sandbox.add_fault("missing_optional", times=5)
    [share] = http.get("/v2/nfs").json()["shares"]
    assert share.keys() == {"id", "name", "region", "size_gib", "status", "created_at"}
    points = http.get(f"/v2/nfs/shares/{SHARE}/access_points").json()["access_points"]
    assert all("vpc_id" not in point and "is_default" in point for point in points)
    assert http.get("/v2/actions/3051892764").json()["action"].keys() == {"id", "status", "type"}
    assert http.get("/v2/nfs/snapshots?region=nyc2").json() == {}
    assert http.get("/v2/nfs/" + ATL1).json().keys() == {"id", "message"}


def test_an_answer_may_drip(sandbox, http, sleeps):
    real = http.get("/v2/nfs").json()
    sandbox.add_fault("slow_drip", seconds=2)
    assert http.get("/v2/nfs").json() == real
    assert sleeps.slept == [2] * 10
    sandbox.add_fault("slow_drip", seconds=2)
    with pytest.raises(httpx.ReadTimeout):
        http.get("/v2/nfs", timeout=1)


def test_what_is_stuck_never_gets_ready(sandbox, http):
    sandbox.add_fault("stuck", operation="create_share")
    share = order(http).json()["share"]
    sandbox.add_fault("stuck", method="POST", times=2)
    http.post(f"/v2/nfs/{SHARE}/actions", json={"type": "resize", "params": {"size_gib": 5000}})
    point = http.post(f"/v2/nfs/shares/{SHARE}/access_points", json=POINT).json()["access_point"]
    sandbox.advance(10 * 365 * 86400)
    assert http.get(f"/v2/nfs/{share['id']}").json()["share"]["status"] == "CREATING"
    assert http.get(f"/v2/nfs/{SHARE}").json()["share"]["size_gib"] == 1024
    got = http.get(f"/v2/nfs/access_points/{point['id']}").json()["access_point"]
    assert got["status"] == "ACCESS_POINT_CREATING"
    under_way = [action for action in sandbox.state()["actions"] if action["status"] == "IN_PROGRESS"]
    assert [action["completes_at"] for action in under_way] == [None] * 3
    assert http.get(f"/v2/actions/{under_way[0]['id']}").json()["action"]["completed_at"] is None


def test_what_fails_does_so_when_it_is_due(sandbox, http):
    sandbox.add_fault("fail", times=4)
    share = order(http).json()["share"]["id"]
    act = f"/v2/nfs/{SHARE}/actions"
    snapshot = http.post(act, json={"type": "snapshot", "params": {"name": "s"}}).json()["action"]["resource_id"]
    resize = http.post(act, json={"type": "resize", "params": {"size_gib": 5000}}).json()["action"]["id"]
    point = http.post(f"/v2/nfs/shares/{SHARE}/access_points", json=POINT).json()["access_point"]["id"]
    assert http.get(f"/v2/nfs/{share}").json()["share"]["status"] == "CREATING"
    sandbox.advance(2)
    failed = http.get(f"/v2/nfs/{share}").json()["share"]
    assert (failed["status"], failed["access_points"][0]["status"]) == ("FAILED", "ACCESS_POINT_FAILED")
    assert http.get(f"/v2/nfs/snapshots/{snapshot}").json()["snapshot"]["status"] == "FAILED"
    got = http.get(f"/v2/nfs/access_points/{point}").json()["access_point"]
    assert (got["status"], got["updated_at"] > got["created_at"]) == ("ACCESS_POINT_FAILED", True)
    assert http.get(f"/v2/nfs/{SHARE}").json()["share"]["size_gib"] == 1024
    assert http.get(f"/v2/actions/{resize}").json()["action"]["status"] == "errored"
    actions = sandbox.state()["actions"]
    assert [action["status"] for action in actions] == ["COMPLETED"] + ["ACTION_FAILED"] * 4


# Which requests


def test_a_fault_is_used_up_and_the_answer_is_real_again(sandbox, http):
    sandbox.add_fault("status", status=500, times=2)
    assert [fault.times for fault in sandbox.faults] == [2]
    assert [http.get("/v2/nfs").status_code for _ in range(3)] == [500, 500, 200]
    assert sandbox.faults == []


def test_the_first_that_matches_applies(sandbox, http):
    sandbox.add_fault("status", status=501, operation="get_share")
    sandbox.add_fault("status", status=502, method="GET")
    sandbox.add_fault("status", status=503)
    asked = [http.get("/v2/vpcs"), http.get(f"/v2/nfs/{SHARE}"), http.get("/v2/vpcs"), http.get("/v2/vpcs")]
    assert [response.status_code for response in asked] == [502, 501, 503, 200]


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ({"operation": "list_shares"}, [True, False, False]),
        ({"operation": "get_share"}, [False, True, False]),
        ({"method": "POST"}, [False, False, True]),
        ({"path": "/v2/nfs"}, [True, False, True]),
        ({"path": "/v2/nfs/*"}, [False, True, False]),
        ({"path": "/v2/nfs", "method": "GET"}, [True, False, False]),
        ({"operation": "list_shares", "method": "POST"}, [False, False, False]),
        ({}, [True, True, True]),
    ],
)
def test_a_fault_is_only_for_requests_that_match(sandbox, http, match, hit):
    sandbox.add_fault("status", status=500, times=9, **match)
    answers = [http.get("/v2/nfs"), http.get(f"/v2/nfs/{SHARE}"), http.post("/v2/nfs")]
    assert [answer.status_code == 500 for answer in answers] == hit


def test_a_path_is_matched_as_it_was_sent(sandbox, http):
    sandbox.add_fault("status", status=500, path="/v2/nfs%2F..")
    assert http.get("/v2/nfs%2F..").status_code == 500


def drawn(sandbox: Sandbox, http: httpx.Client, rate: float, **more: object) -> list[int]:
    sandbox.clear_faults()
    sandbox.add_fault("status", status=500, rate=rate, **more)
    return [http.get("/v2/nfs").status_code for _ in range(40)]


def test_a_rate_hits_its_share_of_requests_the_same_ones_for_the_same_seed(sandbox, http):
    assert 5 < drawn(sandbox, http, 0.5).count(500) < 35
    assert drawn(sandbox, http, 0.5, seed=1) == drawn(sandbox, http, 0.5, seed=1) != drawn(sandbox, http, 0.5, seed=2)
    assert set(drawn(sandbox, http, 0)) == {200}
    assert set(drawn(sandbox, http, 1)) == {500}
    assert sandbox.faults == [Fault("status", status=500, rate=1)]


def test_a_rate_draws_only_for_requests_that_match(sandbox, http):
    only = drawn(sandbox, http, 0.5)
    sandbox.clear_faults()
    sandbox.add_fault("status", status=500, rate=0.5, operation="list_shares")
    assert [http.get("/v2/nfs").status_code for _ in range(40) if http.get("/v2/vpcs").is_success] == only


def test_a_fault_comes_before_the_token_is_looked_at(sandbox, http):
    sandbox.add_fault("status", status=503)
    assert http.get("/v2/nfs", headers={"authorization": ""}).status_code == 503


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_every_request(sandbox, http, kind):
    for method, path in (("GET", "/"), ("GET", "/v2/nfs/x"), ("POST", "/v2/nfs"), ("PUT", "/v2/nfs"), ("HEAD", "/")):
        for headers in ({}, {"authorization": "x"}):
            sandbox.add_fault(kind, **KINDS[kind])
            try:
                assert http.request(method, path, headers=headers).status_code < 600
            except httpx.RemoteProtocolError:
                assert kind in ("drop_before", "drop_after", "truncate")
    assert http.get("/v2/nfs").status_code == 200


def test_requests_at_once_use_up_no_more_than_there_is(sandbox):
    async def ask() -> list[int]:
        transport = SandboxTransport(sandbox)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
            return [r.status_code for r in await asyncio.gather(*(client.get("/v2/nfs") for _ in range(50)))]

    sandbox.add_fault("status", status=503, times=20)
    assert asyncio.run(ask()).count(503) == 20


def test_threads_at_once_use_up_no_more_than_there_is(sandbox, http):
    sandbox.add_fault("status", status=503, times=100)
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.extend(http.get("/v2/nfs").status_code for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen.count(503), seen.count(200)) == (100, 100)


# What is no fault


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_the_same_after_json(kind):
    fault = Fault(kind, method="GET", path="/v2/*", operation="list_shares", times=3, **KINDS[kind])
    assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "kind must be one of status, delay, drop_before"),
        ([], "a fault must be an object"),
        ({"kind": "explode"}, "kind must be one of"),
        ({"kind": []}, "kind must be one of"),
        ({"kind": "html", "status": 500}, "status is no field; the fields are kind, operation, method"),
        ({"kind": "html", "tims": 1}, "tims is no field"),
        ({"kind": "html", "times": 0}, "times must be at least 1"),
        ({"kind": "html", "times": "2"}, "times must be an integer"),
        ({"kind": "html", "times": 1, "rate": 0.5}, "times and rate exclude each other"),
        ({"kind": "html", "rate": 1.5}, "rate must be at most 1"),
        ({"kind": "html", "seed": 1}, "seed needs a rate"),
        ({"kind": "html", "operation": "list_share"}, "operation must be one of .*list_shares"),
        ({"kind": "html", "method": "get"}, "method must be one of .*GET"),
        ({"kind": "html", "path": 1}, "path must be a string"),
        ({"kind": "status"}, "status is required"),
        ({"kind": "status", "status": 199}, "status must be at least 200"),
        ({"kind": "status", "status": 204, "body": {}}, "204 has no body"),
        ({"kind": "status", "status": 500, "headers": {"a": "b\r\nc: d"}}, "headers.a must match"),
        ({"kind": "status", "status": 500, "headers": {"a b": "c"}}, "headers has a name that is not allowed"),
        ({"kind": "status", "status": 500, "headers": {"Content-Length": "1"}}, "headers has a name"),
        ({"kind": "status", "status": 500, "headers": {"a": 1}}, "headers.a must be a string"),
        ({"kind": "delay"}, "seconds is required"),
        ({"kind": "delay", "seconds": -1}, "seconds must be at least 0"),
        ({"kind": "slow_drip", "seconds": "1"}, "seconds must be a number"),
    ],
)
def test_what_is_no_fault_is_refused_with_what_would_be_one(data, says):
    with pytest.raises(ValueError, match=says):
        Fault.from_json(data)
    if isinstance(data, dict) and isinstance(data.get("kind"), str) and "tims" not in data:
        with pytest.raises(ValueError, match=says):
            Fault(**data)


@pytest.mark.parametrize(
    "body", [object(), "\ud800", {"a": {1}}, [float("nan")], b"x"], ids=["object", "surrogate", "set", "nan", "bytes"]
)
def test_a_body_that_cannot_be_sent_is_refused(sandbox, body):
    with pytest.raises(ValueError, match="body must be JSON data or a text"):
        sandbox.add_fault("status", status=200, body=body)


@pytest.mark.parametrize("body", [False, 0, [], {}, ""])
def test_a_body_that_is_little_is_sent(sandbox, http, body):
    sandbox.add_fault("status", status=500, body=body)
    answer = http.get("/v2/nfs")
    assert (answer.json() if answer.content else "") == body


def test_infinite_seconds_are_refused(sandbox):
    for seconds in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="seconds"):
            sandbox.add_fault("delay", seconds=seconds)
