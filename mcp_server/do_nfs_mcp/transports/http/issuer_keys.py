"""The public keys of an OAuth issuer, found through its metadata and kept for a while."""

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio
import httpx
import jwt
from mcp.client.auth.utils import build_oauth_authorization_server_metadata_discovery_urls as metadata_urls

from do_nfs_mcp.api.bounded_answers import BoundedClient
from do_nfs_mcp.api.certificates import tls_context
from do_nfs_mcp.loopback import is_loopback
from do_nfs_mcp.transports.http.failed_logins import is_slowed
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError

__all__ = ["IssuerKeys"]

logger = logging.getLogger(__name__)

# After so many seconds keys are fetched anew, beside the callers; after so many without a try callers wait for it; and
# after so many the keys no longer count.
_FRESH, _UNTRIED, _STALE = 300, 600, 3600
# Anyone can send a token with an unknown key. The issuer is asked no more often than that, and half as often each time
# that it turns out to have no new one.
_PAUSE, _LONGEST_PAUSE = 10, 300
# How many seconds the issuer may be silent, and how many it may take for its metadata and keys together.
_SILENT, _IN_ALL = 5, 15
# How large its metadata may be, and its keys.
_MOST_BYTES = 1_000_000


@dataclass
class _Looks:
    """How unknown keys were looked for. tried: When last; misses: how often in a row the issuer had no new one."""

    tried: float = -math.inf
    misses: int = 0

    @property
    def pause(self) -> float:
        return min(_PAUSE * 2.0**self.misses, _LONGEST_PAUSE)


class IssuerKeys:
    """The keys that an issuer publishes. Whose key is known never waits for whose key is not.

    Args:
        url: The issuer, just as its tokens name it.
        clock: The time, in seconds since any moment, for the age of keys.
        transport: What carries requests in place of the network.
    """

    def __init__(self, url: str, clock: Callable[[], float], transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url
        self._is_local = is_loopback(httpx.URL(url).host)
        self._clock = clock
        self._transport = transport
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = self._tried = -math.inf
        # Those from addresses that are slowed are on their own, and so make nobody else's rarer.
        self._looks = {is_slowed: _Looks() for is_slowed in (False, True)}
        self._asking: asyncio.Task[None] | None = None

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """Return the key of an id; None if the issuer has none, as far as it has been asked.

        Raises:
            VerifierUnavailableError: The issuer gives no keys.
        """
        await self._renew(None if kid in self._keys else self._looks[await is_slowed()])
        return self._keys.get(kid)

    async def check(self) -> None:
        """Raise VerifierUnavailableError if the issuer gives no keys."""
        await self._renew()

    async def _renew(self, looks: _Looks | None = None) -> None:
        """Ask for keys if they have aged or, unless that was just done, if one is unknown.

        Args:
            looks: How keys like the unknown one were looked for; None if none is unknown.
        """
        now = self._clock()
        age, untried = now - self._fetched, now - self._tried
        if looks or age > _FRESH:
            is_due = untried > _PAUSE and (age > _FRESH or (looks is not None and now - looks.tried > looks.pause))
            if is_due and (self._asking is None or self._asking.done()):
                self._tried = now
                self._asking = asyncio.create_task(self._ask(looks))
            if self._asking and (looks or untried > _UNTRIED or age > _STALE):
                # Others may be waiting for it, too.
                await asyncio.shield(self._asking)
        if self._clock() - self._fetched > _STALE:
            raise VerifierUnavailableError(f"{self._url} gave no keys to check tokens with")

    async def _ask(self, looks: _Looks | None) -> None:
        if looks:
            looks.tried = self._clock()
        try:
            with anyio.fail_after(_IN_ALL):
                keys = await self._fetch()
        except (httpx.HTTPError, httpx.InvalidURL, jwt.PyJWTError, ValueError, TimeoutError) as error:
            logger.error("%s gave no keys: %s", self._url, str(error) or type(error).__name__)
            return
        if keys.keys() - self._keys.keys():
            self._looks[False].misses = self._looks[True].misses = 0
        elif looks:
            looks.misses += 1
        self._keys, self._fetched = keys, self._clock()

    async def _fetch(self) -> dict[str | None, jwt.PyJWK]:
        async with BoundedClient(
            max_answer_bytes=_MOST_BYTES,
            timeout=_SILENT,
            transport=self._transport,
            verify=tls_context(),
            # A proxy could put keys of its own into what is not encrypted.
            trust_env=not self._is_local,
        ) as client:
            keys = await client.get(await self._where(client))
            keys.raise_for_status()
            return {key.key_id: key for key in jwt.PyJWKSet.from_dict(_object(keys))}

    async def _where(self, client: httpx.AsyncClient) -> httpx.URL:
        for url in metadata_urls(self._url, self._url):
            answer = await client.get(url)
            try:
                metadata = _object(answer) if answer.status_code == 200 else {}
            except ValueError:
                # A page, from a server that has one for whatever it does not know.
                metadata = {}
            if not metadata:
                continue
            if metadata.get("issuer") != self._url:
                raise ValueError(f"{url} is about another issuer")
            where = httpx.URL(str(metadata.get("jwks_uri", "")))
            # As far to be trusted as the issuer is.
            if where.scheme != httpx.URL(self._url).scheme or (where.scheme == "http" and not is_loopback(where.host)):
                raise ValueError(f"{url} names no address of keys that can be trusted")
            return where
        raise ValueError("it has no metadata")


def _object(answer: httpx.Response) -> dict[str, Any]:
    content = answer.json()
    if not isinstance(content, dict):
        raise ValueError(f"{answer.url} is no JSON object")
    return content
