"""Nouns in the number that a count asks for, and lists that are cut."""

from collections.abc import Sequence

__all__ = ["counted", "first_of", "plural"]


def plural(noun: str, number: int) -> str:
    """Return a regular noun for so many of what it names.

    Args:
        noun: The noun in the singular, such as "access point".
        number: How many there are.
    """
    return noun if number == 1 else f"{noun}s"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 share" or "2 shares"."""
    return f"{number} {plural(noun, number)}"


def first_of(items: Sequence[str], most: int = 10, separator: str = ", ") -> str:
    """Return the first of a list in one line, and how many more there are, such as "a, b and 3 more".

    Args:
        items: The whole list.
        most: How many of them to show.
        separator: What stands between two of them.
    """
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return separator.join(items[:most]) + more
