"""The tool that says how to mount a share."""

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field

from do_nfs_mcp.api.scopes import READ
from do_nfs_mcp.storage.mounting import MountView, Os, Style, default_mount_point, mount_instructions
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.lookups import read_share
from do_nfs_mcp.tools.service import ServiceContext
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer

DEFAULT_STYLES: tuple[Style, ...] = ("command",)
"""What is shown if nobody says, or says none."""


async def get_mount_instructions(
    context: ServiceContext,
    share: arguments.Share,
    mount_point: arguments.OptionalMountPoint = "",
    os: Annotated[Os, Field(description="Of the machine.")] = "ubuntu",
    style: Annotated[tuple[Style, ...], Field(description="One or several.")] = DEFAULT_STYLES,
) -> Annotated[CallToolResult, MountView]:
    """Get exact commands or files to mount a share on Linux; do not write them yourself."""
    found = await read_share(context, share)
    point = mount_point or default_mount_point(found.name)
    return answer(mount_instructions(found, point, os, style or DEFAULT_STYLES))


SPECS = (ToolSpec(get_mount_instructions, "Show how to mount", Effect.READS, READ),)
