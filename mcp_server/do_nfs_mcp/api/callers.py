"""Who calls over HTTP, and what they may. On stdio nobody is asked who they are."""

from dataclasses import dataclass

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import TokenVerifier, principal_components
from mcp.server.auth.settings import AuthSettings

from do_nfs_mcp.api.scopes import SCOPES

__all__ = ["Access", "caller_principal", "caller_scopes", "current_caller", "everything"]


@dataclass(frozen=True)
class Access:
    """How callers are authenticated.

    Attributes:
        verifier: Says who a token belongs to.
        settings: What clients are told of where to get one.
    """

    verifier: TokenVerifier
    settings: AuthSettings


def everything() -> frozenset[str]:
    """Return the scopes of a caller who was not asked who they are."""
    return frozenset(SCOPES)


def caller_principal() -> tuple[str, str | None, str | None] | None:
    """Return the client or name, the issuer and the subject of the caller whose request is being answered.

    None if there is no such caller. Two people who use one application are two, and a name in the file of tokens is
    never one that a JWT gives.
    """
    token = get_access_token()
    return principal_components(token) if token else None


def current_caller() -> tuple[str | None, ...] | None:
    """Return what tells the caller whose request is being answered from all others: a name in the file of tokens, or
    the issuer and the subject, whatever client they use; the client if a JWT names no subject.

    None if there is no such caller.
    """
    principal = caller_principal()
    if principal is None:
        return None
    _, issuer, subject = principal
    return (issuer, subject) if issuer and subject else principal


def caller_scopes() -> frozenset[str]:
    """Return the scopes of the caller whose request is being answered; none if there is no such caller."""
    token = get_access_token()
    return frozenset(token.scopes if token else ()).intersection(SCOPES)
