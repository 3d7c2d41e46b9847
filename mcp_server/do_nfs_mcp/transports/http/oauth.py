"""Tokens of an OAuth issuer: JWTs, checked with the keys that the issuer publishes."""

import logging
import math
import time
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import jwt
from mcp.client.auth.utils import build_oauth_authorization_server_metadata_discovery_urls as metadata_urls
from mcp.server.auth.provider import AccessToken

from do_nfs_mcp.api.certificates import tls_context
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError

__all__ = ["Issuer"]

logger = logging.getLogger(__name__)

# None that takes a shared secret, which a public key could be passed off as.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
# After so many seconds the keys are fetched anew, and after so many they no longer count if that fails.
_FRESH, _STALE = 300, 3600
# Anyone can send a token with an unknown key; the issuer is asked no more often than that.
_PAUSE = 10
_TIMEOUT = 5
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
        self._clock = clock
        self._transport = transport
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = self._tried = -math.inf
        self._lock = anyio.Lock()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose the token is; None if it is not valid.

        Raises:
            VerifierUnavailableError: The issuer gives no keys.
        """
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return None
        key = await self._key(header.get("kid"))
        if key is None:
            logger.warning("A token was refused: it names no key of %s", self._url)
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
            logger.warning("A token of %s was refused: %s", self._url, type(error).__name__)
            return None
        subject = _text(claims.get("sub"))
        return AccessToken(
            # Who answers calls has no use for the token itself.
            token="",
            client_id=_text(claims.get("client_id")) or _text(claims.get("azp")) or subject or "unknown",
            scopes=_scopes(claims),
            # With the leeway, which who reads this does not give.
            expires_at=int(claims["exp"]) + _LEEWAY,
            resource=self._audience,
            subject=subject,
            claims={"iss": self._url},
        )

    async def check(self) -> None:
        """Raise VerifierUnavailableError if the issuer gives no keys."""
        await self._key(None)

    async def _key(self, kid: str | None) -> jwt.PyJWK | None:
        async with self._lock:
            now = self._clock()
            wanted = now - self._fetched > _FRESH or kid not in self._keys
            if wanted and now - self._tried > _PAUSE:
                self._tried = now
                try:
                    self._keys = await self._fetch()
                    self._fetched = now
                except (httpx.HTTPError, httpx.InvalidURL, jwt.PyJWTError, ValueError) as error:
                    logger.error("%s gave no keys: %s", self._url, str(error) or type(error).__name__)
            if now - self._fetched > _STALE:
                raise VerifierUnavailableError(f"{self._url} gave no keys to check tokens with")
            return self._keys.get(kid)

    async def _fetch(self) -> dict[str | None, jwt.PyJWK]:
        async with httpx.AsyncClient(timeout=_TIMEOUT, transport=self._transport, verify=tls_context()) as client:
            keys = await client.get(await self._where(client))
            keys.raise_for_status()
            return {key.key_id: key for key in jwt.PyJWKSet.from_dict(_object(keys))}

    async def _where(self, client: httpx.AsyncClient) -> str:
        for url in metadata_urls(self._url, self._url):
            answer = await client.get(url)
            if answer.status_code != 200:
                continue
            metadata = _object(answer)
            if metadata.get("issuer") != self._url:
                raise ValueError(f"{url} is about another issuer")
            where = httpx.URL(str(metadata.get("jwks_uri", "")))
            # As far to be trusted as the issuer is.
            if where.scheme != httpx.URL(self._url).scheme:
                raise ValueError(f"{url} names no address of keys that can be trusted")
            return str(where)
        raise ValueError("it has no metadata")


def _object(answer: httpx.Response) -> dict[str, Any]:
    content = answer.json()
    if not isinstance(content, dict):
        raise ValueError(f"{answer.url} is no JSON object")
    return content


def _scopes(claims: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for claim in (claims.get("scope"), claims.get("scp")):
        match claim:
            case str():
                found += claim.split()
            case list():
                found += [scope for scope in claim if isinstance(scope, str)]
    return found


def _text(claim: Any) -> str | None:
    return claim if isinstance(claim, str) and claim else None
