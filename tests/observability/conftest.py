"""The server in memory and as a process."""

from ..support.in_memory import assistant, clock, connect, logs, person, protocol_version, sandbox, sent, share
from ..support.server_process import start

__all__ = [
    "assistant",
    "clock",
    "connect",
    "logs",
    "person",
    "protocol_version",
    "sandbox",
    "sent",
    "share",
    "start",
]
