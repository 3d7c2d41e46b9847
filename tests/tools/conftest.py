"""The server in memory, for every test here."""

from ..support.in_memory import assistant, clock, connect, era, logs, person, sandbox, sent, share

__all__ = ["assistant", "clock", "connect", "era", "logs", "person", "sandbox", "sent", "share"]
