"""What the sandbox keeps of the requests that it received."""

import json

import pytest

from ...support.constants import TOKEN, VPC
from ...support.sandboxes import Api, NewApi


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
