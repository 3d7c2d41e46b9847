import pytest

pytest_plugins = ["tests.support.fidelity"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
