"""One form for each id."""

from __future__ import annotations

import re

__all__ = ["canonical_id"]

_UUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def canonical_id(text: str) -> str:
    """Return an id in the form in which it is kept: a UUID in lower case, and any other as it is."""
    return text.lower() if _UUID.fullmatch(text) else text
