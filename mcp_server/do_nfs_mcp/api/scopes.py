"""What callers of the HTTP transport can be granted, named like the scopes of the API's own tokens.

The scope that the account's token needs for each operation is a column of the table in operations.py.
"""

from do_nfs_mcp.api.operations import Operation

__all__ = ["CREATE", "DELETE", "LIST", "READ", "SCOPES", "caller_scope"]

LIST, READ, CREATE, DELETE = (frozenset({f"nfs:{what}"}) for what in ("list", "read", "create", "delete"))
SCOPES = ("nfs:list", "nfs:read", "nfs:create", "nfs:delete")
"""All of them, the least first."""

# What operations outside of NFS need, as callers are granted it.
_NEIGHBOURS = {"vpc:read": "nfs:list", "actions:read": "nfs:read"}


def caller_scope(operation: Operation) -> str:
    """Return the scope that a caller needs for an operation of the API."""
    return _NEIGHBOURS.get(operation.scope, operation.scope)
