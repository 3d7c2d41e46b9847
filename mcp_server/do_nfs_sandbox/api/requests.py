"""The record of the requests that were received. It never contains a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

from do_nfs_sandbox.contract.routes import OPERATIONS, find_route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Request", "Requests"]

_SECRET = {b"authorization", b"cookie", b"proxy-authorization"}
_SCHEMES = {b"basic", b"bearer"}


@dataclass(slots=True)
class Request:
    """One request that the sandbox received.

    Attributes:
        method: The HTTP method, such as `GET`.
        path: The path as it was sent, still encoded.
        query: The text after the question mark, or the empty text.
        time: When it came by the sandbox's clock, in seconds since 1970.
        sequence: Which one it was since the sandbox was made or reset, from 1.
        id: What an error says as its `request_id`.
        raw_headers: The headers as they were sent, names in lower case; what is secret in them is `***`.
        status: The status that was answered; None if the connection was dropped instead, or nothing is answered yet.
        body: The body as parsed JSON; None if there was none, it was not read (a refused token, say), it was not JSON,
            or it had more than 10,000 bytes.
    """

    method: str
    path: str
    query: str
    time: float = 0.0
    sequence: int = 0
    id: str = ""
    raw_headers: list[tuple[bytes, bytes]] = field(default_factory=list, repr=False)
    status: int | None = None
    body: Any = None

    def __post_init__(self) -> None:
        self.raw_headers = [(name, _masked(value) if name in _SECRET else value) for name, value in self.raw_headers]

    @property
    def operation(self) -> str | None:
        """The operationId of what was asked for, None if the contract has no such operation."""
        found = find_route(self.path)
        operation = found[0].operation(self.method) if found else None
        return operation.id if operation else None

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name in lower case, the token in them masked. Of two of one name, the last."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.raw_headers}

    def to_json(self) -> dict[str, Any]:
        """Return all of it, and its `operation`, as data for JSON."""
        return {
            "sequence": self.sequence,
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "headers": self.headers,
            "status": self.status,
            "body": self.body,
        }


class Requests:
    """Requests in the order in which they came, and what a test asserts of them. Equal to a list of the same ones."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._requests = list(requests)

    def to(self, operation: str) -> Requests:
        """Return those that asked for an operation.

        Args:
            operation: Its operationId, such as `create_share`.

        Raises:
            ValueError: If the contract has no such operation.
        """
        if operation not in OPERATIONS:
            raise ValueError(f"operation must be one of {', '.join(sorted(OPERATIONS))}")
        return Requests(request for request in self._requests if request.operation == operation)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._requests)

    @property
    def gaps(self) -> list[float]:
        """How many seconds passed from each to the next, by the sandbox's clock: how long a client waited to retry."""
        return [later.time - earlier.time for earlier, later in pairwise(self._requests)]

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[Request]:
        return iter(self._requests)

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> Requests: ...
    def __getitem__(self, index: int | slice) -> Request | Requests:
        """Return one of them, or some."""
        return Requests(self._requests[index]) if isinstance(index, slice) else self._requests[index]

    def __eq__(self, other: object) -> bool:
        return self._requests == list(other) if isinstance(other, (Requests, list)) else NotImplemented

    def __repr__(self) -> str:
        return repr(self._requests)


def _masked(value: bytes) -> bytes:
    # Without one of these, the first word may be the token itself, or a cookie.
    scheme, space, _ = value.partition(b" ")
    return b"%s ***" % scheme if space and scheme.lower() in _SCHEMES else b"***"
