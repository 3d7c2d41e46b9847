from ..tools.conftest import clock, connect, era, person, sandbox, sent

__all__ = ["clock", "connect", "era", "person", "sandbox", "sent"]
