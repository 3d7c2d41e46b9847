"""The calls under /_sandbox/."""

import gzip
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport

from ...support.clock import Clock
from ...support.sandboxes import Start

API = {"authorization": "Bearer dop_v1_" + "0" * 64}


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, seed="examples", admin=True, limits=(10, 3)) as sandbox:
        yield sandbox


@pytest.fixture
def admin(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(transport=SandboxTransport(sandbox), base_url="http://sandbox.test/_sandbox/") as client:
        yield client


def test_admin_calls_do_not_exist_unless_asked_for(clock: Clock) -> None:
    with Sandbox(clock=clock) as sandbox, httpx.Client(transport=SandboxTransport(sandbox)) as client:
        for path, method in product(("state", "reset", "faults", ""), ("GET", "POST", "OPTIONS")):
            for headers in ({}, API, {"origin": "https://app.example.com"}):
                answer = client.request(method, f"http://sandbox.test/_sandbox/{path}", headers=headers)
                assert (answer.status_code, answer.json()["id"]) == (404, "not_found")
                assert "start the sandbox with --admin" in answer.json()["message"]
        assert sandbox.requests == []


def test_the_state_can_be_looked_at_and_put_back(sandbox: Sandbox, admin: httpx.Client) -> None:
    state = admin.get("state").json()
    assert state == sandbox.state()
    assert admin.post("seed", json={"scenario": "many", "shares": 3}).status_code == 204
    assert len(sandbox.state()["shares"]) == 3
    admin.post("seed", json="empty").raise_for_status()
    assert sandbox.state()["shares"] == []
    admin.post("seed", json=state).raise_for_status()
    assert sandbox.state() == state


def test_a_call_resets_the_sandbox(sandbox: Sandbox, admin: httpx.Client) -> None:
    sandbox.seed("empty")
    response = admin.post("reset")
    assert (response.status_code, response.content) == (204, b"")
    assert len(sandbox.state()["shares"]) == 2


def test_a_call_moves_the_clock(admin: httpx.Client, clock: Clock) -> None:
    assert admin.post("clock", json={"advance": 90.5}).json() == {"now": clock.now + 90.5}
    assert admin.post("clock", json={"advance": 1}).json() == {"now": clock.now + 91.5}


def test_faults_can_be_queued_looked_at_and_forgotten(sandbox: Sandbox, admin: httpx.Client) -> None:
    one = {"kind": "status", "status": 503, "operation": "list_shares"}
    many = [{"kind": "html", "times": 3}, {"kind": "delay", "seconds": 1, "rate": 0.5, "seed": 7}]
    response = admin.post("faults", json=one)
    assert (response.status_code, response.json()) == (201, {"faults": [{**one, "times": 1}]})
    assert admin.post("faults", json=many).json() == {"faults": many}
    assert admin.get("faults").json() == {"faults": [{**one, "times": 1}, *many]}
    assert admin.get("/v2/nfs").status_code == 404  # the base URL is /_sandbox/
    assert admin.get("http://sandbox.test/v2/nfs", headers=API).status_code == 503
    assert admin.get("http://sandbox.test/v2/nfs", headers=API).status_code == 502
    assert admin.get("faults").json() == {"faults": [{**many[0], "times": 2}, many[1]]}
    assert admin.delete("faults").status_code == 204
    assert sandbox.faults == []


def test_a_list_with_one_wrong_fault_queues_none(sandbox: Sandbox, admin: httpx.Client) -> None:
    assert admin.post("faults", json=[{"kind": "html"}, {"kind": "htlm"}]).status_code == 400
    assert sandbox.faults == []


def test_requests_can_be_looked_at_and_forgotten(sandbox: Sandbox, admin: httpx.Client) -> None:
    admin.get("http://sandbox.test/v2/nfs?page=1", headers=API)
    [request] = admin.get("requests").json()["requests"]
    assert (request.pop("sequence"), request.pop("headers")["authorization"]) == (1, "Bearer ***")
    assert request.pop("time") == sandbox.requests[0].time
    assert request == {
        "account": 0,
        "method": "GET",
        "path": "/v2/nfs",
        "query": "page=1",
        "operation": "list_shares",
        "status": 200,
        "unanswered": None,
        "body": None,
    }
    assert admin.delete("requests").status_code == 204
    assert sandbox.requests == []


def test_admin_calls_do_not_count_are_not_kept_and_meet_no_faults(sandbox: Sandbox, admin: httpx.Client) -> None:
    sandbox.add_fault("drop_before", rate=1)
    assert [admin.get("state", headers=API).status_code for _ in range(20)] == [200] * 20
    assert sandbox.requests == []
    sandbox.clear_faults()
    assert admin.get("http://sandbox.test/v2/nfs", headers=API).headers["ratelimit-remaining"] == "9"


def test_the_inventory_shows_shares_and_snapshots_as_the_api_does(
    sandbox: Sandbox, admin: httpx.Client, clock: Clock
) -> None:
    sandbox.seed("team")
    sandbox.advance(60)
    found = admin.get("inventory").json()
    assert found.pop("now") == clock.now + 60
    for kind, path in (("shares", "/v2/nfs"), ("snapshots", "/v2/nfs/snapshots")):
        assert found[kind]
        assert {kind: found[kind]} == admin.get(f"http://sandbox.test{path}", headers=API).json()
    assert found.keys() == {"shares", "snapshots"}


def test_a_browser_gets_a_page_that_may_ask_nobody_else(admin: httpx.Client) -> None:
    page = admin.get("")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.startswith("<!doctype html>")
    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"} <= set(policy)


@pytest.mark.parametrize("path", ["stat", "state/", "faults/1", "%73tate"])
def test_an_unknown_admin_path_is_answered_with_those_that_are_there(admin: httpx.Client, path: str) -> None:
    response = admin.get(path)
    assert response.status_code == 404
    assert "clock, faults, inventory, requests, reset, seed, state" in response.json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("GET", "reset", "POST"), ("PUT", "faults", "DELETE, GET, POST"), ("POST", "requests", "DELETE, GET")],
)
def test_a_wrong_admin_method_is_answered_with_those_that_are_there(
    admin: httpx.Client, method: str, path: str, allow: str
) -> None:
    response = admin.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allow)


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("faults", {"kind": "boom"}, "kind must be one of status, delay"),
        ("faults", {"kind": "html", "tmies": 1}, "tmies is not a field; the fields are kind, operation"),
        ("faults", {"kind": "html", "operation": "x"}, "operation must be one of create_access_point"),
        ("faults", {"kind": "html", "times": 1, "rate": 1}, "times and rate exclude each other"),
        ("faults", "html", "a fault must be an object"),
        ("faults", [None], "a fault must be an object"),
        ("clock", {"advance": -1}, "the clock can only be moved on"),
        ("clock", {"advance": "1"}, "advance must be a number of seconds"),
        ("clock", {"advance": True}, "advance must be a number of seconds"),
        ("clock", {}, 'the body must be {"advance": SECONDS}'),
        ("clock", [], 'the body must be {"advance": SECONDS}'),
        ("clock", {"advance": 10**400}, "the clock"),
        ("clock", {"advance": 1e300}, "the clock ends"),
        ("seed", "tema", "scenario must be one of empty, examples, team, many"),
        ("seed", {"shares": [{"name": 1, "region": "x"}]}, "shares[0].name must be a string"),
        ("seed", 5, "seed takes the name of a scenario or a state"),
        ("seed", {"shares": [{"name": "x", "region": "a", "number": 1e30}]}, "number must be"),
    ],
)
def test_bad_admin_input_is_answered_with_what_is_wrong_and_what_is_allowed(
    admin: httpx.Client, path: str, body: Any, says: str
) -> None:
    response = admin.post(path, json=body)
    assert (response.status_code, response.json()["id"]) == (400, "bad_request")
    assert says in response.json()["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'"\\ud800"', b"NaN", b"[" * 100_000])
@pytest.mark.parametrize("path", ["seed", "clock", "faults"])
def test_an_admin_body_that_is_not_json_is_refused_as_such(admin: Any, path: str, content: bytes) -> None:
    response = admin.post(path, content=content)
    assert response.status_code == 400
    assert "The body must be valid JSON" in response.json()["message"]


@pytest.mark.parametrize("path", ["seed", "clock", "faults"])
def test_a_compressed_admin_body_is_refused(admin: httpx.Client, path: str) -> None:
    response = admin.post(path, content=gzip.compress(b'"empty"'), headers={"content-encoding": "gzip"})
    assert (response.status_code, response.headers["accept-encoding"]) == (415, "identity")


def test_a_call_can_be_for_one_account(clock: Clock) -> None:
    with Sandbox(clock=clock) as other, Sandbox(clock=clock, admin=True, accounts={"a&b": other}) as first:
        transport = SandboxTransport(first)
        with httpx.Client(transport=transport, base_url="http://sandbox.test/_sandbox/") as admin:
            of_other = {"account": "a&b"}
            admin.post("seed", params=of_other, json="examples").raise_for_status()
            assert [len(admin.get("state", params=each).json()["shares"]) for each in ({}, of_other)] == [0, 2]
            assert len(admin.get("inventory", params=of_other).json()["shares"]) == 2
            admin.post("faults", params=of_other, json={"kind": "html"}).raise_for_status()
            assert (len(first.faults), len(other.faults)) == (0, 1)
            admin.post("clock", params=of_other, json={"advance": 5}).raise_for_status()
            assert (first.advance(0), other.advance(0)) == (clock.now, clock.now + 5)
            admin.post("reset").raise_for_status()
            assert (other.state()["shares"], other.faults, other.advance(0)) == ([], [], clock.now)


@pytest.mark.parametrize(("query", "status"), [("account=nobody", 404), ("account=", 404), ("acount=x", 400)])
def test_a_call_for_no_account_changes_nothing(sandbox: Sandbox, admin: httpx.Client, query: str, status: int) -> None:
    before = sandbox.state()
    response = admin.post(f"reset?{query}")
    assert (response.status_code, "account" in response.json()["message"]) == (status, True)
    assert admin.post(f"seed?{query}", json="empty").status_code == status
    assert sandbox.state() == before


def test_the_command_has_admin_calls_if_its_option_says_so(start: Start) -> None:
    process = start("--admin", "--seed", "team")
    plain = start()
    assert len(process.http.get("/_sandbox/state").json()["shares"]) == 6
    assert plain.http.get("/_sandbox/state").status_code == 404
    assert process.http.post("/_sandbox/faults", json={"kind": "drop_after"}).status_code == 201
    with pytest.raises(httpx.RemoteProtocolError):
        process.http.get("/v2/nfs")
    assert process.http.get("/v2/nfs").status_code == 200
