"""The page that a host shows with the storage overview: an MCP App.

A model reads the overview as it always is. The page's own data, each share and snapshot, goes in the result's `_meta`,
which hosts keep from their models, and not to hosts that show no pages.
"""

from datetime import datetime
from typing import Any, TypeVar

from mcp.server.apps import Apps, client_supports_apps

from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.storage.views import ShareView, SnapshotView
from do_nfs_mcp.tools.service import ServiceContext

T = TypeVar("T", ShareView, SnapshotView)

PAGE = "ui://do-nfs-mcp/overview.html"
"""Where hosts read the page."""

INVENTORY = "do-nfs-mcp/inventory"
"""Under which key the page finds its data in `_meta`."""

# What the page gets at most. With names of a usual length this is about half a megabyte.
_MOST_SHARES = 2000
_MOST_SNAPSHOTS = 2000
_SHARE = {"id", "name", "region", "size_gib", "status", "performance_tier", "created_at"}
_SNAPSHOT = {"share_id", "name", "status", "created_at"}


def shows_pages(context: ServiceContext) -> bool:
    """Whether the host shows pages, or may: over HTTP without sessions an older one's capabilities are not known."""
    return context.client_capabilities is None or client_supports_apps(context)


def inventory(shares: list[ShareView], snapshots: list[SnapshotView], now: datetime) -> dict[str, Any]:
    """What the page draws: `now`, the largest shares and the newest snapshots, none of them DELETED."""
    largest = sorted(_there(shares), key=lambda share: (-share.size_gib, share.id))[:_MOST_SHARES]
    newest = sorted(_there(snapshots), key=lambda taken: (utc(taken.created_at), taken.id), reverse=True)
    return {
        "now": utc(now).isoformat(),
        "shares": [share.model_dump(mode="json", include=_SHARE, exclude_none=True) for share in largest],
        "snapshots": [taken.model_dump(mode="json", include=_SNAPSHOT) for taken in newest[:_MOST_SNAPSHOTS]],
    }


def _there(items: list[T]) -> list[T]:
    return [item for item in items if item.status != "DELETED"]


def make_apps(html: str) -> Apps:
    """What a server offers to hosts that show pages. html: the page."""
    apps = Apps()
    apps.add_html_resource(
        PAGE,
        html,
        name="overview",
        title="All storage, to look at",
        description="The page that a host shows with get_storage_overview.",
        prefers_border=True,
    )
    return apps
