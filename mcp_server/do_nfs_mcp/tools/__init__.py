"""What the assistant sees: one function a tool, and what is said of it."""

from do_nfs_mcp.tools import access_points, mounting, overview, pruning, shares, snapshots, vpcs, waiting
from do_nfs_mcp.tools.tool import Effect, NfsTool, ToolSpec

SPECS: tuple[ToolSpec, ...] = (
    *overview.SPECS,
    *shares.SPECS,
    *mounting.SPECS,
    *waiting.SPECS,
    *snapshots.SPECS,
    *pruning.SPECS,
    *access_points.SPECS,
    *vpcs.SPECS,
)


NON_WAITING_TOOLS = frozenset(spec.name for spec in SPECS if spec.effect is Effect.READS) - {"wait_until_ready"}
"""The tools whose calls wait for nothing but the API."""


def make_tools() -> list[NfsTool]:
    """Every tool, in the order in which they are listed."""
    return [NfsTool.of(spec) for spec in SPECS]
