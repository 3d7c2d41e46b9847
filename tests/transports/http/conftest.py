"""The server over HTTP, in memory."""

from ...support.http_site import grant, open_site, sandbox, site, token_file
from ...support.in_memory import clock, protocol_version, sent
from ...support.states import state, store

__all__ = ["clock", "grant", "open_site", "protocol_version", "sandbox", "sent", "site", "state", "store", "token_file"]
