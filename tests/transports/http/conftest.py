"""The server over HTTP, in memory."""

from ...support.http_site import era, grant, open_site, sandbox, sent, site, token_file

__all__ = ["era", "grant", "open_site", "sandbox", "sent", "site", "token_file"]
