"""Answers that a host brings back with the call made anew: each counts once, on whichever server it arrives."""

import hashlib
from collections.abc import Sequence
from contextvars import ContextVar
from uuid import uuid4

from mcp.server.request_state import AESGCMRequestStateCodec

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.audience import for_reader
from do_nfs_mcp.state.shared_state import State

__all__ = ["RequestStateCodec", "SingleUseAnswers"]

# Ten minutes, after which no answer is taken, and as much again for clocks that differ.
_SECONDS = 1200

_sealed: ContextVar[str] = ContextVar("sealed")


class RequestStateCodec(AESGCMRequestStateCodec):
    """The SDK's codec, which notes what a call brought back. No two questions have the same.

    Args:
        keys: As the SDK's.
    """

    def __init__(self, keys: Sequence[bytes | str]) -> None:
        super().__init__(keys)

    def unseal(self, token: str) -> bytes:
        """Reverse `seal`."""
        payload = super().unseal(token)
        _sealed.set(token)
        return payload


class SingleUseAnswers:
    """The answers that have counted.

    Args:
        state: Where they are kept.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    async def use(self) -> None:
        """Let the answer that this call brought back count.

        Raises:
            NfsError: It has counted before.
            StateUnavailableError: Whether it has cannot be told.
        """
        answer, use = hashlib.sha256(_sealed.get().encode()).hexdigest(), uuid4().hex
        if await self._state.keep(f"answered {answer}", use, _SECONDS) != use:
            raise NfsError(
                "Nothing was done by this call: it brought an answer of the person that an earlier call has used, and "
                "each counts once. Look whether that call did it. If not, "
                + for_reader("make the call anew, so that the person is asked again.", "make the call anew.")
            )
