"""The record of the requests that were received. The token is masked in the headers that HTTP has for it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

from do_nfs_sandbox.contract.routes import OPERATIONS, find_route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from do_nfs_sandbox.state.new_ids import Ids

__all__ = ["Request", "Requests"]

_SECRET = {b"authorization", b"cookie", b"proxy-authorization"}
_SCHEMES = {b"basic", b"bearer"}


class Request:
    """One request that the sandbox received.

    Args:
        sent_headers: The headers as they were sent, names in lower case.
        ids: What makes its id, once somebody asks for it.

    Attributes:
        method: The HTTP method, such as `GET`.
        path: The path as it was sent, still encoded.
        query: The text after the question mark, or the empty text.
        time: When it came by the sandbox's clock, in seconds since 1970.
        sequence: Which one it was since the sandbox was made or reset, from 1.
        account: Whose it is: the position of the account's token among those that have an account of their own, from 1;
            0 for the account that all other tokens share.
        status: The status that was answered; None if the connection was dropped instead, or nothing is answered yet.
        body: The body as parsed JSON; None if there was none, it was not read (a refused token, say), it was not JSON,
            or it had more than 10,000 bytes.
    """

    # Every request is kept and few are looked at: what takes a while is found out when it is asked for.
    __slots__ = (
        "_id",
        "_ids",
        "_sent_headers",
        "account",
        "body",
        "method",
        "path",
        "query",
        "sequence",
        "status",
        "time",
    )

    def __init__(
        self,
        method: str,
        path: str,
        query: str,
        time: float,
        sequence: int,
        account: int,
        sent_headers: Iterable[tuple[bytes, bytes]],
        ids: Ids,
    ) -> None:
        self.method, self.path, self.query = method, path, query
        self.time, self.sequence, self.account = time, sequence, account
        self.status: int | None = None
        self.body: Any = None
        self._sent_headers, self._ids, self._id = sent_headers, ids, ""

    @property
    def id(self) -> str:
        """What an error says as its `request_id`."""
        self._id = self._id or self._ids.make("request", self.sequence)
        return self._id

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as they were sent, names in lower case; what is secret in them is `***`."""
        return [(name, _masked(value) if name in _SECRET else value) for name, value in self._sent_headers]

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
            "account": self.account,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "headers": self.headers,
            "status": self.status,
            "body": self.body,
        }

    def __eq__(self, other: object) -> bool:
        return self._shown() == other._shown() if isinstance(other, Request) else NotImplemented

    def __repr__(self) -> str:
        return f"Request({', '.join(f'{name}={value!r}' for name, value in self._shown().items())})"

    def _shown(self) -> dict[str, Any]:
        return {"id": self.id, **self.to_json()}


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
