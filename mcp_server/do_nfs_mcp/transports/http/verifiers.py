"""Who is let in: any of several ways to say whom a bearer token belongs to."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from mcp.server.auth.provider import AccessToken

__all__ = ["CompositeVerifier", "Verifier", "VerifierUnavailableError", "read_private"]


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


def read_private(path: Path) -> str:
    """Return the text of a file that only its owner may change and only its owner and group may read.

    Raises:
        ValueError: If it is not such a file, in words that name it.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text") from error
    # Windows has no such bits: there every file seems to be open to all.
    if mode & 0o027 and os.name != "nt":
        raise ValueError(f"{path} is open to others, who may neither read nor write it: chmod 640 {path}")
    return text
