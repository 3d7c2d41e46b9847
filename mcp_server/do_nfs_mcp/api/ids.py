"""Tells the ids of things from their names."""

from uuid import UUID

__all__ = ["as_uuid"]


def as_uuid(text: str) -> UUID | None:
    """Return the id that the text is, in the form in which ids are written; None if it is a name."""
    # UUID() also takes braces, URNs and bare digits, any of which may be a share's name.
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
