"""The account's token, from where the settings say it is."""

import os
import sys
from pathlib import Path

from do_nfs_mcp.account_token.doctl import doctl_source
from do_nfs_mcp.account_token.source import NoTokenError, TokenSource
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.account_token.token_command import command_source
from do_nfs_mcp.account_token.token_file import file_source
from do_nfs_mcp.observability.masking import Masking
from do_nfs_mcp.settings import TOKEN_VARIABLES, Settings, without_tokens

__all__ = ["account_token"]

# In DigitalOcean's format, so that it has every scope. The sandbox is this process's own: nobody else can use it.
_SANDBOX_TOKEN = "dop_v1_" + "0" * 64


def account_token(settings: Settings) -> AccountToken:
    """Return the token that the settings ask for. Nothing is fetched yet.

    Args:
        settings: How the server runs.

    Returns:
        The token, whose `masked` knows that of the environment, too.
    """
    masked = Masking(settings.token)
    if settings.sandbox is not None:
        return AccountToken.fixed(_SANDBOX_TOKEN, masked)
    if settings.token_file:
        return AccountToken(file_source(settings.token_file), masked)
    if settings.token_command:
        return AccountToken(command_source(settings.token_command, without_tokens(os.environ)), masked)
    if settings.doctl_context:
        return AccountToken(doctl_source(settings.doctl_context, os.environ, sys.platform, Path.home()), masked)
    return AccountToken(_environment_source(settings), masked, value=settings.token)


def _environment_source(settings: Settings) -> TokenSource:
    async def read() -> str:
        if settings.token is None:
            raise NoTokenError(settings.no_token)
        return settings.token

    variable = next((name for name in TOKEN_VARIABLES if os.environ.get(name, "").strip()), TOKEN_VARIABLES[0])
    return TokenSource(f"{variable} holds one", f"set a valid one in {TOKEN_VARIABLES[0]}", read, needs_restart=True)
