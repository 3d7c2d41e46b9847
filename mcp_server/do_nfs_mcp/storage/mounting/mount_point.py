"""Where on a machine a share is mounted: which paths can be taken, and which is taken if nobody says."""

import re
from pathlib import PurePosixPath

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.untrusted_text import is_unambiguous, quoted
from do_nfs_mcp.storage.mounting.escaping import label

__all__ = ["MOUNT_POINT_RULE", "checked_mount_point", "default_mount_point", "is_mount_point", "system_folder"]

MOUNT_POINT_RULE = (
    "has to be the absolute path of a folder, such as /mnt/data, of at most 1024 characters, without '..', control "
    "characters, punctuation besides ASCII's, anything that looks like punctuation, hides or runs from right to left, "
    "and not end in a space or backslash"
)
"""The rule in words."""

_REGEX = re.compile(r"(?!(.*[ \\])?(/\.?)*\Z|.*/\.\.(/|\Z))/.{0,1023}")


def is_mount_point(path: str) -> bool:
    """Return whether a share can be mounted at a path, by the rule above."""
    return bool(_REGEX.fullmatch(path)) and is_unambiguous(path)


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


# Of the Filesystem Hierarchy Standard, and of snapd, Nix, Guix and OSTree. In these, every folder is the system's or a
# service's.
_SYSTEMS = frozenset(
    {
        *("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "usr"),
        *("gnu", "nix", "ostree", "snap", "sysroot"),
        *(f"var/{name}" for name in ("cache", "lib", "lock", "log", "run", "snap", "spool")),
    }
)
# Below these are also folders of one's own.
_SHARED = frozenset({"home", "opt", "root", "tmp", "usr/local", "var", "var/tmp"})


def system_folder(mount_point: str) -> str | None:
    """Return the folder of the system or of its services that a mount there would hide, or hide a part of; None if it
    is no such place.

    Args:
        mount_point: A mount point in its shortest form.
    """
    path = PurePosixPath(mount_point).relative_to("/")
    if str(path) in _SHARED:
        return mount_point
    if PurePosixPath("usr/local") in path.parents:
        return None
    return next((f"/{folder}" for folder in map(str, [path, *path.parents]) if folder in _SYSTEMS), None)
