"""The contract itself: the OpenAPI document, parsed once per process."""

from __future__ import annotations

from importlib import resources
from typing import Any

from pydantic_core import from_json

__all__ = ["DOCUMENT", "resolve"]

DOCUMENT: dict[str, Any] = from_json((resources.files(__package__) / "contract.json").read_bytes())


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a node of the document stands for.

    Args:
        node: A schema, parameter, response or header, or a `$ref` to one.

    Returns:
        The node itself, or what its `$ref` leads to. What is below it may still have `$ref`s.
    """
    while "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node
