"""Live tests run only when they are asked for by name: pytest -m live."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "live: reads from the real API; run only by -m live")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr != "live":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("live")])
        items[:] = [item for item in items if not item.get_closest_marker("live")]
