"""What calls remember for others."""

from ..support.in_memory import clock
from ..support.states import state, store

__all__ = ["clock", "state", "store"]
