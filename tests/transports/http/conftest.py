"""The server over HTTP, in memory."""

from ...support.http_site import grant, open_site, protocol_version, sandbox, sent, site, token_file

__all__ = ["grant", "open_site", "protocol_version", "sandbox", "sent", "site", "token_file"]
