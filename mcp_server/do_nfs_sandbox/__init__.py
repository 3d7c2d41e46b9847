"""DigitalOcean's NFS API with real state, for tests and for servers that embed it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import Sandbox
    from .faults import Fault
    from .requests import Request
    from .store import StoreError
    from .transport import SandboxTransport

__all__ = ["Fault", "Request", "Sandbox", "SandboxTransport", "StoreError"]

_HOME = {
    "Fault": "faults",
    "Request": "requests",
    "Sandbox": "app",
    "SandboxTransport": "transport",
    "StoreError": "store",
}


def __getattr__(name: str) -> Any:
    # Imported when asked for: pytest imports this package in every run wherever it is installed.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
