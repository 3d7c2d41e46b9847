from ..server.conftest import start
from ..tools.conftest import clock, connect, era, logs, person, sandbox, sent

__all__ = ["clock", "connect", "era", "logs", "person", "sandbox", "sent", "start"]
