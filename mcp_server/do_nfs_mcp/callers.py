"""Who calls over HTTP, and what they may. On stdio nobody is asked who they are."""

from dataclasses import dataclass
from typing import Any

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import TokenVerifier
from mcp.server.auth.settings import AuthSettings

from do_nfs_mcp import api
from do_nfs_mcp.api import NfsApi
from do_nfs_mcp.errors import NfsError
from do_nfs_mcp.scopes import SCOPES

# What other endpoints of the API need, as callers are granted it.
_COMPANIONS = {"vpc:read": "nfs:list", "actions:read": "nfs:read"}


@dataclass(frozen=True)
class Access:
    """How callers are let in.

    Attributes:
        verifier: Says who a token belongs to.
        settings: What clients are told of where to get one.
    """

    verifier: TokenVerifier
    settings: AuthSettings


def everything() -> frozenset[str]:
    """The scopes of a caller who was not asked who they are."""
    return frozenset(SCOPES)


def caller_scopes() -> frozenset[str]:
    """The scopes of the caller whose request is being answered; none if there is no such caller."""
    token = get_access_token()
    return frozenset(token.scopes if token else ()).intersection(SCOPES)


def scope_for(operation: str) -> str:
    """The scope that a caller needs for an operation of the API."""
    scope = api.SCOPES[operation]
    return _COMPANIONS.get(scope, scope)


class CallersApi(NfsApi):
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
