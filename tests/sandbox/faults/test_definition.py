"""What is a fault, and what is none."""

import json
import re
from typing import Any

import pytest
from do_nfs_sandbox import Fault, Sandbox
from do_nfs_sandbox.contract.routes import OPERATIONS, ROUTES, Operation

from ...support.sandboxes import FAULTS


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_the_same_after_json(kind: str) -> None:
    fault = Fault(kind, method="GET", path="/v2/*", operation="list_shares", times=3, **FAULTS[kind])
    assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "kind must be one of status, delay, drop_before"),
        ([], "a fault must be an object"),
        ({"kind": "explode"}, "kind must be one of"),
        ({"kind": []}, "kind must be one of"),
        ({"kind": "html", "status": 500}, "status is not a field; the fields are kind, operation, method"),
        ({"kind": "html", "tims": 1}, "tims is not a field"),
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
def test_a_wrong_fault_is_refused_with_what_is_allowed(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Fault.from_json(data)
    if isinstance(data, dict) and isinstance(data.get("kind"), str) and "tims" not in data:
        with pytest.raises(ValueError, match=says):
            Fault(**data)


@pytest.mark.parametrize(
    "body", [object(), "\ud800", {"a": {1}}, [float("nan")], b"x"], ids=["object", "surrogate", "set", "nan", "bytes"]
)
def test_a_body_that_cannot_be_sent_is_refused(sandbox: Sandbox, body: Any) -> None:
    with pytest.raises(ValueError, match="body must be JSON data or a text"):
        sandbox.add_fault("status", status=200, body=body)


def test_a_fault_of_infinite_seconds_is_refused(sandbox: Sandbox) -> None:
    for seconds in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="seconds"):
            sandbox.add_fault("delay", seconds=seconds)


@pytest.mark.parametrize(
    ("match", "why"),
    [
        ({}, ""),
        ({"method": "HEAD", "operation": "list_shares"}, ""),
        ({"method": "HEAD", "path": "/v2/nfs"}, ""),
        ({"path": "/v2/nfs/*", "operation": "get_share"}, ""),
        ({"path": "*", "operation": "list_regions", "method": "GET"}, ""),
        ({"path": "/v2/nfs", "method": "POST", "operation": "create_share"}, ""),
        ({"method": "OPTIONS"}, "the API takes only DELETE, GET, HEAD, PATCH, POST, PUT"),
        ({"method": "OPTIONS", "path": "/v2/nfs"}, "this path takes only GET, HEAD, POST"),
        ({"method": "OPTIONS", "path": "/v2/*"}, "this path takes only DELETE, GET, HEAD, PATCH, POST, PUT"),
        ({"method": "OPTIONS", "operation": "list_shares"}, "list_shares takes only GET, HEAD"),
        ({"method": "PUT", "path": "/v2/nfs"}, "this path takes only GET, HEAD, POST"),
        ({"method": "PUT", "path": "/v2/nfs*"}, "this path takes only DELETE, GET, HEAD, POST"),
        ({"method": "HEAD", "operation": "create_share"}, "create_share takes only POST"),
        ({"method": "POST", "operation": "list_shares"}, "list_shares takes only GET, HEAD"),
        ({"path": "/v2/vpcs*", "operation": "list_shares"}, "list_shares has another path"),
        ({"path": "/v2/nfs/*", "operation": "list_shares"}, "list_shares has another path"),
        ({"path": "/v2/nfs/snapshots", "operation": "get_share"}, "get_share has another path"),
        ({"path": "/v2/nfs/*", "operation": "get_share", "method": "POST"}, "get_share takes only GET, HEAD"),
        ({"path": "/v3/*"}, "no operation has this path"),
        ({"rate": 0}, "its rate is 0"),
        ({"rate": 0.1}, ""),
        ({"path": "/v2/nfs?page=*"}, "no operation has this path"),
        ({"path": "/_sandbox/state"}, "no operation has this path"),
    ],
)
def test_a_fault_that_can_match_no_request_says_why(match: dict[str, Any], why: str) -> None:
    assert Fault("html", **match).why_never() == why


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.id)
def test_a_fault_for_an_operation_its_method_and_its_path_can_match(operation: Operation) -> None:
    (route,) = [route for route in ROUTES if operation in route.operations.values()]
    pattern = re.sub(r"\{\w+\}", "*", route.path)
    assert Fault("html", operation=operation.id, method=operation.method, path=pattern).why_never() == ""
