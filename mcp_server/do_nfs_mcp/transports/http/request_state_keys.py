"""The secret that replicas share."""

from pathlib import Path

from do_nfs_mcp.private_file import read_private

__all__ = ["read_keys"]

_LEAST = 32


def read_keys(path: Path) -> list[str]:
    """Return the keys in a file, one a line. The first seals what is to be gone on with, all of them open it.

    Raises:
        ValueError: If the file cannot be used, in words that name it and never its content.
    """
    keys = read_private(path).split()
    if not keys:
        raise ValueError(f"{path} has no key: openssl rand -hex 32 makes one")
    if any(len(key) < _LEAST for key in keys):
        raise ValueError(f"{path} has a key of less than {_LEAST} characters: openssl rand -hex 32 makes one")
    if len(set(keys)) < len(keys):
        raise ValueError(f"{path} has a key twice")
    return keys
