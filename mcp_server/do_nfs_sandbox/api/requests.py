"""What was received, for whoever wants to know afterwards. Never a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from do_nfs_sandbox.contract.routes import find_route

__all__ = ["Request"]


@dataclass(slots=True)
class Request:
    """One request that the sandbox received.

    Attributes:
        method: The HTTP method, such as `GET`.
        path: The path as it was sent, still encoded.
        query: The text after the question mark, or the empty text.
        status: The status that was answered; None if the connection was dropped instead, or nothing is answered yet.
        body: The body as parsed JSON; None if there was none, it was not read (a refused token, say), it was not JSON,
            or it had more than 10,000 bytes.
    """

    method: str
    path: str
    query: str
    status: int | None = None
    body: Any = None

    @property
    def operation(self) -> str | None:
        """The operationId of what was asked for, None if the contract has no such operation."""
        found = find_route(self.path)
        operation = found[0].operation(self.method) if found else None
        return operation.id if operation else None

    def to_json(self) -> dict[str, Any]:
        """Return all of it, and its `operation`, as data for JSON."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "status": self.status,
            "body": self.body,
        }
