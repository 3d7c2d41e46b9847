"""An MCP server that lets AI assistants run DigitalOcean's network file storage."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from do_nfs_mcp.api.client import NfsApi
    from do_nfs_mcp.api.errors import NfsError
    from do_nfs_mcp.server import NfsServer, build_server

__all__ = ["NfsApi", "NfsError", "NfsServer", "build_server"]

_HOME = {"NfsApi": "api.client", "NfsError": "api.errors", "NfsServer": "server", "build_server": "server"}


def __getattr__(name: str) -> Any:
    # Imported when asked for: the command starts before any of it is loaded.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
