"""What the sandbox keeps of the requests that it received."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Request, Sandbox, SandboxTransport
from do_nfs_sandbox.http.asgi import DroppedError

from ...support.constants import NEW_SHARE, TOKEN, VPC
from ...support.sandboxes import AUTHORIZED, Api, NewApi


def test_requests_are_kept_in_the_order_in_which_they_came(api: Api) -> None:
    made = api.new_share(ready=False)
    api("GET", f"/v2/nfs/{made['id']}", params={"region": "a b"})
    api("PUT", "/v2%2Fnfs")
    api("POST", "/v2/nfs", content=b"{", headers={"content-type": "application/json"})
    order, get, put, bad = api.sandbox.requests
    assert order.to_json() == {
        "sequence": 1,
        "time": api.clock.now,
        "account": 0,
        "headers": order.headers,
        "method": "POST",
        "path": "/v2/nfs",
        "query": "",
        "operation": "create_share",
        "status": 201,
        "unanswered": None,
        "body": {"name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [VPC]},
    }
    assert (get.operation, get.query, get.body) == ("get_share", "region=a+b", None)
    assert (put.operation, put.path, put.status) == (None, "/v2%2Fnfs", 404)
    assert (bad.operation, bad.body, bad.status) == ("create_share", None, 400)
    api.sandbox.clear_requests()
    assert api.sandbox.requests == []


def test_a_token_is_not_kept_with_its_request(api: Api) -> None:
    api.get("/v2/nfs", headers={"cookie": f"session={TOKEN}", "x-own": "kept"})
    (request,) = api.sandbox.requests
    assert (request.headers["authorization"], request.headers["cookie"]) == ("Bearer ***", "***")
    assert request.headers["x-own"] == "kept"
    assert TOKEN not in repr(request) + str(request.raw_headers) + json.dumps(request.to_json())


@pytest.mark.parametrize("header", ["authorization", "proxy-authorization", "cookie"])
@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (f"Bearer {TOKEN}", "Bearer ***"),
        (f"basic {TOKEN} more", "basic ***"),
        (f"{TOKEN} more", "***"),
        (f"session={TOKEN}; b=c", "***"),
        (f"Token {TOKEN}", "***"),
        (TOKEN, "***"),
    ],
)
def test_of_a_secret_header_no_more_than_a_known_scheme_is_kept(api: Api, header: str, value: str, kept: str) -> None:
    api("GET", "/v2/nfs", headers={header: value})
    assert api.sandbox.requests[0].headers[header] == kept


def test_large_bodies_are_not_kept(api: Api) -> None:
    api.new_share(name="n" * 20_000)
    assert api.sandbox.requests[0].body is None


def test_all_requests_are_kept_unless_asked_otherwise(new_api: NewApi) -> None:
    every, last = new_api(), new_api(keep_requests=10)
    for api in (every, last):
        for _ in range(1100):
            api("GET", "/v2/x")
    assert len(every.sandbox.requests) == 1100
    assert [request.sequence for request in last.sandbox.requests] == list(range(1091, 1101))


def test_requests_to_an_operation_are_counted_and_timed(api: Api) -> None:
    for seconds in (1, 2, 4):
        api("POST", "/v2/nfs", json={})
        api("GET", "/v2/nfs")
        api.later(seconds)
    api("POST", "/v2/nfs", json={})
    orders = api.sandbox.requests.to("create_share")
    assert (orders.count, orders.gaps) == (4, [1, 2, 4])
    assert [order.sequence for order in orders] == [1, 3, 5, 7]
    assert (orders[0].sequence, orders[-2:].count) == (1, 2)
    assert api.sandbox.requests.to("list_vpcs") == []
    with pytest.raises(ValueError, match=r"operation must be one of .*create_share"):
        api.sandbox.requests.to("create_shares")


def test_an_error_names_the_request_that_is_kept(api: Api) -> None:
    error = api("GET", "/v2/x").json()
    assert error["request_id"] == api.sandbox.requests[0].id


def test_a_request_without_a_fault_is_kept_with_its_status(api: Api) -> None:
    api("GET", "/v2/nfs", headers={"authorization": ""})
    assert [(request.operation, request.status) for request in api.sandbox.requests] == [("list_shares", 401)]


def test_requests_with_the_same_content_are_equal(new_api: NewApi) -> None:
    one, other = new_api(id_seed=1), new_api(id_seed=1)
    for api in (one, other):
        api("GET", "/v2/nfs")
    assert one.sandbox.requests == other.sandbox.requests
    other("GET", "/v2/nfs")
    assert one.sandbox.requests[0] != other.sandbox.requests[1]


def test_the_id_of_a_request_stays_the_same(new_api: NewApi) -> None:
    api = new_api()
    api("GET", "/v2/nfs")
    api("GET", "/v2/nfs")
    first, second = api.sandbox.requests
    assert first.id == first.id != second.id


@pytest.mark.parametrize("token", [TOKEN, TOKEN.replace("dop", "doo"), TOKEN.replace("dop", "dor"), TOKEN.upper()])
@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/v2/nfs", {"params": {"account": "SECRET"}}),
        ("/v2/nfs?SECRET", {}),
        ("/v2/nfs/SECRET", {}),
        ("/v2/nfs/SECRET/actions", {}),
        ("/v2/nfs", {"headers": {"x-auth-token": "SECRET"}}),
        ("/v2/nfs", {"headers": {"x-forwarded-authorization": "Bearer SECRET"}}),
        ("/v2/nfs", {"headers": {"referer": "https://app.example.com/?token=SECRET&a=b"}}),
        ("/v2/nfs", {"headers": {"x-SECRET": "a"}}),
    ],
)
def test_a_token_is_not_kept_wherever_it_is_sent(api: Api, token: str, path: str, options: dict[str, Any]) -> None:
    for sent in (token, token.replace("_", "%5f"), "".join(f"%{ord(each):02X}" for each in token)):
        api("GET", path.replace("SECRET", sent), **json.loads(json.dumps(options).replace("SECRET", sent)))
    for request in api.sandbox.requests:
        assert "***" in request.path + request.query + str(request.headers | {"authorization": ""})
        said = repr(request) + str(request.raw_headers) + json.dumps(request.to_json())
        assert token[7:].lower() not in said.lower()
        assert "%30%30%30" not in said


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Basic YTpiCg==", "Basic ***"),
        ("bearer anything", "bearer ***"),
        ("Bearer\tanything", "Bearer ***"),
        ("one, Bearer anything, two", "one, Bearer ***, two"),
    ],
)
def test_what_comes_after_a_scheme_is_not_kept_of_any_header(api: Api, value: str, kept: str) -> None:
    api("GET", "/v2/nfs", headers={"x-forwarded-authorization": value})
    assert api.sandbox.requests[0].headers["x-forwarded-authorization"] == kept


def test_a_declared_token_with_spaces_is_not_kept_of_a_query(new_api: NewApi) -> None:
    api = new_api(tokens={"my secret token": ["nfs:list"]})
    for sent in ("my+secret+token", "my%20secret%20token", "my%2520secret token"):
        api("GET", f"/v2/nfs?t={sent}")
    assert {request.query for request in api.sandbox.requests} == {"t=***"}


def test_requests_are_in_the_order_of_their_numbers_whatever_threads_they_come_from() -> None:
    def ask(_: int) -> None:
        with httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
            for _ in range(50):
                client.get("http://sandbox/v2/nfs")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with Sandbox() as sandbox, ThreadPoolExecutor(8) as threads:
            list(threads.map(ask, range(8)))
    finally:
        sys.setswitchinterval(interval)
    assert [request.sequence for request in sandbox.requests] == list(range(1, 401))


def test_a_token_in_a_body_is_not_kept(api: Api) -> None:
    api.post("/v2/nfs", {**NEW_SHARE, "name": f"of {TOKEN}", TOKEN: [{"a": TOKEN}, 1, None, True]})
    (request,) = api.sandbox.requests
    assert request.body == {**NEW_SHARE, "name": "of ***", "***": [{"a": "***"}, 1, None, True]}
    assert TOKEN not in repr(request)


@pytest.mark.parametrize("token", ["reader-of-lists", "läser-och-skriver", "a+b/c=d&e(f"])
def test_a_declared_token_is_not_kept_either(new_api: NewApi, token: str) -> None:
    account = new_api()
    for options in ({"tokens": {token: ["nfs:list"]}}, {"accounts": {token: account.sandbox}}, {"admin_token": token}):
        api = new_api(**options)
        api("POST", "/v2/nfs", params={"account": token}, json={**NEW_SHARE, "name": token, token: token})
        api("GET", "/v2/nfs", headers={"x-auth-token": token.encode()})
        with_body, with_header = api.sandbox.requests
        assert with_body.query == "account=***"
        assert with_body.body == {**NEW_SHARE, "name": "***", "***": "***"}
        assert with_header.headers["x-auth-token"] == "***"


def test_a_token_of_one_account_is_not_kept_with_the_requests_of_another(new_api: NewApi) -> None:
    one, two = new_api(tokens={"reader-of-one": []}), new_api()
    api = new_api(accounts={"token-of-one": one.sandbox, "token-of-two": two.sandbox})
    query = {"a": "token-of-one", "b": "token-of-two", "c": "reader-of-one"}
    api("GET", "/v2/nfs", params=query, headers={"authorization": "Bearer token-of-two"})
    assert two.sandbox.requests[0].query == "a=***&b=***&c=***"


def test_a_short_declared_token_is_masked_where_it_is_a_whole_value(new_api: NewApi) -> None:
    api = new_api(tokens={"nfs": ["nfs:list"]})
    api("GET", "/v2/nfs?account=nfs&b=nfsx&c=nfs", headers={"x-auth-token": "nfs", "x-other": "an nfs-share"})
    (request,) = api.sandbox.requests
    assert (request.path, request.query) == ("/v2/nfs", "account=***&b=nfsx&c=***")
    assert (request.headers["x-auth-token"], request.headers["x-other"]) == ("***", "an nfs-share")


def test_what_only_looks_a_little_like_a_token_is_kept(api: Api) -> None:
    api("GET", "/v2/nfs/do_v1_cafe", params={"a": "dop_v1_", "b": "dop_v2_0123456789"})
    (request,) = api.sandbox.requests
    assert (request.path, request.query) == ("/v2/nfs/do_v1_cafe", "a=dop_v1_&b=dop_v2_0123456789")


def test_a_fault_matches_the_path_that_was_sent(api: Api) -> None:
    api.sandbox.add_fault("status", status=503, path=f"/v2/nfs/{TOKEN}")
    assert api("GET", f"/v2/nfs/{TOKEN}").status_code == 503
    (request,) = api.sandbox.requests
    assert (request.operation, request.path) == (None, "/v2/nfs/***")


def test_a_request_that_a_fault_drops_says_so(new_api: NewApi) -> None:
    seen: list[Request] = []
    api = new_api(on_request=seen.append)
    share = api.new_share()
    api.sandbox.clear_requests()
    seen.clear()
    # The answer to a deletion has no body whose first half could be sent.
    for kind, method in (("drop_before", "GET"), ("drop_after", "GET"), ("truncate", "DELETE")):
        api.sandbox.add_fault(kind)
        with pytest.raises(DroppedError):
            api(method, f"/v2/nfs/{share['id']}")
    assert [(each.status, each.unanswered) for each in api.sandbox.requests] == [(None, "dropped")] * 3
    assert seen == list(api.sandbox.requests)


def test_a_request_that_comes_while_another_is_received_has_a_number_of_its_own() -> None:
    """The clock is looked at in between, which here is when another thread has its turn."""

    def ask() -> None:
        with httpx.Client(transport=SandboxTransport(sandbox), headers=AUTHORIZED) as client:
            client.get("http://sandbox/v2/nfs")

    def clock() -> float:
        if others:
            others.pop().start()
            started[-1].join()
        return 1_800_000_000.0

    others: list[threading.Thread] = []
    with Sandbox(clock=clock) as sandbox:
        started = [threading.Thread(target=ask)]
        others += started
        ask()
        assert sorted(request.sequence for request in sandbox.requests) == [1, 2]


def test_of_two_tokens_of_which_one_begins_with_the_other_nothing_is_kept(new_api: NewApi) -> None:
    api = new_api(tokens={"token-of-ann": ["nfs:list"], "token-of-anneliese": ["nfs:list"]})
    api("GET", "/v2/nfs", params={"a": "token-of-anneliese", "b": "token-of-ann"})
    assert api.sandbox.requests[0].query == "a=***&b=***"
