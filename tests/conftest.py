"""Tests that need programs of the system, such as a browser, run only when they are asked for: scripts/test --system.
They never skip: what they need and is not there fails."""

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
