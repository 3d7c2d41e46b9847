"""What the assistant sees: one function a tool, and what is said of it."""

from do_nfs_mcp.tools import access_points, mounting, shares, snapshots, vpcs
from do_nfs_mcp.tools.tool import NfsTool, ToolSpec

SPECS: tuple[ToolSpec, ...] = (*shares.SPECS, *snapshots.SPECS, *access_points.SPECS, *vpcs.SPECS, *mounting.SPECS)


def make_tools() -> list[NfsTool]:
    """Every tool, in the order in which they are listed."""
    return [NfsTool.of(spec) for spec in SPECS]
