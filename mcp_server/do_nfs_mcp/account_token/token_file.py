"""A token in a file of its own."""

from pathlib import Path

from do_nfs_mcp.account_token.source import TokenSource, checked, no_token
from do_nfs_mcp.private_file import read_private

__all__ = ["file_source"]


def file_source(path: Path) -> TokenSource:
    """Return the source of a token that is all there is in a file, which others may not read.

    Args:
        path: The file, which need not be there yet.
    """

    async def read() -> str:
        try:
            text = read_private(path)
        except ValueError as error:
            raise no_token(f"--token-file: {error}") from error
        return checked(text, f"--token-file: {path}")

    return TokenSource(f"--token-file: {path} holds one", f"put a valid one into {path}", read)
