"""What callers of the HTTP transport can be granted, named like the scopes of the API's own tokens."""

LIST, READ, CREATE, DELETE = (frozenset({f"nfs:{what}"}) for what in ("list", "read", "create", "delete"))
SCOPES = ("nfs:list", "nfs:read", "nfs:create", "nfs:delete")
"""All of them, the least first."""
