"""The contract says all that it has to, and says it consistently."""

from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from ..support.contracts import CONTRACT, operations, resolved

# What the vendor's reference documents: the scope and statuses of its seven operations.
REFERENCE = {
    "list_shares": ("GET /v2/nfs", "nfs:list", {"200", "401", "404"}),
    "create_share": ("POST /v2/nfs", "nfs:create", {"201", "400", "401"}),
    "get_share": ("GET /v2/nfs/{nfs_id}", "nfs:read", {"200", "401", "404"}),
    "delete_share": ("DELETE /v2/nfs/{nfs_id}", "nfs:delete", {"204", "401", "404"}),
    "list_snapshots": ("GET /v2/nfs/snapshots", "nfs:list", {"200", "401", "404"}),
    "get_snapshot": ("GET /v2/nfs/snapshots/{nfs_snapshot_id}", "nfs:read", {"200", "401", "404"}),
    "delete_snapshot": ("DELETE /v2/nfs/snapshots/{nfs_snapshot_id}", "nfs:delete", {"204", "401", "404"}),
}
BEYOND = {
    "create_share_action": ("POST /v2/nfs/{nfs_id}/actions", "nfs:create", {"201", "400", "401", "404"}),
    "list_access_points": ("GET /v2/nfs/shares/{share_id}/access_points", "nfs:list", {"200", "400", "401", "404"}),
    "create_access_point": (
        "POST /v2/nfs/shares/{share_id}/access_points",
        "nfs:create",
        {"201", "400", "401", "404", "409"},
    ),
    "get_access_point": ("GET /v2/nfs/access_points/{access_point_id}", "nfs:read", {"200", "401", "404"}),
    "delete_access_point": (
        "DELETE /v2/nfs/access_points/{access_point_id}",
        "nfs:delete",
        {"200", "400", "401", "404"},
    ),
    "get_action": ("GET /v2/actions/{action_id}", "actions:read", {"200", "401", "404"}),
    "list_vpcs": ("GET /v2/vpcs", "vpc:read", {"200", "401"}),
}
EVERYWHERE = {"429", "500", "default"}
OPERATIONS = sorted(REFERENCE | BEYOND)


def test_the_contract_is_a_valid_openapi_3_1_document() -> None:
    assert CONTRACT["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(CONTRACT).validate()


def test_the_contract_has_the_fourteen_operations() -> None:
    assert sorted(operations()) == OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_its_place_scope_and_statuses(name: str) -> None:
    operation = operations()[name]
    where, scope, statuses = (REFERENCE | BEYOND)[name]
    assert f"{operation['method'].upper()} {operation['path']}" == where
    assert operation["security"] == [{"bearer_auth": [scope]}]
    beyond_the_reference = {"412"} if name == "delete_share" else set()
    assert operation["responses"].keys() == statuses | EVERYWHERE | beyond_the_reference


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_not_in_the_reference_says_where_it_is_from(name: str) -> None:
    assert operations()[name]["x-provenance"]


# The schemas of the reference page; ShareTier and the bounds of others say inside where they are from.
IN_THE_REFERENCE = {
    *("Share", "ShareList", "ShareEnvelope", "CreateShareRequest"),
    *("Snapshot", "SnapshotList", "SnapshotEnvelope", "Error"),
}


@pytest.mark.parametrize("name", sorted(CONTRACT["components"]["schemas"].keys() - IN_THE_REFERENCE))
def test_a_schema_that_is_not_in_the_reference_says_where_it_is_from(name: str) -> None:
    assert CONTRACT["components"]["schemas"][name]["x-provenance"]


def test_the_status_that_only_a_client_library_knows_says_so() -> None:
    assert "client library" in operations()["delete_share"]["responses"]["412"]["x-provenance"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_tells_the_rate_limit_and_has_a_valid_example(name: str) -> None:
    for status, reference in operations()[name]["responses"].items():
        response = resolved(reference)
        assert {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"} <= response["headers"].keys()
        if status == "204":
            assert "content" not in response
            continue
        media = response["content"]["application/json"]
        assert_valid(media["example"], media["schema"])
    assert "retry-after" in resolved(operations()[name]["responses"]["429"])["headers"]


@pytest.mark.parametrize("name", ["create_share", "create_share_action", "create_access_point"])
def test_every_body_has_valid_examples(name: str) -> None:
    media = operations()[name]["requestBody"]["content"]["application/json"]
    examples = [media["example"]] if "example" in media else [e["value"] for e in media["examples"].values()]
    for example in examples:
        assert_valid(example, media["schema"])


def test_ids_in_paths_have_a_format_so_that_no_word_is_taken_for_one() -> None:
    for operation in operations().values():
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                assert parameter["schema"].get("format") in {"uuid", "int64"}
                assert "example" in parameter


def test_what_the_server_alone_decides_is_read_only() -> None:
    schemas = CONTRACT["components"]["schemas"]
    for name in ("Share", "Snapshot", "AccessPoint"):
        fields = schemas[name]["properties"]
        assert fields["id"]["readOnly"]
        assert resolved(fields["created_at"])["readOnly"]


def test_access_point_operations_have_the_other_error_shape_on_400_and_409() -> None:
    for name, operation in operations().items():
        for status, reference in operation["responses"].items():
            if status in {"200", "201", "204"}:
                continue
            shape = resolved(reference)["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            other = "access_point" in name and status in {"400", "409"}
            assert shape == ("AccessPointError" if other else "Error")


def assert_valid(value: Any, schema: dict[str, Any]) -> None:
    with_components = {**schema, "components": CONTRACT["components"]}
    jsonschema_rs.Draft202012Validator(with_components, validate_formats=True).validate(value)
