"""DigitalOcean's NFS API with real state, for tests and for servers that embed it."""

from .app import Sandbox
from .store import StoreError

__all__ = ["Sandbox", "StoreError"]
