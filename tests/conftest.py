import pytest

pytest_plugins = ["tests.fidelity"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
