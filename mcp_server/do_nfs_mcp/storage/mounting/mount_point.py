"""Where on a machine a share is mounted: which paths can be taken, and which is taken if nobody says."""

import re

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.storage.mounting.escaping import label

__all__ = ["MOUNT_POINT_RULE", "checked_mount_point", "default_mount_point", "is_mount_point"]

MOUNT_POINT_RULE = (
    "has to be the absolute path of a folder, such as /mnt/data, of at most 1024 characters, without '..' or control "
    "characters, and not end in a space or backslash"
)
"""The rule in words."""

# The last of what it refuses is half a character, which no file can hold.
_REGEX = re.compile(r"(?!(.*[ \\])?(/\.?)*\Z|.*/\.\.(/|\Z))/[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{0,1023}")


def is_mount_point(path: str) -> bool:
    """Return whether a share can be mounted at a path, by the rule above."""
    return bool(_REGEX.fullmatch(path))


def checked_mount_point(path: str) -> str:
    """Return a mount point in its shortest form.

    Args:
        path: The path as the caller gave it.

    Raises:
        NfsError: No share can be mounted there.
    """
    if not is_mount_point(path):
        raise NfsError(f"Nothing was done: mount_point {MOUNT_POINT_RULE} (it was {quoted(path, 80)}).")
    return "/" + "/".join(part for part in path.split("/") if part not in {"", "."})


def default_mount_point(name: str) -> str:
    """Return where a share of this name is mounted if nobody says where."""
    return f"/mnt/{label(name) or 'nfs'}"
