"""The icons that hosts show: small drawings, inlined, in a colour that stands out from light and dark."""

from urllib.parse import quote

from mcp_types import Icon

__all__ = ["ICONS", "SERVER_ICONS"]

# On a field of 9 by 9.
_PATHS = {
    "shares": "M1,1h7v3H1zM1,5h7v3H1z",
    "snapshots": "M1,3h2V2h3v1h2v5H1zM3,4v3h3V4z",
    "access_points": "M1,2h3l1,1h3v5H1z",
    "vpcs": "M3,0h3v3H3zM0,6h3v3H0zM6,6h3v3H6zM4,3h1v1h3v2H7V5H2v1H1V4h3z",
    "overview": "M1,5h2v3H1zM4,3h2v5H4zM7,1h2v7H7z",
    "mounting": "M4,0h1v3h2L4.5,6 2,3h2zM1,7h7v1H1z",
    "waiting": "M4,0a4,4,0,101,0M4,2h1v2h2v1H4z",
    "terraform": "M2,1h3l2,2v5H2z",
    "pruning": "M3,1h3v1h2v1H1V2h2zM2,4h5v4H2z",
}
_COLOUR = "#37f"


def _icons(path: str) -> list[Icon]:
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0,0,9,9'><path fill='{_COLOUR}' d='{path}'/></svg>"
    # The address says the type.
    return [Icon(src="data:image/svg+xml," + quote(drawing, safe="/:=',"))]


ICONS = {module: _icons(path) for module, path in _PATHS.items()}
"""The icons of tools, by the module that a tool is in."""

SERVER_ICONS = ICONS["shares"]
