"""The record of the requests that were received. It never contains a token.

A token is masked wherever it stands, as it is or percent-encoded: one that the sandbox was told of, one of
DigitalOcean's form, whatever is in the headers that HTTP has for tokens, and what comes after Bearer or Basic in any
other. That is done when the record is read.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

from do_nfs_sandbox.api.masking import MASK
from do_nfs_sandbox.contract.routes import OPERATIONS, find_route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from do_nfs_sandbox.api.masking import Masking
    from do_nfs_sandbox.state.new_ids import Ids

__all__ = ["Request", "Requests"]

_MASK = MASK.encode()
_SECRET = {b"authorization", b"cookie", b"proxy-authorization"}
_CREDENTIALS = re.compile(rb"\b(basic|bearer)\s[^,]*", re.IGNORECASE)


class Request:
    """One request that the sandbox received.

    Args:
        sent_query: The text after the question mark, or the empty text.
        sent_headers: The headers as they were sent, names in lower case.
        ids: What makes its id, once somebody asks for it.
        masking: What takes tokens out of all that is shown of it.

    Attributes:
        method: The HTTP method, such as `GET`.
        sent_path: The path as it was sent, still encoded, and not masked.
        time: When it came by the sandbox's clock, in seconds since 1970.
        sequence: Which one it was since the sandbox was made or reset, from 1.
        account: Whose it is: the position of the account's token among those that have an account of their own, from 1;
            0 for the account that all other tokens share.
        status: The status that was answered; None if there was no answer, or is none yet.
        unanswered: Why there was no answer: `dropped` if a fault closed the connection, `disconnected` if it ended
            before the request had come whole; else None.
    """

    # Every request is kept and few are looked at: what takes a while is found out when it is asked for.
    __slots__ = (
        "_id",
        "_ids",
        "_masking",
        "_sent_body",
        "_sent_headers",
        "_sent_query",
        "account",
        "method",
        "sent_path",
        "sequence",
        "status",
        "time",
        "unanswered",
    )

    def __init__(
        self,
        method: str,
        sent_path: str,
        sent_query: str,
        time: float,
        sequence: int,
        account: int,
        sent_headers: Iterable[tuple[bytes, bytes]],
        ids: Ids,
        masking: Masking,
    ) -> None:
        self.method, self.sent_path, self._sent_query = method, sent_path, sent_query
        self.time, self.sequence, self.account = time, sequence, account
        self.status: int | None = None
        self.unanswered: str | None = None
        self._sent_body: Any = None
        self._sent_headers, self._ids, self._id = sent_headers, ids, ""
        self._masking = masking

    def record_body(self, value: Any) -> None:
        """Keep the body.

        Args:
            value: It, as parsed JSON.
        """
        self._sent_body = value

    @property
    def id(self) -> str:
        """What an error says as its `request_id`."""
        self._id = self._id or self._ids.make("request", self.sequence)
        return self._id

    @property
    def path(self) -> str:
        """The path as it was sent, still encoded; a token in it is `***`."""
        path: str = self._masking(self.sent_path)
        return path

    @property
    def query(self) -> str:
        """The text after the question mark, or the empty text; a token in it is `***`."""
        query: str = self._masking(self._sent_query)
        return query

    @property
    def body(self) -> Any:
        """The body as parsed JSON; a token in it is `***`.

        None if there was none, it was not read (a refused token, say), it was not JSON, or it had more than 10,000
        bytes.
        """
        return self._masking(self._sent_body)

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as they were sent, names in lower case; what is secret in them is `***`."""
        return [(self._masked(name), self._shown_value(name, value)) for name, value in self._sent_headers]

    @property
    def operation(self) -> str | None:
        """The operationId of what was asked for, None if the contract has no such operation."""
        found = find_route(self.sent_path)
        operation = found[0].operation(self.method) if found else None
        return operation.id if operation else None

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name in lower case, the token in them masked. Of two of one name, the last."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.raw_headers}

    def _shown_value(self, name: bytes, value: bytes) -> bytes:
        # In a secret header the first word may be the token itself, or a cookie, unless it is a scheme.
        if name in _SECRET and not _CREDENTIALS.match(value):
            return _MASK
        return _CREDENTIALS.sub(rb"\1 " + _MASK, self._masked(value))

    def _masked(self, text: bytes) -> bytes:
        masked: str = self._masking(text.decode("latin-1"))
        return masked.encode("latin-1")

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
            "unanswered": self.unanswered,
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
