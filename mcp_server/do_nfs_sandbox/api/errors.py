"""The one way to refuse a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from do_nfs_sandbox.state.store import Row

__all__ = ["RequestRefusedError", "found", "not_found"]


class RequestRefusedError(Exception):
    """A request that is answered with an error.

    Args:
        status: The HTTP status of the answer.
        message: A sentence for the caller.
        code: The word that access point operations use on 400 and 409.
        headers: More headers for the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "InvalidArgument",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}


def not_found(what: str = "resource") -> RequestRefusedError:
    """Make a 404.

    Args:
        what: The noun for what is missing, one of the sandbox's own and never text of the caller's.
    """
    return RequestRefusedError(404, f"There is no such {what}.")


def found(row: Row | None, what: str, region: str | None = None) -> Row:
    """Return what was looked for.

    Args:
        row: It, or None if it is not there.
        what: The noun for it.
        region: Where it has to be; None or empty for anywhere.

    Raises:
        RequestRefusedError: A 404 if it is not there.
    """
    if row is None:
        raise not_found(what)
    if region and row["region"] != region:
        raise not_found(f"{what} in that region")
    return row
