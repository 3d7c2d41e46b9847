"""What the sandbox keeps of the requests that it received."""

import re

from ...support.constants import TOKEN, VPC
from ...support.sandboxes import Api


def test_requests_are_kept_in_the_order_in_which_they_came(api: Api) -> None:
    made = api.new_share(ready=False)
    api("GET", f"/v2/nfs/{made['id']}", params={"region": "a b"})
    api("PUT", "/v2%2Fnfs")
    api("POST", "/v2/nfs", content=b"{", headers={"content-type": "application/json"})
    order, get, put, bad = api.sandbox.requests
    assert order.to_json() == {
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
    api.get("/v2/nfs")
    assert not re.search(TOKEN[8:], repr(api.sandbox.requests))


def test_large_bodies_and_older_requests_are_not_kept(api: Api) -> None:
    api.new_share(name="n" * 20_000)
    assert api.sandbox.requests[0].body is None
    for _ in range(1100):
        api("GET", "/v2/x")
    assert len(api.sandbox.requests) == 1000
    assert {request.path for request in api.sandbox.requests} == {"/v2/x"}


def test_a_request_without_a_fault_is_kept_with_its_status(api: Api) -> None:
    api("GET", "/v2/nfs", headers={"authorization": ""})
    assert [(request.operation, request.status) for request in api.sandbox.requests] == [("list_shares", 401)]
