"""Requests find the operation that the contract has for them."""

import pytest
from do_nfs_sandbox.contract.routes import OPERATIONS, SCOPES, find_route

from ...support.constants import VPC
from ...support.contracts import operations


@pytest.mark.parametrize("name", operations())
def test_each_operation_is_found_by_its_path_and_method(name: str) -> None:
    operation = operations()[name]
    path, parameters = operation["path"], {}
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameters[parameter["name"]] = str(parameter["example"])
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    found = find_route(path)
    assert found
    route, values = found
    assert values == parameters
    assert route.operations[operation["method"].upper()] is OPERATIONS[name]


@pytest.mark.parametrize(
    ("written", "read"), [(VPC.upper(), VPC), ("Test-NFS-id_1~", "Test-NFS-id_1~"), ("x" * 64, "x" * 64)]
)
def test_an_id_in_a_path_is_one_segment_and_a_uuid_is_read_in_lower_case(written: str, read: str) -> None:
    found = find_route(f"/v2/nfs/{written}")
    assert found
    assert found[1] == {"nfs_id": read}


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/v2/nfs/snapshots", "list_snapshots"),
        ("/v2/nfs/snapshots/actions", "get_snapshot"),
        ("/v2/nfs/access_points/actions", "get_access_point"),
        ("/v2/nfs/shares", "get_share"),
    ],
)
def test_a_word_of_the_contract_goes_before_an_id(path: str, operation: str) -> None:
    found = find_route(path)
    assert found
    assert found[0].operations["GET"].id == operation


@pytest.mark.parametrize(
    "path",
    [
        *("", "/v2/nfs/", f"/v2/nfs/{VPC}\n", "/v2/actions/", "/v2/actions/3.5"),
        *(f"/v2/nfs/{segment}" for segment in (".", "..", "a.b", "a%2Fb", "a b", "a\x00", "a?b", "a;b", "é", "x" * 65)),
    ],
)
def test_a_path_that_is_not_in_the_contract_has_no_route(path: str) -> None:
    assert find_route(path) is None


def test_every_scope_that_an_operation_needs_is_known() -> None:
    assert {operation["security"][0]["bearer_auth"][0] for operation in operations().values()} == SCOPES
