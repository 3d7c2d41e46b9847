"""The contract says all that it has to, and says it consistently."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from ..support.contracts import CONTRACT, is_source, operations, resolved

# What DigitalOcean's reference documents: the scope and statuses of its seven operations.
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
    "list_actions": ("GET /v2/actions", "actions:read", {"200", "401"}),
    "get_action": ("GET /v2/actions/{action_id}", "actions:read", {"200", "401", "404"}),
    "list_vpcs": ("GET /v2/vpcs", "vpc:read", {"200", "401"}),
    "create_vpc": ("POST /v2/vpcs", "vpc:create", {"201", "401", "422"}),
    "get_vpc": ("GET /v2/vpcs/{vpc_id}", "vpc:read", {"200", "401", "404"}),
    "update_vpc": ("PUT /v2/vpcs/{vpc_id}", "vpc:update", {"200", "401", "404", "422"}),
    "patch_vpc": ("PATCH /v2/vpcs/{vpc_id}", "vpc:update", {"200", "401", "404", "422"}),
    "delete_vpc": ("DELETE /v2/vpcs/{vpc_id}", "vpc:delete", {"204", "401", "403", "404"}),
    "list_vpc_members": ("GET /v2/vpcs/{vpc_id}/members", "vpc:read", {"200", "401", "404"}),
    "list_peerings_of_vpc": ("GET /v2/vpcs/{vpc_id}/peerings", "vpc_peering:read", {"200", "401", "404"}),
    "create_peering_of_vpc": (
        "POST /v2/vpcs/{vpc_id}/peerings",
        "vpc_peering:create",
        {"202", "401", "404", "422"},
    ),
    "patch_peering_of_vpc": (
        "PATCH /v2/vpcs/{vpc_id}/peerings/{vpc_peering_id}",
        "vpc_peering:update",
        {"200", "401", "404", "422"},
    ),
    "list_vpc_peerings": ("GET /v2/vpc_peerings", "vpc_peering:read", {"200", "401"}),
    "create_vpc_peering": ("POST /v2/vpc_peerings", "vpc_peering:create", {"202", "401", "422"}),
    "get_vpc_peering": ("GET /v2/vpc_peerings/{vpc_peering_id}", "vpc_peering:read", {"200", "401", "404"}),
    "patch_vpc_peering": (
        "PATCH /v2/vpc_peerings/{vpc_peering_id}",
        "vpc_peering:update",
        {"200", "401", "404", "422"},
    ),
    "delete_vpc_peering": ("DELETE /v2/vpc_peerings/{vpc_peering_id}", "vpc_peering:delete", {"202", "401", "404"}),
    "list_regions": ("GET /v2/regions", "regions:read", {"200", "401"}),
}
EVERYWHERE = {"429", "500", "default"}
OPERATIONS = sorted(REFERENCE | BEYOND)


def test_the_contract_is_a_valid_openapi_3_1_document() -> None:
    assert CONTRACT["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(CONTRACT).validate()


def test_the_contract_has_the_operations_of_nfs_and_their_companions() -> None:
    assert sorted(operations()) == OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_its_place_scope_and_statuses(name: str) -> None:
    operation = operations()[name]
    where, scope, statuses = (REFERENCE | BEYOND)[name]
    assert f"{operation['method'].upper()} {operation['path']}" == where
    assert operation["security"] == [{"bearer_auth": [scope]}]
    beyond_the_reference = {"412"} if name == "delete_share" else set()
    assert operation["responses"].keys() == statuses | EVERYWHERE | beyond_the_reference


def marks(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each mark of a source, with where it is."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from marks(item, f"{path}/{number}")
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "x-provenance":
                yield path, value
            else:
                yield from marks(value, f"{path}/{key}")


@pytest.mark.parametrize("mark", [pytest.param(mark, id=where) for where, mark in marks(CONTRACT)])
def test_a_mark_names_its_sources_each_with_a_date(mark: str) -> None:
    assert is_source(mark)


@pytest.mark.parametrize(
    "mark", ["public spec", "public spec, 2026", "client library, July 2026", "reference, April 2026; the docs", ""]
)
def test_a_mark_without_a_date_or_with_another_source_is_none(mark: str) -> None:
    assert not is_source(mark)


def test_everything_says_where_it_is_from() -> None:
    parts = {**operations()}
    for kind in ("parameters", "headers", "responses", "schemas"):
        parts |= {f"{kind}/{name}": part for name, part in CONTRACT["components"][kind].items()}
    assert [name for name, part in parts.items() if "x-provenance" not in part] == []


@pytest.mark.parametrize("name", REFERENCE)
def test_what_is_in_the_reference_says_so(name: str) -> None:
    assert operations()[name]["x-provenance"].startswith("reference, April 2026")


def test_the_status_that_only_a_client_knows_says_so() -> None:
    assert operations()["delete_share"]["responses"]["412"]["x-provenance"] == "client, November 2026"


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


@pytest.mark.parametrize("name", [name for name, operation in operations().items() if "requestBody" in operation])
def test_every_body_has_valid_examples(name: str) -> None:
    media = operations()[name]["requestBody"]["content"]["application/json"]
    examples = [media["example"]] if "example" in media else [e["value"] for e in media["examples"].values()]
    for example in examples:
        assert_valid(example, media["schema"])


def test_ids_in_requests_are_of_one_kind_and_those_of_actions_may_be_numbers() -> None:
    one = {"$ref": "#/components/schemas/IdInRequest"}
    # Not by reference, which schemathesis does not follow within anyOf.
    text = {name: CONTRACT["components"]["schemas"]["IdInRequest"][name] for name in ("type", "pattern")}
    assert text == {"type": "string", "pattern": "^[A-Za-z0-9_~-]{1,64}$"}
    for operation in operations().values():
        for parameter in operation["parameters"]:
            if parameter["in"] == "path" or parameter["name"].endswith("_id"):
                of_an_action = {"anyOf": [{"type": "integer", "minimum": 1}, text]}
                assert parameter["schema"] == (of_an_action if parameter["name"] == "action_id" else one)
                assert "example" in parameter


@pytest.mark.parametrize("id_", ["test-nfs-id", "1", "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d", "a/b", "ü"])
def test_any_id_that_is_not_empty_is_one_in_an_answer(id_: str) -> None:
    assert_valid(id_, CONTRACT["components"]["schemas"]["Id"])


@pytest.mark.parametrize("id_", [3051892764, "3051892764", "084c3b9c-2382-441b-92d4-10b095bb5d7c"])
def test_the_id_of_an_action_is_a_number_or_a_text(id_: Any) -> None:
    action = dict.fromkeys(("resource_id", "type"), "x") | {"resource_type": "SHARE", "status": "COMPLETED"}
    assert_valid(
        {"id": id_, "started_at": "2026-01-01T00:00:00Z", **action}, {"$ref": "#/components/schemas/ShareAction"}
    )


def test_what_the_server_alone_decides_is_read_only() -> None:
    schemas = CONTRACT["components"]["schemas"]
    for name in ("Share", "Snapshot", "AccessPoint", "Vpc"):
        fields = schemas[name]["properties"]
        assert fields["id"]["readOnly"]
        assert resolved(fields["created_at"])["readOnly"]


def test_access_point_operations_have_the_other_error_shape_on_400_and_409() -> None:
    for name, operation in operations().items():
        for status, reference in operation["responses"].items():
            if status.startswith("2"):
                continue
            shape = resolved(reference)["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            other = "access_point" in name and status in {"400", "409"}
            assert shape == ("AccessPointError" if other else "Error")


def assert_valid(value: Any, schema: dict[str, Any]) -> None:
    with_components = {**schema, "components": CONTRACT["components"]}
    jsonschema_rs.Draft202012Validator(with_components, validate_formats=True).validate(value)
