"""Tests that need programs of the system, such as a browser, run only when they are asked for: scripts/test --system.
They never skip: what they need and is not there fails."""

import gc
import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest

pytest_plugins = ["tests.support.fidelity"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "system: needs programs of the system; run only by scripts/test --system")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr != "system":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("system")])
        items[:] = [item for item in items if not item.get_closest_marker("system")]
    # What may take minutes begins first, so that at the end no worker is left alone with it.
    items.sort(key=lambda item: not item.get_closest_marker("timeout"))


def pytest_collection_finish() -> None:
    # What was collected stays. Else it would be gone through each time that garbage is collected.
    gc.freeze()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True, scope="session")
def schemas_checked_once() -> Iterator[None]:
    """Each client of the SDK's checks the output schema of a tool that it calls, which takes longer than many a call.
    One that is a schema is one for the next client, too."""
    # It has no types.
    validator: Any = import_module("jsonschema").Draft202012Validator
    check = validator.check_schema
    checked = cache(lambda schema: check(json.loads(schema)))

    def check_once(schema: dict[str, Any]) -> None:
        checked(json.dumps(schema))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validator, "check_schema", check_once)
        yield


@pytest.fixture(scope="session")
def prompts_and_resources_made_once() -> Iterator[None]:
    """What is made of their functions is the same for every server, and making it takes longer than many a test."""
    resources: Any = import_module("mcp.server.mcpserver.resources")
    prompts: Any = import_module("do_nfs_mcp.prompts")
    with pytest.MonkeyPatch.context() as patch:
        for kind in (resources.FunctionResource, resources.ResourceTemplate, prompts.NfsPrompt):
            patch.setattr(kind, "from_function", cache(kind.from_function))
        yield
