"""Nouns in the number that a count asks for."""

__all__ = ["counted", "plural"]


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
