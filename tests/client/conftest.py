"""The server in memory, for tests that hold the client and the tools against the same answers."""

from ..support.in_memory import clock, connect, logs, person, protocol_version, sandbox, sent

__all__ = ["clock", "connect", "logs", "person", "protocol_version", "sandbox", "sent"]
