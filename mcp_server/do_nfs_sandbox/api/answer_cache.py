"""The last answers to reads, sent again to those who ask again while nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

from do_nfs_sandbox.api.operations import HANDLERS

if TYPE_CHECKING:
    from do_nfs_sandbox.api.call import Call
    from do_nfs_sandbox.state.store import Store

__all__ = ["AnswerCache"]

_MAX_ANSWERS = 8
_MAX_BYTES = 1024 * 1024


class AnswerCache:
    """The bodies of a few answers to reads of one store.

    Args:
        store: What is read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bodies: dict[tuple[object, ...], bytes] = {}
        self._version = (0, 0, 0)

    def read(self, operation_id: str, call: Call) -> bytes:
        """Answer a call that reads.

        Args:
            operation_id: The operation, which changes nothing.
            call: The call, inside a transaction.

        Returns:
            The JSON body of the answer.

        Raises:
            RequestRefusedError: If the operation refuses the call.
        """
        version = self._store.version()
        if version != self._version:
            self._version = version
            self._bodies.clear()
        key = (operation_id, call.url, *call.path.values(), *call.query.items())
        body = self._bodies.get(key)
        if body is None:
            body = to_json(HANDLERS[operation_id](call))
            if len(self._bodies) < _MAX_ANSWERS and len(body) <= _MAX_BYTES:
                self._bodies[key] = body
        return body
