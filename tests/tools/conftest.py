"""The server in memory, for every test here."""

from ..support.in_memory import assistant, clock, connect, logs, person, protocol_version, sandbox, sent, share
from ..support.states import state, store

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
    "state",
    "store",
]
