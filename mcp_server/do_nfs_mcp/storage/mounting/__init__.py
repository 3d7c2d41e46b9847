"""What has to be run or written, and where, so that a Linux machine mounts a share. Nothing here is carried out.

Windows cannot mount NFSv4 and macOS is in no VPC, so neither is covered.
"""

from do_nfs_mcp.storage.mounting.instructions import MountView, mount_instructions
from do_nfs_mcp.storage.mounting.mount_point import (
    MOUNT_POINT_RULE,
    default_mount_point,
    is_mount_point,
)
from do_nfs_mcp.storage.mounting.styles import Os, Style

__all__ = [
    "MOUNT_POINT_RULE",
    "MountView",
    "Os",
    "Style",
    "default_mount_point",
    "is_mount_point",
    "mount_instructions",
]
