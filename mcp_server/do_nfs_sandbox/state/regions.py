"""The regions that an account sees: unless it says otherwise, those that have had the product since October 2026."""

from __future__ import annotations

from typing import Any

__all__ = ["REGIONS", "represent_region"]

_NAMES = {
    "nyc2": "New York 2",
    "ams3": "Amsterdam 3",
    "atl1": "Atlanta 1",
    "ric1": "Richmond 1",
    "mkc1": "Kansas City 1",
    "mem1": "Memphis 1",
}
_FEATURES = ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"]

REGIONS = tuple(_NAMES)
"""Their slugs."""


def represent_region(slug: str) -> dict[str, Any]:
    """Return a region as the contract shows it. One that is not known has its slug as its name."""
    # Sizes are shown to those alone who have a scope that nothing here needs.
    return {"name": _NAMES.get(slug, slug), "slug": slug, "available": True, "features": _FEATURES, "sizes": []}
