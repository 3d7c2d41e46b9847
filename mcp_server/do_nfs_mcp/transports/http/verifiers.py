"""Which callers are accepted: several ways to find out whom a bearer token belongs to."""

from collections.abc import Sequence
from typing import Protocol

from mcp.server.auth.provider import AccessToken

__all__ = ["CompositeVerifier", "Verifier", "VerifierUnavailableError"]


class VerifierUnavailableError(Exception):
    """Callers cannot be accepted just now, through no fault of theirs. Its text says why, for the operator."""


class Verifier(Protocol):
    """Says whom a token belongs to."""

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose the token is; None if it is not valid.

        Raises:
            VerifierUnavailableError: That cannot be said.
        """

    async def check(self) -> None:
        """Raise VerifierUnavailableError if no caller can be accepted."""


class CompositeVerifier:
    """Accepts a caller whom any of several verifiers knows."""

    def __init__(self, verifiers: Sequence[Verifier]) -> None:
        self._verifiers = verifiers

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose the token is; None if no verifier knows it.

        Raises:
            VerifierUnavailableError: None knows it, and not all can say.
        """
        failed = []
        for verifier in self._verifiers:
            try:
                if caller := await verifier.verify_token(token):
                    return caller
            except VerifierUnavailableError as error:
                failed.append(error)
        if failed:
            raise _all_of(failed)
        return None

    async def check(self) -> str:
        """Return why some callers cannot be accepted; "" if all can.

        Raises:
            VerifierUnavailableError: None can.
        """
        failed = []
        for verifier in self._verifiers:
            try:
                await verifier.check()
            except VerifierUnavailableError as error:
                failed.append(error)
        if len(failed) == len(self._verifiers):
            raise _all_of(failed)
        return str(_all_of(failed))


def _all_of(failed: Sequence[VerifierUnavailableError]) -> VerifierUnavailableError:
    return VerifierUnavailableError("; ".join(map(str, failed)))
