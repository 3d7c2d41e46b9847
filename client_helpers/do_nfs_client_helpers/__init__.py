"""What a script needs besides the calls of `do_nfs_client`: waiting, all pages of a list, and retries that are safe."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from do_nfs_client_helpers.paging import async_pages, pages
    from do_nfs_client_helpers.rate_limit import RateLimit
    from do_nfs_client_helpers.retry_transport import AsyncRetryTransport, RetryTransport
    from do_nfs_client_helpers.waiting import (
        NotReadyError,
        async_wait_for_access_point,
        async_wait_for_share,
        async_wait_for_snapshot,
        wait_for_access_point,
        wait_for_share,
        wait_for_snapshot,
    )

__all__ = [
    "AsyncRetryTransport",
    "NotReadyError",
    "RateLimit",
    "RetryTransport",
    "async_pages",
    "async_wait_for_access_point",
    "async_wait_for_share",
    "async_wait_for_snapshot",
    "pages",
    "wait_for_access_point",
    "wait_for_share",
    "wait_for_snapshot",
]

_HOME = {
    "AsyncRetryTransport": "retry_transport",
    "RateLimit": "rate_limit",
    "RetryTransport": "retry_transport",
    "async_pages": "paging",
    "pages": "paging",
}


def __getattr__(name: str) -> Any:
    # Imported when asked for: the server shares what needs no HTTP, and starts before any of the rest is loaded.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME.get(name, 'waiting')}", __name__), name)
