"""An example call of each tool, made on the sandbox, and what a model reads of its result."""

import asyncio
from typing import Any

from do_nfs_sandbox import Sandbox

from tests.support.clock import Clock
from tests.support.conversations import READY_AFTER, talk_on
from tests.support.person import Person

CALLS: dict[str, dict[str, Any]] = {
    "get_storage_overview": {"region": "nyc2"},
    "list_shares": {"region": "nyc2"},
    "get_share": {"share": "web-assets"},
    "create_share": {"name": "projects", "region": "atl1", "size_gib": 100},
    "delete_share": {"share": "ml-scratch"},
    "resize_share": {"share": "web-assets", "add_percent": 50},
    "attach_share": {"share": "web-assets", "vpc_id": "apps-nyc2"},
    "detach_share": {"share": "web-assets", "vpc_id": "default-nyc2"},
    "reassign_share": {"share": "web-assets", "new_vpc_id": "apps-nyc2"},
    "switch_performance_tier": {"share": "archive-2023"},
    "get_mount_instructions": {"share": "web-assets", "mount_point": "/srv/assets"},
    "wait_until_ready": {"share": "build-cache"},
    "create_snapshot": {"share": "web-assets", "name": "before-launch"},
    "list_snapshots": {"share": "web-assets"},
    "get_snapshot": {"snapshot": "before-redesign"},
    "delete_snapshot": {"snapshot": "before-redesign"},
    "prune_snapshots": {"share": "web-assets", "keep_last": 1},
    "list_access_points": {"share": "web-assets"},
    "get_access_point": {"access_point": "cdn", "share": "web-assets"},
    "create_access_point": {"share": "web-assets", "name": "team-a", "path": "/teams/a"},
    "delete_access_point": {"access_point": "cdn", "share": "web-assets"},
    "list_vpcs": {"region": "atl1"},
    "export_terraform": {"region": "ams3"},
}
"""By the tool, the arguments of its example. Each is made in an account of its own."""
_SEED = "team"
_MAX_LINES = 15


def example(tool: str) -> str:
    """Return a block that shows a call of a tool, what the person is asked, and the result's text, cut if it is long.

    Args:
        tool: The tool's name.
    """
    lines = asyncio.run(_transcript(tool)).splitlines()
    if len(lines) > _MAX_LINES:
        lines[_MAX_LINES:] = [f"[{len(lines) - _MAX_LINES} more lines]"]
    text = "\n".join(lines)
    # What has a block in it needs a longer fence.
    fence = "````" if "```" in text else "```"
    return f"{fence}text\n{text}\n{fence}\n"


async def _transcript(tool: str) -> str:
    clock, person = Clock(), Person()
    with Sandbox(seed=_SEED, id_seed=tool, clock=clock, ready_after=READY_AFTER) as sandbox:
        async with talk_on(sandbox, clock, person, "2026-07-28") as talk:
            await talk(tool, **CALLS[tool])
    return "\n".join(talk.tally.transcript)
