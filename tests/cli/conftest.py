"""The server as a process."""

from ..support.server_process import start

__all__ = ["start"]
