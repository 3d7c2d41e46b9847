"""The server in memory and as a process."""

from ..support.in_memory import clock, connect, era, logs, person, sandbox, sent
from ..support.server_process import start

__all__ = ["clock", "connect", "era", "logs", "person", "sandbox", "sent", "start"]
