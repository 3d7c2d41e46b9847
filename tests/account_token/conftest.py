"""Places where tokens are kept."""

from ..support.server_process import start
from ..support.token_commands import script, token_command

__all__ = ["script", "start", "token_command"]
