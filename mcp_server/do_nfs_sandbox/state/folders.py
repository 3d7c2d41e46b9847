"""The folders that access points export."""

from __future__ import annotations

from posixpath import normpath

__all__ = ["folder_of"]


def folder_of(path: str) -> str:
    """Return the one spelling of the folder that a path leads to: `/data/`, `//data` and `/./data` lead to `/data`."""
    return normpath("/" + path.lstrip("/"))
