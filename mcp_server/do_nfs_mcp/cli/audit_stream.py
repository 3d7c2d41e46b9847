"""Where the audit goes, as the settings say."""

import io
import sys
from typing import TextIO

from do_nfs_mcp.settings import Settings, SettingsError

__all__ = ["audit_stream"]


def audit_stream(settings: Settings) -> TextIO | io.TextIOBase | None:
    """Return what the lines of the audit are written to: the file that the settings name, or else stderr.

    Args:
        settings: The path of the file, whether its lines are chained, and whether they are required.

    Returns:
        None if a host has closed stderr.

    Raises:
        SettingsError: If the file cannot be used.
    """
    path = settings.audit_file
    if not path:
        return sys.stderr
    # Not for those who name no file.
    from do_nfs_mcp.observability.audit_file import opened

    try:
        return opened(path, chained=settings.audit_chain, required=settings.audit == "required")
    except OSError as error:
        raise SettingsError(f"--audit-file {path}: {error.strerror}") from error
