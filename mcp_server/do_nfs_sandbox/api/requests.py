"""What was received, for whoever wants to know afterwards. Never a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from do_nfs_sandbox.contract.schema import find_route


@dataclass(slots=True)
class Request:
    """One request that was received.

    path: as it was sent, still encoded. query: the text after the question mark, or the empty text. status: what was
    answered; None if the connection was dropped instead, or nothing is answered yet. body: as parsed JSON; None if
    there was none, it was not read (a refused token, say), not JSON, or of more than 10,000 bytes.
    """

    method: str
    path: str
    query: str
    status: int | None = None
    body: Any = None

    @property
    def operation(self) -> str | None:
        """The operationId it is for, if any."""
        found = find_route(self.path)
        operation = found[0].operations.get(self.method) if found else None
        return operation.id if operation else None

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "status": self.status,
            "body": self.body,
        }
