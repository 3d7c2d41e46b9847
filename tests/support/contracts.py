"""The contract, read for tests."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_SOURCE = r"(reference|public spec|client|docs|assumption), [A-Z][a-z]+ 20[0-9]{2}(: .+)?"
ROOT = Path(__file__).resolve().parents[2]
CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "openapi/nfs.yaml").read_text(encoding="utf-8"))
METHODS = ("get", "post", "put", "patch", "delete")
SANDBOX_ONLY = {
    *("list_actions", "list_regions"),
    *("create_vpc", "get_vpc", "update_vpc", "patch_vpc", "delete_vpc", "list_vpc_members"),
    *("list_vpc_peerings", "create_vpc_peering", "get_vpc_peering", "patch_vpc_peering", "delete_vpc_peering"),
    *("list_peerings_of_vpc", "create_peering_of_vpc", "patch_peering_of_vpc"),
}
"""The neighbours of NFS that the sandbox has so that other clients can do what they do before and after, and that no
tool reaches."""


def resolved(node: Any) -> Any:
    """The node, or what it refers to."""
    while isinstance(node, dict) and "$ref" in node:
        found: Any = CONTRACT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def is_source(mark: str) -> bool:
    """Whether a mark names one source or more, each with a date."""
    return all(re.fullmatch(_SOURCE, part) for part in re.sub(r"\s+", " ", mark).strip().split("; "))


@cache
def operations() -> dict[str, dict[str, Any]]:
    """Each operation by its operationId, with its `method`, its `path` and the parameters of its path."""
    found = {}
    for path, item in CONTRACT["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                parameters = [resolved(p) for p in (*item.get("parameters", ()), *operation.get("parameters", ()))]
                found[operation["operationId"]] = {
                    **operation,
                    "method": method,
                    "path": path,
                    "parameters": parameters,
                }
    return found


def body_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of an operation's JSON body, if it takes one."""
    body = resolved(operation.get("requestBody"))
    schema: dict[str, Any] | None = body and resolved(body["content"]["application/json"]["schema"])
    return schema


def operation_of(method: str, path: str) -> str:
    """The operation that a request is for. Raises LookupError if it is for none."""
    patterns = {re.sub(r"\{\w+\}", "[^/]+", template): item for template, item in CONTRACT["paths"].items()}
    found = [pattern for pattern in patterns if re.fullmatch(pattern, path)]
    # /v2/nfs/snapshots looks like a share's path, too.
    most_literal = min(found, key=lambda pattern: pattern.count("[^/]+"), default="")
    return str(patterns[most_literal][method.lower()]["operationId"])
