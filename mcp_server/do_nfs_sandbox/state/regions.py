"""The regions that the account sees: those that have had the product since October 2026."""

from __future__ import annotations

from typing import Any

__all__ = ["REGIONS"]

_NAMES = {
    "nyc2": "New York 2",
    "ams3": "Amsterdam 3",
    "atl1": "Atlanta 1",
    "ric1": "Richmond 1",
    "mkc1": "Kansas City 1",
    "mem1": "Memphis 1",
}
_FEATURES = ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"]

REGIONS: list[dict[str, Any]] = [
    # Sizes are shown to those alone who have a scope that nothing here needs.
    {"name": name, "slug": slug, "available": True, "features": _FEATURES, "sizes": []}
    for slug, name in _NAMES.items()
]
"""As the contract shows them."""
