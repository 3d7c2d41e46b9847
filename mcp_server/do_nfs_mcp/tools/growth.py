"""Additions to a share are made one after the other: each counts from the size that the one before leads to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.audience import argument
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.views import ShareView
from do_nfs_mcp.tools.service import ServiceContext, service_for

__all__ = ["growing"]

# For how long a change may be under way that does not show.
_SECONDS = 600


@asynccontextmanager
async def growing(
    context: ServiceContext, share: ShareView, size_gib: int, *, is_addition: bool
) -> AsyncIterator[None]:
    """Grow a share inside.

    Args:
        context: The call's.
        share: The share, as it was read in this call.
        size_gib: Its new size in all.
        is_addition: Whether the new size was made from the one that was read.

    Raises:
        NfsError: It is an addition, and this server has begun another change of size that does not show yet.
    """
    service = service_for(context)
    now = service.clock()
    begun = [each for each in service.growing.get(share.id, ()) if now < each[0]]
    target = max((size for _, size in begun), default=0)
    if is_addition and share.size_gib < target:
        raise NfsError(
            f"Nothing was done: share {quoted(share.name)} has {share.size_gib} GiB and may be growing to {target} GiB "
            "already, by a call before this one. To add to that, try again once get_share shows it, or give "
            f"{argument('size_gib', target + size_gib - share.size_gib)}, the size in all."
        )
    this = now + _SECONDS, size_gib
    service.growing[share.id] = [*begun, this]
    try:
        yield
    except NfsError as error:
        if not (error.is_unknown or error.failure.kind is FailureKind.UNKNOWN_OUTCOME):
            # It is gone already if the call took longer than that.
            with suppress(ValueError):
                service.growing[share.id].remove(this)
        raise
