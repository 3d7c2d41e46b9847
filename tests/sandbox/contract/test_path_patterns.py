"""Which paths of the contract a pattern can match."""

import fnmatch
import re
from itertools import product

import pytest
from do_nfs_sandbox.contract.path_patterns import can_match
from do_nfs_sandbox.contract.routes import ROUTES, Route, routes_that_match


@pytest.mark.parametrize(
    ("pattern", "path", "can"),
    [
        ("/v2/nfs/*", "/v2/nfs/{nfs_id}", True),
        ("/v2/nfs/*", "/v2/nfs/{nfs_id}/actions", True),
        ("/v2/nfs/*", "/v2/nfs", False),
        ("/v2/nfs*", "/v2/nfs", True),
        ("*", "/v2/nfs/{nfs_id}", True),
        ("**", "/v2/nfs", True),
        ("*/actions", "/v2/nfs/{nfs_id}/actions", True),
        ("*/actions", "/v2/nfs/{nfs_id}", True),
        ("*/x/y", "/v2/nfs/{nfs_id}", False),
        ("/v2/nfs/*/actions", "/v2/nfs/{nfs_id}", False),
        ("/v2/nfs/?", "/v2/nfs/{nfs_id}", True),
        ("/v2/nfs/?*5", "/v2/nfs/{nfs_id}", True),
        ("/v2/nfs/", "/v2/nfs/{nfs_id}", False),
        ("/v2/nf[rs]", "/v2/nfs", True),
        ("/v2/nf[!rs]", "/v2/nfs", False),
        ("/v2/nf[", "/v2/nfs", False),
        ("/v2/vpc*", "/v2/nfs", False),
        ("/v2/nfs/*.json", "/v2/nfs/{nfs_id}", False),
        ("/v2/nfs/*[.]*", "/v2/nfs/{nfs_id}", True),
        ("", "/v2/nfs", False),
        ("*a" * 2000, "/v2/nfs/{nfs_id}", True),
    ],
)
def test_a_pattern_can_match_a_path_or_cannot_whatever_its_parameters_are(pattern: str, path: str, can: bool) -> None:
    assert can_match(pattern, path) == can


def test_a_pattern_that_matches_a_path_is_never_said_to_match_none() -> None:
    paths = ["/a/1", "/a/22"]
    for pattern in map("".join, product(("/", "*", "?", "a", "1", "c", "[a1]", "[!c]"), repeat=4)):
        if any(fnmatch.fnmatchcase(path, pattern) for path in paths):
            assert can_match(pattern, "/a/{id}"), pattern
        assert can_match(pattern, "/1/c") == fnmatch.fnmatchcase("/1/c", pattern), pattern


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_an_id_has_the_characters_that_the_contract_allows(route: Route) -> None:
    for character in map(chr, range(33, 127)):
        path = re.sub(r"\{\w+\}", re.escape(character), route.path)
        if route.pattern.fullmatch(path):
            assert can_match(path, route.path)


def test_a_path_leads_to_one_route_and_a_pattern_to_all_that_it_can_match() -> None:
    assert [route.path for route in routes_that_match("/v2/nfs/snapshots")] == ["/v2/nfs/snapshots"]
    assert routes_that_match("/v2/nfs/a.b") == []
    assert routes_that_match("/v2/*") == ROUTES
    assert {route.path for route in routes_that_match("/v2/vpcs*")} >= {"/v2/vpcs", "/v2/vpcs/{vpc_id}"}
