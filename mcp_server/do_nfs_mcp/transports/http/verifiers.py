"""Who is let in: any of several ways to say whom a bearer token belongs to."""

from collections.abc import Sequence
from typing import Protocol

from mcp.server.auth.provider import AccessToken

__all__ = ["CompositeVerifier", "Verifier", "VerifierUnavailableError"]


class VerifierUnavailableError(Exception):
    """Nobody can be let in just now, through no fault of theirs. Its text says why, for the operator."""


class Verifier(Protocol):
    """Says whom a token belongs to."""

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose the token is; None if it is not valid.

        Raises:
            VerifierUnavailableError: That cannot be said.
        """

    async def check(self) -> None:
        """Raise VerifierUnavailableError if nobody can be let in."""


class CompositeVerifier:
    """Lets in whoever one of several verifiers knows."""

    def __init__(self, verifiers: Sequence[Verifier]) -> None:
        self._verifiers = verifiers

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose the token is; None if no verifier knows it."""
        for verifier in self._verifiers:
            if caller := await verifier.verify_token(token):
                return caller
        return None

    async def check(self) -> None:
        """Raise VerifierUnavailableError if one of them can let nobody in."""
        for verifier in self._verifiers:
            await verifier.check()
