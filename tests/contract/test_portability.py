"""The contract can be read by tools that know less than the project's own: each rule here is one that a tool needs."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import yaml
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.constants import TOKEN
from ..support.contracts import CONTRACT, ROOT, operations, resolved

TEXT = (ROOT / "openapi/nfs.yaml").read_text(encoding="utf-8")
# Those of JSON Schema and OpenAPI that are widely known.
FORMATS = {"int64", "date-time"}


def nodes(node: Any = CONTRACT, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of the contract, with where it is."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from nodes(item, f"{path}/{number}")
    elif isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from nodes(value, f"{path}/{key}")


def yaml_only(text: str) -> list[str]:
    """What of a YAML text has no counterpart in JSON: anchors, aliases, merge keys and tags."""
    return [
        f"line {token.start_mark.line + 1}: {type(token).__name__}"
        for token in yaml.scan(text)
        if isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken))
        or (isinstance(token, yaml.ScalarToken) and token.plain and token.value == "<<")
    ]


def test_the_contract_has_no_anchors_aliases_or_merge_keys() -> None:
    assert yaml_only(TEXT) == []


def test_anchors_aliases_and_merge_keys_would_be_found() -> None:
    assert yaml_only("a: &x {}\nb: *x\nc:\n  <<: {}\n") == [
        "line 1: AnchorToken",
        "line 2: AliasToken",
        "line 4: ScalarToken",
    ]


def test_every_constant_and_every_enum_has_a_type() -> None:
    assert [path for path, node in nodes() if {"const", "enum"} & node.keys() and "type" not in node] == []


def test_patterns_have_nothing_that_re2_lacks() -> None:
    """No look-around and no back references, so that they compile in Go and Rust too."""
    patterns = [str(node["pattern"]) for _, node in nodes() if "pattern" in node]
    assert len(patterns) >= 8
    assert [pattern for pattern in patterns if re.search(r"\(\?|\\[1-9]", pattern)] == []


def test_formats_are_widely_known() -> None:
    assert {node["format"] for _, node in nodes() if isinstance(node.get("format"), str)} == FORMATS


def test_links_lead_to_operations_with_parameters_that_they_have() -> None:
    links = [link for _, node in nodes() for link in (node.get("links") or {}).values() if "operationId" in link]
    assert len(links) >= 15
    for link in links:
        path_parameters = {p["name"] for p in operations()[link["operationId"]]["parameters"]}
        assert link["parameters"].keys() <= path_parameters
        assert all(re.fullmatch(r"\$response\.body#(/\w+)+", value) for value in link["parameters"].values())


def example_requests() -> Iterator[tuple[str, str, str, dict[str, Any], Any]]:
    """Each request that the contract has an example of, in its order: its operation, method, path, query and body."""
    for name, operation in operations().items():
        by_place: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
        for parameter in operation["parameters"]:
            by_place[parameter["in"]][parameter["name"]] = parameter["example"]
        media = resolved(operation.get("requestBody", {})).get("content", {}).get("application/json", {})
        bodies = [each["value"] for each in media.get("examples", {}).values()] or [media.get("example")]
        for body in bodies:
            path = operation["path"].format_map(by_place["path"])
            yield name, operation["method"].upper(), path, by_place["query"], body


def test_the_examples_succeed_in_order_on_a_sandbox_with_the_examples() -> None:
    succeeded = set()
    with (
        Sandbox(seed="examples", ready_after=0) as sandbox,
        httpx.Client(
            transport=SandboxTransport(sandbox),
            base_url="http://sandbox",
            headers={"Authorization": f"Bearer {TOKEN}"},
        ) as client,
    ):
        for name, method, path, query, body in example_requests():
            answer = client.request(method, path, params=query, json=body)
            assert answer.is_success, f"{name}: {answer.text}"
            succeeded.add(name)
    assert succeeded == operations().keys()
