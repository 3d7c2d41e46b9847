"""The store that servers share, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from do_nfs_mcp.private_file import read_private
from do_nfs_mcp.settings import Settings, SettingsError

if TYPE_CHECKING:
    from do_nfs_mcp.state.redis_state import RedisState

__all__ = ["shared_state"]


def shared_state(settings: Settings) -> RedisState | None:
    """Return the store that the settings ask for, not yet connected; None if they ask for none.

    Args:
        settings: How the server runs.

    Raises:
        SettingsError: If the file of the password cannot be used, or the store's client is not installed.
    """
    if settings.state is None:
        return None
    try:
        password = read_private(settings.state_password_file).strip() if settings.state_password_file else None
    except ValueError as error:
        raise SettingsError(f"--state-password-file: {error}") from error
    try:
        # Not for those who share nothing.
        from do_nfs_mcp.state.redis_state import RedisState
    except ModuleNotFoundError as error:
        raise SettingsError(
            "--state needs a package that is not installed: install do-nfs-mcp[redis] in place of do-nfs-mcp"
        ) from error
    return RedisState.connect(settings.state, password, settings.state_prefix)
