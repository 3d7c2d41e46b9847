"""What an assistant sees: each tool is one function, and what hosts are told of it."""

from do_nfs_mcp.tools import access_points, mounting, overview, pruning, shares, snapshots, terraform, vpcs, waiting
from do_nfs_mcp.tools.tool import Effect, NfsTool, ToolSpec

__all__ = ["NON_WAITING_TOOLS", "SPECS", "make_tools"]

SPECS: tuple[ToolSpec, ...] = (
    *overview.SPECS,
    *shares.SPECS,
    *mounting.SPECS,
    *waiting.SPECS,
    *snapshots.SPECS,
    *pruning.SPECS,
    *access_points.SPECS,
    *vpcs.SPECS,
    *terraform.SPECS,
)
"""Every tool, in the order in which hosts list them."""

NON_WAITING_TOOLS = frozenset(spec.name for spec in SPECS if spec.effect is Effect.READS) - {"wait_until_ready"}
"""The names of the tools whose calls wait for nothing but the API's answers."""


def make_tools() -> list[NfsTool]:
    """Make every tool, in the order in which hosts list them."""
    return [NfsTool.of(spec) for spec in SPECS]
