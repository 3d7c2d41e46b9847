"""The door to the API for callers who were asked who they are."""

from typing import Any

from do_nfs_mcp.api.callers import caller_scopes
from do_nfs_mcp.api.client import SCOPES, NfsApi
from do_nfs_mcp.api.errors import NfsError

# What other endpoints of the API need, as callers are granted it.
_COMPANIONS = {"vpc:read": "nfs:list", "actions:read": "nfs:read"}


def scope_for(operation: str) -> str:
    """The scope that a caller needs for an operation of the API."""
    scope = SCOPES[operation]
    return _COMPANIONS.get(scope, scope)


class ScopedApi(NfsApi):
    """The door to the API, through which each caller's requests go only as far as their scopes."""

    async def _send(self, operation: str, *rest: Any, **more: Any) -> Any:
        scope = scope_for(operation)
        if scope not in caller_scopes():
            # To waits it is what an API token without the scope would be: hopeless.
            raise NfsError(
                f"This needs the scope {scope}, which the caller's token for this server does not have. Nothing was "
                "sent. Whoever runs the server can grant it; until then, do what is possible without it.",
                status=403,
            )
        return await super()._send(operation, *rest, **more)
