"""The server in memory and as a process."""

from ..support.in_memory import assistant, clock, connect, era, logs, person, sandbox, sent, share
from ..support.server_process import start

__all__ = ["assistant", "clock", "connect", "era", "logs", "person", "sandbox", "sent", "share", "start"]
