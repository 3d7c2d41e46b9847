"""The account's token as requests use it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import anyio

from do_nfs_mcp.account_token.source import NoTokenError, TokenSource
from do_nfs_mcp.observability.masking import Masking

__all__ = ["AccountToken", "Token"]


@dataclass(frozen=True)
class Token:
    """A token, which no traceback shows.

    Attributes:
        value: As it is sent.
    """

    value: str = field(repr=False)


class AccountToken:
    """The account's token, fetched from where it is kept when it is first needed and when the API refuses it.

    Args:
        source: Where it is kept.
        masked: Learns each token.
        value: The token, where it is known already.
        clock: The time, in seconds from whenever.

    Attributes:
        source: Where it is kept.
        masked: Takes each token there has been out of a text.
    """

    def __init__(
        self,
        source: TokenSource,
        masked: Masking,
        *,
        value: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.source = source
        self.masked = masked
        self.masked.learn(value)
        self._token = Token(value) if value else None
        self._clock = clock
        self._failure: NoTokenError | None = None
        self._not_before = clock()
        self._fetching = anyio.Lock()

    @classmethod
    def fixed(cls, value: str, masked: Masking | None = None) -> Self:
        """Make one of a token that stays the same.

        Args:
            value: The token.
            masked: Learns it. Where not given, it is new.
        """

        async def read() -> str:
            return value

        replace = "set a valid one in DIGITALOCEAN_ACCESS_TOKEN"
        return cls(TokenSource("one was given", replace, read, needs_restart=True), masked or Masking(), value=value)

    async def get(self) -> Token:
        """Return the token, which is fetched if there is none yet.

        Raises:
            NoTokenError: If there is none to be had.
        """
        return self._token or await self._fetch(None)

    async def replace(self, refused: Token) -> Token | None:
        """Return another token in place of one that the API has refused; None if the same is still there.

        However many requests ask for it at once, it is fetched once.

        Args:
            refused: The token that was refused.

        Raises:
            NoTokenError: If it cannot be fetched.
        """
        token = await self._fetch(refused)
        return None if token == refused else token

    async def _fetch(self, outdated: Token | None) -> Token:
        async with self._fetching:
            # While this waited, it may have been fetched for another request.
            if self._token == outdated and self._clock() >= self._not_before:
                await self._read()
            if self._token == outdated and self._failure:
                raise NoTokenError(str(self._failure), self._failure.problem)
            assert self._token is not None
            return self._token

    async def _read(self) -> None:
        token = self._token
        try:
            token, self._failure = Token(await self.source.read()), None
        except NoTokenError as error:
            self._failure = error
        if token == self._token:
            self._not_before = self._clock() + self.source.pause
        elif token:
            self.masked.learn(token.value)
            self._token = token

    def __repr__(self) -> str:
        return f"AccountToken({self.source.found})"
