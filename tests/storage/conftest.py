"""The server in memory, for every test here."""

from ..support.in_memory import assistant, clock, connect, logs, person, protocol_version, sandbox, sent, share

__all__ = ["assistant", "clock", "connect", "logs", "person", "protocol_version", "sandbox", "sent", "share"]
