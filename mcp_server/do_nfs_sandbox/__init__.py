"""DigitalOcean's NFS API with real state, for tests and for servers that embed it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from do_nfs_sandbox.api.requests import Request, Requests
    from do_nfs_sandbox.faults.definition import Fault
    from do_nfs_sandbox.http.sandbox import Sandbox
    from do_nfs_sandbox.http.serving import serve
    from do_nfs_sandbox.http.transport import SandboxTransport
    from do_nfs_sandbox.state.database import StoreError

__all__ = ["Fault", "Request", "Requests", "Sandbox", "SandboxTransport", "StoreError", "serve"]

_HOME = {
    "Fault": "faults.definition",
    "Request": "api.requests",
    "Requests": "api.requests",
    "Sandbox": "http.sandbox",
    "SandboxTransport": "http.transport",
    "StoreError": "state.database",
    "serve": "http.serving",
}


def __getattr__(name: str) -> Any:
    # Imported when asked for: pytest imports this package in every run wherever it is installed.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
