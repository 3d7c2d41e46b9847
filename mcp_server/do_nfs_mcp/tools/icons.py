"""The icons that hosts show: small drawings, inlined, in a colour that stands out from light and dark."""

from urllib.parse import quote

from mcp_types import Icon

__all__ = ["ICONS", "SERVER_ICONS"]

# On a field of 16 by 16.
_PATHS = {
    "shares": "M2,3h12v4H2zM2,9h12v4H2z",
    "snapshots": "M2,5h3l1-2h4l1,2h3v8H2zm6,1a3,3,0,100,6,3,3,0,000-6",
    "access_points": "M1,3h5l2,2h7v8H1z",
    "vpcs": "M6,1h4v4H6zM1,11h4v4H1zm10,0h4v4h-4zM7,5h2v3h5v3h-2v-1H4v1H2V8h5z",
    "overview": "M2,9h3v5H2zm4-4h3v9H6zm4-3h3v12h-3z",
    "mounting": "M7,1h2v7h3l-4,4-4-4h3zM2,13h12v2H2z",
    "waiting": "M8,1a7,7,0,100,14A7,7,0,008,1m1,3v4l3,2-1,1-4-2V4z",
    "terraform": "M3,1h6l4,4v10H3zm5,1v4h4z",
    "pruning": "M5,1h6v2h4v2H1V3h4zM3,6h10l-1,9H4z",
}
_COLOUR = "#37f"


def _icons(path: str) -> list[Icon]:
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0,0,16,16'><path fill='{_COLOUR}' d='{path}'/></svg>"
    # The address says the type.
    return [Icon(src="data:image/svg+xml," + quote(drawing, safe="/:=',"))]


ICONS = {module: _icons(path) for module, path in _PATHS.items()}
"""The icons of tools, by the module that a tool is in."""

SERVER_ICONS = ICONS["shares"]
