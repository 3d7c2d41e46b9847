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


def test_ids_in_a_path_are_read_in_lower_case() -> None:
    found = find_route(f"/v2/nfs/{VPC.upper()}")
    assert found
    assert found[1] == {"nfs_id": VPC}


@pytest.mark.parametrize("path", ["", "/v2/nfs/", "/v2/nfs/x", f"/v2/nfs/{VPC}\n", "/v2/actions/0", "/v2/actions/x"])
def test_a_path_that_is_not_in_the_contract_has_no_route(path: str) -> None:
    assert find_route(path) is None


def test_every_scope_that_an_operation_needs_is_known() -> None:
    assert {operation["security"][0]["bearer_auth"][0] for operation in operations().values()} == SCOPES
