"""Tests that need programs of the system, such as a browser, run only when they are asked for: scripts/test --system.
They never skip: what they need and is not there fails."""

import pytest

pytest_plugins = ["tests.support.fidelity"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "system: needs programs of the system; run only by scripts/test --system")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr != "system":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("system")])
        items[:] = [item for item in items if not item.get_closest_marker("system")]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
