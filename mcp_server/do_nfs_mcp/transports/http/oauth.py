"""Tokens of an OAuth issuer: JWTs, checked with the keys that the issuer publishes."""

import logging
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
from mcp.server.auth.provider import AccessToken

from do_nfs_mcp.transports.http.failed_logins import is_slowed, note_expired
from do_nfs_mcp.transports.http.issuer_keys import IssuerKeys

__all__ = ["Issuer"]

logger = logging.getLogger(__name__)

# None that takes a shared secret, which a public key could be passed off as.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
# Where issuers name the application: RFC 9068, OpenID Connect, Okta, and Microsoft Entra of old.
_CLIENT = ("client_id", "azp", "cid", "appid")
# How far clocks may be apart.
_LEEWAY = 30


class Issuer:
    """Says whom a JWT belongs to.

    Args:
        url: The issuer, just as its tokens name it.
        audience: Whom its tokens have to be for.
        clock: The time, in seconds since any moment, for the age of keys.
        transport: What carries requests in place of the network.
    """

    def __init__(
        self,
        url: str,
        audience: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._audience = audience
        self._keys = IssuerKeys(url, clock, transport)

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose the token is; None if it is not valid.

        Raises:
            VerifierUnavailableError: The issuer gives no keys.
        """
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return None
        key = await self._keys.find(header.get("kid"))
        if key is None:
            await _log("A token was refused: it names no key of %s", self._url)
            return None
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._audience,
                issuer=self._url,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            if isinstance(error, jwt.ExpiredSignatureError):
                note_expired()
            await _log("A token of %s was refused: %s", self._url, type(error).__name__)
            return None
        client, subject = _client(claims), _text(claims.get("sub"))
        if not (client or subject):
            # The audit could name nobody.
            await _log("A token of %s was refused: it names neither a subject nor a client", self._url)
            return None
        return AccessToken(
            # Who answers calls has no use for the token itself.
            token="",
            # Nothing stands in for the client: the audit would name one for the other.
            client_id=client or "",
            scopes=_scopes(claims),
            # With the leeway, which who reads this does not give.
            expires_at=int(claims["exp"]) + _LEEWAY,
            resource=self._audience,
            subject=subject,
            claims={"iss": self._url},
        )

    async def check(self) -> None:
        """Raise VerifierUnavailableError if the issuer gives no keys."""
        await self._keys.check()


async def _log(message: str, *arguments: str) -> None:
    # Whoever tries one token after the other does not fill the log.
    if not await is_slowed():
        logger.warning(message, *arguments)


def _client(claims: dict[str, Any]) -> str | None:
    return next(filter(None, (_text(claims.get(name)) for name in _CLIENT)), None)


def _scopes(claims: dict[str, Any]) -> list[str]:
    # Microsoft Entra says in "roles" what an application may that acts for nobody; for a person who is let do less by
    # the application, "scp" says it.
    granted = [claims.get("scope"), claims.get("scp")]
    found: list[str] = []
    for claim in granted if any(granted) else [claims.get("roles")]:
        match claim:
            case str():
                found += claim.split()
            case list():
                found += [scope for scope in claim if isinstance(scope, str)]
    return found


def _text(claim: Any) -> str | None:
    return claim if isinstance(claim, str) and claim else None
