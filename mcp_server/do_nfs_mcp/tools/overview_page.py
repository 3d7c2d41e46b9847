"""The page that a host shows with the storage overview: an MCP App.

The model reads the same overview with and without it. The page's own data, each share and snapshot, goes to hosts that
show pages, in the result's `_meta`, which they keep from their models.
"""

from datetime import datetime
from typing import Any

from mcp.server.apps import Apps, client_supports_apps

from do_nfs_mcp.api.statuses import existing
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.storage.views import ShareView, SnapshotView
from do_nfs_mcp.tools.service import ServiceContext

__all__ = ["INVENTORY", "PAGE", "inventory", "make_apps", "shows_pages"]

PAGE = "ui://do-nfs-mcp/overview.html"
"""The URI at which hosts read the page."""

INVENTORY = "do-nfs-mcp/inventory"
"""The key in `_meta` under which the page finds its data."""

# What the page gets at most. With names of a usual length this is about half a megabyte.
_MAX_SHARES = 2000
_MAX_SNAPSHOTS = 2000
_SHARE = {"id", "name", "region", "size_gib", "status", "performance_tier", "created_at"}
_SNAPSHOT = {"share_id", "name", "status", "created_at"}


def shows_pages(context: ServiceContext) -> bool:
    """Return whether the host shows pages, or may: of an older one over HTTP without sessions nothing is known."""
    return context.client_capabilities is None or client_supports_apps(context)


def inventory(shares: list[ShareView], snapshots: list[SnapshotView], now: datetime) -> dict[str, Any]:
    """Return the data of the page: the time, the largest shares and the newest snapshots.

    Args:
        shares: The shares that the overview is of. DELETED ones are left out.
        snapshots: The snapshots likewise.
        now: The time.
    """
    largest = sorted(existing(shares), key=lambda share: (-share.size_gib, share.id))[:_MAX_SHARES]
    newest = sorted(existing(snapshots), key=lambda taken: (utc(taken.created_at), taken.id), reverse=True)
    return {
        "now": utc(now).isoformat(),
        "shares": [share.model_dump(mode="json", include=_SHARE, exclude_none=True) for share in largest],
        "snapshots": [taken.model_dump(mode="json", include=_SNAPSHOT) for taken in newest[:_MAX_SNAPSHOTS]],
    }


def make_apps(html: str) -> Apps:
    """Make what a server offers to hosts that show pages.

    Args:
        html: The page.
    """
    apps = Apps()
    apps.add_html_resource(
        PAGE,
        html,
        name="overview_page",
        title="All storage on a page",
        description="The page that a host shows with get_storage_overview.",
        prefers_border=True,
    )
    return apps
