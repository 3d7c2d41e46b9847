"""The server in memory and as a process."""

from ..support.in_memory import clock, connect, logs, person, protocol_version, sandbox, sent
from ..support.server_process import start

__all__ = ["clock", "connect", "logs", "person", "protocol_version", "sandbox", "sent", "start"]
